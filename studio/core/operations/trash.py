"""The system's trash: what was put into it can be taken out again."""

from __future__ import annotations

import configparser
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

from studio import disk
from studio.core.failure import CoreError
from studio.core.operations.copying import copy, explained, put, staged
from studio.value_class import dataclass

_SECTION = "Trash Info"


@dataclass(frozen=True, slots=True)
class Trashed:
    """Something in the trash: where it was and, where that is known, where it is now with the note on it."""

    original: Path
    kept: Path | None = None
    note: Path | None = None


def to_trash(path: Path, repository: Path) -> Trashed:
    """Moves something of a repository to the trash. Raises CoreError where it stays where it was."""
    attempted = f"Move {path.name} to the trash"
    if not os.path.lexists(path):
        raise CoreError(attempted, f"{path} is not there any more.", "Read the folder again.")
    with explained(attempted):
        # The trash of some systems says no more than that it could not be done.
        if refusal := disk.unwritable(path.parent):
            raise refusal
        if would_lie_within(path, repository):
            return _to_home(path)
        before = set(_notes(path))
        _send(path)
    note = next((each for each in _notes(path) if each not in before and _origin(each) == path), None)
    return Trashed(path, note.parent.with_name("files") / note.stem, note) if note else Trashed(path)


def restore(trashed: Trashed, repository: Path, inside: Path) -> None:
    """Puts something back where it was; `inside` as for `staged`. Raises CoreError where that could not be done."""
    attempted = f"Restore {trashed.original.name}"
    kept = trashed.kept
    if kept is None or not os.path.lexists(kept):
        raise CoreError(attempted, "it is not in the trash any more.", "Look for it in the system’s trash.")
    with explained(attempted):
        try:
            put(kept, trashed.original, attempted)
        except OSError:
            # The trash is on another file system.
            with staged(repository, inside, attempted) as place:
                copy(kept, place / kept.name)
                put(place / kept.name, trashed.original, attempted)
            _remove(kept)
        if trashed.note is not None:
            trashed.note.unlink(missing_ok=True)


def _send(path: Path) -> None:
    import send2trash

    send2trash.send2trash(str(path))


def _home() -> Path:
    data = os.environ.get("XDG_DATA_HOME", "")
    return Path(data if data.startswith("/") else Path.home() / ".local/share") / "Trash"


def _mount(path: Path) -> Path:
    found = Path(os.path.realpath(path.parent))
    while not found.is_mount():
        found = found.parent
    return found


def would_lie_within(path: Path, repository: Path) -> bool:
    """Whether the trash of its file system is a folder in the repository, which a server would take for a model."""
    if sys.platform == "darwin" or path.lstat().st_dev == Path.home().stat().st_dev:
        return False
    return _mount(path).is_relative_to(os.path.realpath(repository))


def _to_home(path: Path) -> Trashed:
    """Copies something to the trash in the user's home, then removes it."""
    files, notes = (_home() / name for name in ("files", "info"))
    for folder in (files, notes):
        folder.mkdir(0o700, parents=True, exist_ok=True)
    name = f"{path.name} {secrets.token_hex(4)}"
    note = notes / f"{name}.trashinfo"
    try:
        copy(path, files / name)
        stamp = datetime.now().strftime("%Y-%m-%dT%H:%M:%S")
        note.write_text(f"[{_SECTION}]\nPath={quote(str(path))}\nDeletionDate={stamp}\n")
    except BaseException:
        _remove(files / name)
        note.unlink(missing_ok=True)
        raise
    _remove(path)
    return Trashed(path, files / name, note)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _notes(path: Path) -> Iterator[Path]:
    """The notes on things of that name in every trash that may hold it."""
    top = _mount(path)
    stem, dot, ending = path.name.rpartition(".")
    stem = stem if dot and stem else ending
    for trash in (_home(), top / ".Trash" / str(os.getuid()), top / f".Trash-{os.getuid()}"):
        with suppress(OSError):
            yield from (each for each in (trash / "info").iterdir() if each.name.startswith(stem))


def _origin(note: Path) -> Path | None:
    """Where something in the trash was."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(note, "utf-8")
        where = Path(unquote(parser.get(_SECTION, "Path")))
    except (configparser.Error, OSError, ValueError):
        return None
    top = note.parent.parent.parent
    return where if where.is_absolute() else (top.parent if top.name == ".Trash" else top) / where
