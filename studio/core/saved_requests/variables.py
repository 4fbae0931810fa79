"""Variables in the text of a request: `${NAME}` stands for a value, `$${` for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studio.core.failure import CoreError

_NAME = re.compile(r"\$(\$?)\{([^{}]*)\}")


def filled(tree: Any, values: Mapping[str, Any], whose: str) -> Any:
    """The same JSON with its variables replaced; one that is all of a text keeps the kind of its value.

    Raises CoreError for one without a value.
    """
    if isinstance(tree, str):
        return _text(tree, values, whose)
    if isinstance(tree, list):
        return [filled(each, values, whose) for each in tree]
    if isinstance(tree, dict):
        return {name: filled(each, values, whose) for name, each in tree.items()}
    return tree


def settled(tree: Any, values: Mapping[str, Any]) -> Any:
    """The same JSON with these variables replaced; others stay variables, and no text of a value becomes one."""
    if isinstance(tree, str):
        whole = _NAME.fullmatch(tree)
        if whole and not whole[1] and whole[2] in values:
            return _escaped(values[whole[2]])
        return _NAME.sub(
            lambda found: found[0] if found[1] or found[2] not in values else _escaped(str(values[found[2]])), tree
        )
    if isinstance(tree, list):
        return [settled(each, values) for each in tree]
    if isinstance(tree, dict):
        return {name: settled(each, values) for name, each in tree.items()}
    return tree


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return _NAME.sub(lambda found: f"${found[0]}", value)
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return {name: _escaped(each) for name, each in value.items()} if isinstance(value, dict) else value


def used(tree: Any) -> frozenset[str]:
    """The names of the variables in some JSON."""
    if isinstance(tree, str):
        return frozenset(found[2] for found in _NAME.finditer(tree) if not found[1])
    held = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return frozenset(name for each in held for name in used(each))


def _text(text: str, values: Mapping[str, Any], whose: str) -> Any:
    if "$" not in text:
        return text
    whole = _NAME.fullmatch(text)
    if whole and not whole[1]:
        return _value(whole[2], values, whose)
    return _NAME.sub(lambda found: found[0][1:] if found[1] else str(_value(found[2], values, whose)), text)


def _value(name: str, values: Mapping[str, Any], whose: str) -> Any:
    if name not in values:
        known = f"Known here: {', '.join(sorted(values))}." if values else "No environment gives any."
        raise CoreError(f"Reading the request {whose}", f"the variable {name} has no value.", known)
    return values[name]
