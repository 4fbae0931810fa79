"""Copies of models, and new versions of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME, ModelFolder
from studio.core.operations.copying import copy, explained, put, staged
from studio.core.progress import Progress, no_progress
from studio.text.parse import render


def duplicate(folder: ModelFolder, name: str, progress: Progress = no_progress) -> Path:
    """Copies a model under a new name, which its configuration takes over where it says one."""
    attempted = f"Duplicate {folder.name}"
    target = folder.path.with_name(name)
    _require_free(target, attempted)
    for config in configurations(folder.path):
        _require_readable(config, folder, attempted)
    with explained(attempted), staged(folder.path.parent, _inner(folder), attempted) as place:
        made = place / name
        copy(folder.path, made, progress)
        for config in configurations(folder.path):
            _set_name(config, made / config.relative_to(folder.path), name)
        put(made, target, attempted)
    return target


def add_version(
    folder: ModelFolder, number: int, sources: Iterable[tuple[Path, str]] = (), progress: Progress = no_progress
) -> Path:
    """Makes a version of files and folders, each under the name given with it; an empty one without any."""
    attempted = f"Add version {number} to {folder.name}"
    target = folder.path / str(number)
    _require_free(target, attempted)
    with explained(attempted), staged(folder.path.parent, _inner(folder), attempted) as place:
        made = place / str(number)
        made.mkdir()
        for source, name in sources:
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            copy(source, made / name, progress)
        put(made, target, attempted)
    return target


def copy_version(folder: ModelFolder, source: int, number: int, progress: Progress = no_progress) -> Path:
    """Makes a version that is a copy of another one."""
    attempted = f"Copy version {source} of {folder.name}"
    held = next((each for each in folder.versions if each.number == source), None)
    if held is None:
        raise CoreError(attempted, "there is no such version any more.", "Read the folder again.")
    target = folder.path / str(number)
    _require_free(target, attempted)
    with explained(attempted), staged(folder.path.parent, held.path, attempted) as place:
        made = place / str(number)
        copy(held.path, made, progress)
        put(made, target, attempted)
    return target


def configurations(folder: Path) -> list[Path]:
    """The configuration files of a model: its own, and those that a server may be told to take instead."""
    found = [folder / CONFIG_NAME, *sorted((folder / "configs").glob("*.pbtxt"))]
    return [each for each in found if each.is_file()]


def _require_readable(config: Path, folder: ModelFolder, attempted: str) -> None:
    """Whether a configuration says the model's name has to be read, which a person must allow where it lies outside."""
    target = folder.bounds.outside(config)
    if target is not None:
        reason = f"its {config.name} leads out of the repository, to {target}."
        raise CoreError(attempted, reason, "Allow it to be read first, in the list of problems.")


def _set_name(config: Path, made: Path, name: str) -> None:
    """Writes a configuration that says a name with another one, into a copy that nobody else knows of yet."""
    before = draft(read(config)[0])
    if before.has("name"):
        # The copy of a link would lead to the original's file.
        made.unlink()
        made.write_bytes(render(before.set("name", name).document))
        shutil.copymode(config, made)


def _inner(folder: ModelFolder) -> Path:
    """A folder of the model that no server takes for a model or a version."""
    return folder.versions[0].path if folder.versions else folder.path


def _require_free(target: Path, attempted: str) -> None:
    if target.exists() or target.is_symlink():
        raise CoreError(attempted, f"{target} is there already.", "Choose another name, or move that one away.")
