"""Of which configurations a rule is asked, written at the rule: the others have nothing that it looks at."""

from __future__ import annotations

from collections.abc import Callable

from studio.core.checking.rules.context import Rule

_FIELDS: dict[Rule, str] = {}
_OF_ENSEMBLES: set[Rule] = set()


def needs(field: str) -> Callable[[Rule], Rule]:
    """Marks a rule that has nothing to say of a configuration without this field."""

    def mark(rule: Rule) -> Rule:
        _FIELDS[rule] = field
        return rule

    return mark


def of_ensembles(rule: Rule) -> Rule:
    """Marks a rule that is asked of ensembles only."""
    _OF_ENSEMBLES.add(rule)
    return rule


def needed(rule: Rule) -> str:
    """The field that a rule needs; "" where it is asked of every configuration."""
    return _FIELDS.get(rule, "")


def is_asked(rule: Rule, written: frozenset[str], is_ensemble: bool) -> bool:
    """Whether a rule can have something to say of a configuration that writes these fields."""
    return needed(rule) in ("", *written) and (is_ensemble or rule not in _OF_ENSEMBLES)
