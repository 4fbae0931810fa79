"""What the models of a launch get of a person's environment, for a look before: secrets by name, never by value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.secrets import holds_password
from studio.environment import model_environment
from studio.value_class import dataclass

_SECRET = re.compile(r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|_PWD$|_AUTH$|_KEY$")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Passed:
    """Variables that models get, by name with a value ("" where it is not to be shown), and those that they do not.

    `secrets` are the names among those held back that look as if they held one.
    """

    given: tuple[tuple[str, str], ...]
    held_back: int
    secrets: tuple[str, ...]


def passed(spec: LaunchSpec, source: Mapping[str, str] | None = None) -> Passed:
    """What the models of a launch get: here the allow-list and what was named, in a container what was named alone."""
    held = os.environ if source is None else source
    if spec.kind is EngineKind.DOCKER:
        own = {name: held[name] for name in spec.inherited if name in held}
    else:
        own = model_environment(spec.inherited, held)
    given = own | dict(spec.environment)
    # Those that the person named come first.
    named = {name: given[name] for name in (*dict(spec.environment), *spec.inherited) if name in given}
    shown = named | dict(sorted(given.items()))
    back = sorted(name for name in held if name not in given)
    return Passed(
        tuple((name, _shown(name, value)) for name, value in shown.items()),
        len(back),
        tuple(name for name in back if looks_secret(name)),
    )


def looks_secret(name: str) -> bool:
    """Whether the name of a variable looks as if it held what nobody should see."""
    return _SECRET.search(name.upper()) is not None


def _shown(name: str, value: str) -> str:
    is_secret = looks_secret(name) or holds_password(value)
    return "" if is_secret or len(value) > _LONGEST or not value.isprintable() else value
