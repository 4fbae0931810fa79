"""The values of variables by environment: two states of their file compared, and what another program wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from studio.core.files.saving import Conflict
from studio.value_class import dataclass

Environments: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Values of variables, by the name of the environment."""


class OthersWrote(Conflict):
    """The file says something else than what was read of it: `theirs` is what it says now."""

    def __init__(self, theirs: Environments) -> None:
        super().__init__("Keep the environments", "another program changed environments.json meanwhile.", "Look at it.")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Differing:
    """One variable that two states give another value, as JSON; None where it has none.

    Without a variable it is an empty environment that one of them does not have.
    """

    environment: str
    variable: str
    mine: str | None
    theirs: str | None


def is_alike(one: Environments, other: Environments) -> bool:
    """Whether two states say the same, 1 and true being two values."""
    return _text(one) == _text(other)


def differing(mine: Environments, theirs: Environments) -> tuple[Differing, ...]:
    """What two states give another value, by environment and variable."""
    found = []
    for name in sorted({*mine, *theirs}):
        one, other = mine.get(name), theirs.get(name)
        if (one is None) != (other is None) and not one and not other:
            found.append(Differing(name, "", _told(one), _told(other)))
        for variable in sorted({*(one or {}), *(other or {})}):
            here, there = (_text(each[variable]) if each and variable in each else None for each in (one, other))
            if here != there:
                found.append(Differing(name, variable, here, there))
    return tuple(found)


def _told(environment: Mapping[str, Any] | None) -> str | None:
    return None if environment is None else "empty"


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
