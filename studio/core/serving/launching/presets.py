"""Launches of a repository that were given names: one small sorted file beside it, which others may share in git."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds, bounds_of
from studio.core.files.reading import Stamp, read_if_there
from studio.core.files.saving import save, sibling
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.record import of_plain, plain
from studio.core.serving.launching.secrets import without_secrets
from studio.locking import locked
from studio.value_class import dataclass, field, replace

VERSION = 1
_FILE = ("launches", "presets.json")
_LONGEST_NAME = 60
_ELSEWHERE = ("addresses", "repository")
Raw: TypeAlias = dict[str, Any]
"""A launch as the file has it."""
Change: TypeAlias = Mapping[str, Raw | None]
"""What a name is to stand for; None takes it away."""


@dataclass(frozen=True, slots=True)
class Presets:
    """The launches that have names, in their order. `problem` is why the file cannot be used; it is left as it is."""

    launches: Mapping[str, LaunchSpec] = field(default_factory=lambda: MappingProxyType({}))
    problem: str = ""


def presets_path(repository: Path) -> Path:
    """The file: in `<repository>.trireme/`, or in the person's data where that cannot be written."""
    return sibling(repository).joinpath(*_FILE)


def read_presets(repository: Path) -> Presets:
    """The launches of a repository; none where there is no file."""
    try:
        found, _ = _read(repository)
    except CoreError as failure:
        return Presets(problem=failure.detail)
    names = sorted(found, key=str.casefold)
    return Presets({name: replace(of_plain(found[name]), repository=repository) for name in names})


def wrong_preset_name(name: str) -> str:
    """Why a launch cannot be called so; empty where it can."""
    if not name.strip():
        return "A launch needs a name."
    if len(name) > _LONGEST_NAME:
        return f"A name has {_LONGEST_NAME} characters at most."
    return "" if name.isprintable() else "A name has no line breaks and no control characters."


def keep_preset(repository: Path, name: str, spec: LaunchSpec) -> Change:
    """Keeps a launch under a name, without what may be a secret; gives what undoes it. Raises CoreError."""
    called = name.strip()
    if reason := wrong_preset_name(called):
        raise CoreError(f"Keep the launch “{called}”", reason)
    told = plain(without_secrets(spec)[0], _ELSEWHERE)
    return _changed(repository, f"Keep the launch “{called}”", lambda _: {called: told})


def rename_preset(repository: Path, old: str, new: str) -> Change:
    """Calls a launch otherwise; gives what undoes it. Raises CoreError, as where another one is called so."""
    called, attempted = new.strip(), f"Rename the launch “{old}”"

    def renamed(found: Mapping[str, Raw]) -> Change:
        reason = wrong_preset_name(called)
        if old not in found:
            reason = "it is no longer there."
        elif called in found and called != old:
            reason = f"another launch is called “{called}”."
        if reason:
            raise CoreError(attempted, reason)
        return {old: None, called: found[old]} if called != old else {}

    return _changed(repository, attempted, renamed)


def delete_preset(repository: Path, name: str) -> Change:
    """Takes a launch away; gives what undoes it. Raises CoreError."""
    return _changed(repository, f"Delete the launch “{name}”", lambda found: {name: None} if name in found else {})


def undo_presets(repository: Path, change: Change) -> Change:
    """Takes a change back; gives what does it once more. Raises CoreError."""
    return _changed(repository, "Take back the change of the launches", lambda _: change)


def _changed(repository: Path, attempted: str, change: Callable[[Mapping[str, Raw]], Change]) -> Change:
    """Reads, changes and writes in one step: what another studio wrote meanwhile stands."""
    path = presets_path(repository)
    if target := _bounds(repository).outside(path):
        raise CoreError(attempted, f"{path} leads out of its folder, to {target}.", "Remove that link.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not the folder in which the file lies: saving locks that.
        with locked(path.parent.parent):
            found, stamp = _read(repository)
            wanted = change(found)
            after = {**found, **wanted}
            save(path, _written({name: told for name, told in after.items() if told is not None}), stamp)
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}: {path}.", disk.remedy(error)) from error
    return {name: found.get(name) for name in wanted}


def _bounds(repository: Path) -> Bounds:
    return bounds_of(sibling(repository))


def _read(repository: Path) -> tuple[dict[str, Raw], Stamp | None]:
    """What the file says; raises CoreError where it says nothing that this version understands."""
    path = presets_path(repository)
    there = read_if_there(path, _bounds(repository))
    if there is None:
        return {}, None
    data, stamp = there
    try:
        told = json.loads(data)
        version, launches = told["version"], told["launches"]
        is_newer = version > VERSION
        is_whole = all(isinstance(each, dict) for each in launches.values())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _unreadable(path, "it is damaged") from error
    if is_newer:
        raise _unreadable(path, "a newer Trireme wrote it")
    if not is_whole:
        raise _unreadable(path, "it is damaged")
    return launches, stamp


def _unreadable(path: Path, why: str) -> CoreError:
    reason = f"{why}, and it is left as it is: {path}."
    return CoreError("Read the launches", reason, "Mend it, or move it away to begin anew.")


def _written(launches: Mapping[str, Raw]) -> bytes:
    text = json.dumps({"version": VERSION, "launches": launches}, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "surrogateescape")
