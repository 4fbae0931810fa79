"""The launch that a person used last of each repository: theirs alone, in their own folder."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from studio import private
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.record import of_plain, plain
from studio.core.serving.launching.secrets import without_secrets
from studio.paths import state_dir
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Last:
    """A launch, and the name that it was chosen by, "" where by none."""

    spec: LaunchSpec
    name: str = ""


def keep_last(spec: LaunchSpec, name: str) -> None:
    """Keeps a launch as the last one of its repository. That it cannot be kept is worth no question."""
    if spec.repository is None:
        return
    real = os.path.realpath(spec.repository)
    told = {"repository": real, "name": name, "launch": plain(without_secrets(spec)[0], ("addresses", "repository"))}
    with suppress(OSError):
        private.write(_place(real), json.dumps(told, indent=1, sort_keys=True).encode("utf-8", "surrogateescape"))


def last(repository: Path) -> Last | None:
    """The last launch of a repository; None where none is known."""
    real = os.path.realpath(repository)
    try:
        told = json.loads(_place(real).read_bytes())
        name, launch, whose = str(told["name"]), dict(told["launch"]), told["repository"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Last(replace(of_plain(launch), repository=repository), name) if whose == real else None


def _place(real: str) -> Path:
    return state_dir() / "launches" / f"{hashlib.sha256(os.fsencode(real)).hexdigest()[:32]}.json"
