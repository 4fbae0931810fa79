"""Removing saved requests so that it can be undone, and giving them other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.files.saving import Conflict, save
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.keeping.elsewhere import elsewhere
from studio.core.saved_requests.writing import to_text
from studio.value_class import dataclass

_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Removed:
    """A request that was removed: its files, by their paths from the folder of requests."""

    name: str
    files: Mapping[str, bytes]


def remove(folder: RequestFolder, name: str) -> Removed:
    """Removes a request with the tensors that are its own, and gives what brings it back. Raises CoreError."""
    path = folder.path(name)
    paths = [path, *(folder.tensor_path(name, each) for each in sorted(folder.own_files(name)))]
    there = [each for each in paths if disk.is_file(each)]
    bounds = bounds_of(folder.root)
    files = {str(each.relative_to(folder.root)): read(each, _MOST_BYTES, bounds)[0] for each in there}
    if not files:
        raise CoreError(f"Remove the request {name}", "it is not there.")
    try:
        for each in there:
            each.unlink()
    except OSError as error:
        raise CoreError(f"Remove the request {name}", f"{disk.reason(error)}.", disk.remedy(error)) from error
    return Removed(name, files)


def remove_all(folder: RequestFolder, names: Iterable[str]) -> tuple[Removed, ...]:
    """Removes all of these requests or, where one of them cannot be, none. Raises CoreError."""
    gone: list[Removed] = []
    try:
        for name in names:
            gone.append(remove(folder, name))  # noqa: PERF401  # What is gone has to be known where the next one fails.
    except CoreError:
        restore_all(folder, gone)
        raise
    return tuple(gone)


def restore_all(folder: RequestFolder, removed: Iterable[Removed]) -> None:
    """Brings back as many of these requests as can be. Raises CoreError of the first that cannot."""
    failures: list[CoreError] = []
    for each in removed:
        try:
            restore(folder, each)
        except CoreError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def restore(folder: RequestFolder, removed: Removed) -> None:
    """Brings a request back. Raises CoreError where another one has its name by now."""
    if disk.is_there(folder.path(removed.name)):
        raise Conflict(f"Bring back {removed.name}", "a request of that name exists already.", "Rename it first.")
    for each, data in removed.files.items():
        path = folder.root / each
        _make_folder(path.parent)
        save(path, data, read(path, _MOST_BYTES)[1] if disk.is_there(path) else None)


def rename(folder: RequestFolder, old: str, new: str) -> None:
    """Gives a request another name, in another folder too; the files that are its own go along. Raises CoreError."""
    copy(folder, old, new)
    remove(folder, old)


def copy(folder: RequestFolder, old: str, new: str) -> None:
    """Copies a request, in another folder too, with the files that are its own. Raises CoreError."""
    target = folder.path(new)
    if disk.is_there(target):
        raise Conflict(f"Name a request {new}", "there is one of that name already.", "Choose another name.")
    moved = elsewhere(folder, folder.read(old), new)
    files = {named: folder.tensor_bytes(old, each) for each, named in moved.own.items()}
    _make_folder(target.parent)
    for each, data in files.items():
        save(folder.tensor_path(new, each), data, None)
    save(target, to_text(moved.tree).encode("utf-8", "surrogateescape"), None)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoreError(f"Make the folder {path}", f"{disk.reason(error)}.", disk.remedy(error)) from error
