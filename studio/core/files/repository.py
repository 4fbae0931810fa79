"""A model repository as it lies on disk: models, versions, files, links and what Triton would trip over.

The scan reads names and sizes only. It never looks into a folder that a link reaches outside the repository, unless
a person allowed it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from pathlib import Path

from studio import disk
from studio.core.checking.deduction import Deduction, deduce
from studio.core.config.model_config import Config
from studio.core.failure import CoreError
from studio.core.files.bounds import EVERYWHERE, Bounds, bounds_of
from studio.core.files.version_names import VersionFault, version_number
from studio.named_tuple import NamedTuple
from studio.value_class import dataclass

CONFIG_NAME = "config.pbtxt"
_LEADS_OUT = "The link leads out of the repository, so it was not followed."
_RESERVED = frozenset({"warmup", "initial_state", "configs"})
"""Folders of a model that are not versions and about which the server says nothing."""
_JUNK = frozenset({"__pycache__", "__MACOSX", "lost+found", "node_modules"})


class Link(Enum):
    """What a symbolic link is to the repository it lies in."""

    NONE = ""
    INSIDE = "inside"
    OUTSIDE = "outside"
    BROKEN = "broken"


class FileInfo(NamedTuple):
    """One entry of a folder. For a link, size and kind are those of what it leads to.

    A named tuple, since a large repository has tens of thousands, and a frozen dataclass takes far longer to make.
    """

    name: str
    folder: str
    size: int
    modified_ns: int
    is_folder: bool = False
    link: Link = Link.NONE

    @property
    def path(self) -> Path:
        """Where it lies. Made when it is asked for, for the same reason."""
        return Path(self.folder, self.name)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be read, or that the server will not be able to read."""

    path: Path
    text: str
    link: Link = Link.NONE


class Version(NamedTuple):
    """One version folder; `files` are its direct entries. `path.name` may differ from the number (`1abc` is 1)."""

    number: int
    path: Path
    files: tuple[FileInfo, ...]
    link: Link = Link.NONE


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """One folder that Triton takes for a model.

    `files` are all its direct entries, `strays` those folders in it that are not versions. `first` are the entries
    of its first sub-folder by name, where Triton looks for what kind of model it is; None where they are unknown.
    `unread` says why nothing below the folder is known, empty for a folder that was read. `bounds` are what may be read
    of it and of what its files name.
    """

    name: str
    path: Path
    config_path: Path | None = None
    versions: tuple[Version, ...] = ()
    files: tuple[FileInfo, ...] = ()
    strays: tuple[Path, ...] = ()
    first: tuple[FileInfo, ...] | None = ()
    link: Link = Link.NONE
    unread: str = ""
    problems: tuple[Note, ...] = ()
    bounds: Bounds = EVERYWHERE

    @property
    def backend_hint(self) -> str:
        """The backend that its files or its name suggest, without a look at the configuration; "" if none."""
        return deduce(self.name, Deduction("", "", ""), self.first_names).backend

    @property
    def first_names(self) -> dict[str, bool]:
        """What lies in the first sub-folder, by name; true for a folder."""
        return {file.name: file.is_folder for file in self.first or ()}

    @property
    def is_stray(self) -> bool:
        """Whether it surely is no model: no configuration, and hidden, junk, or without any version."""
        if self.unread or self.config_path:
            return False
        return self.name.startswith(".") or self.name in _JUNK or not self.versions


@dataclass(frozen=True)
class Repository:
    """A scanned repository. `strays` are folders that the server takes for models although they are none.

    `files` are the loose files beside the models, which the server ignores; `problems` gathers those of the models.
    """

    path: Path
    models: tuple[ModelFolder, ...] = ()
    strays: tuple[ModelFolder, ...] = ()
    files: tuple[FileInfo, ...] = ()
    problems: tuple[Note, ...] = ()

    @property
    def folders(self) -> tuple[ModelFolder, ...]:
        """Models and strays: all that the server takes for a model."""
        return (*self.models, *self.strays)

    @cached_property
    def bounds(self) -> Bounds:
        """What may be read of it; of a repository joined with others, of all of them."""
        roots = dict.fromkeys(root for each in self.folders for root in each.bounds.roots)
        return Bounds(tuple(roots)) if roots else bounds_of(self.path)

    def model(self, name: str) -> ModelFolder | None:
        """The model or stray folder of that name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, ModelFolder]:
        return {each.name: each for each in (*self.strays, *self.models)}


def scan(path: Path, allowed: tuple[str, ...] = (), only: str = "") -> Repository:
    """Read a repository's layout. Raises CoreError where the folder itself cannot be read.

    `allowed` are the real paths of what may be read besides, where a link leads out to it; `only` is the name of the
    one entry that is looked at, "" for all.
    """
    attempted = f"Open the model repository {path}"
    bounds = bounds_of(path, allowed)
    try:
        entries = _entries(str(path), bounds, only)
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "there is no such folder." if missing else "it is not a folder."
        raise CoreError(attempted, reason, "Choose the folder that holds the models' folders.") from error
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.", "Check the permissions of the folder.") from error
    folders = [each for entry in entries if entry.is_folder and (each := _model(entry, bounds)) is not None]
    notes = [_broken(entry) for entry in entries if entry.link is Link.BROKEN]
    return Repository(
        path=path,
        models=tuple(folder for folder in folders if not folder.is_stray),
        strays=tuple(folder for folder in folders if folder.is_stray),
        files=tuple(entry for entry in entries if not entry.is_folder),
        problems=(*notes, *(note for folder in folders for note in folder.problems)),
    )


def servable(folder: ModelFolder, config: Config | None) -> tuple[int, ...]:
    """The versions that the configuration's policy picks, ascending; without a configuration the latest one."""
    existing = {version.number for version in folder.versions}
    kind, numbers = config.version_policy if config else ("", ())
    if kind == "specific":
        return tuple(sorted(existing.intersection(numbers)))
    if kind == "all":
        return tuple(sorted(existing))
    wanted = numbers[0] if numbers else 1
    return tuple(sorted(sorted(existing, reverse=True)[:wanted]))


def _model(entry: FileInfo, bounds: Bounds) -> ModelFolder | None:
    """A folder of the repository as a model; None where it went since it was listed."""
    name = entry.name
    if entry.link is Link.OUTSIDE:
        note = Note(entry.path, _LEADS_OUT, entry.link)
        return ModelFolder(name, entry.path, link=entry.link, unread=_LEADS_OUT, problems=(note,), bounds=bounds)
    try:
        entries = _entries(f"{entry.folder}{os.sep}{name}", bounds)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        text = _sentence(error)
        notes = (Note(entry.path, text),)
        return ModelFolder(name, entry.path, link=entry.link, unread=text, problems=notes, bounds=bounds)
    return _read_model(entry, entries, bounds)


def _read_model(entry: FileInfo, entries: list[FileInfo], bounds: Bounds) -> ModelFolder:
    notes = [_broken(each) for each in entries if each.link is Link.BROKEN]
    folders = [each for each in entries if each.is_folder]
    contents = {each.name: _contents(each, bounds, notes) for each in _read_folders(folders)}
    versions, strays = _versions(folders, contents)
    config = next((each for each in entries if each.name == CONFIG_NAME), None)
    return ModelFolder(
        name=entry.name,
        path=entry.path,
        config_path=config.path if config else None,
        versions=versions,
        files=tuple(entries),
        strays=strays,
        first=contents[folders[0].name] if folders else (),
        link=entry.link,
        problems=tuple(notes),
        bounds=bounds,
    )


def _read_folders(folders: list[FileInfo]) -> Iterator[FileInfo]:
    """The folders of a model that matter: versions, and the first one whatever it is."""
    for index, folder in enumerate(folders):
        if index == 0 or isinstance(version_number(folder.name), int):
            yield folder


def _versions(
    folders: list[FileInfo], contents: dict[str, tuple[FileInfo, ...] | None]
) -> tuple[tuple[Version, ...], tuple[Path, ...]]:
    found: dict[int, Version] = {}
    strays: list[Path] = []
    # A folder named exactly as the number goes first: of "1" and "1abc" the server reads "1".
    for folder in sorted(folders, key=lambda each: (len(each.name), each.name)):
        if folder.name in _RESERVED:
            continue
        number = version_number(folder.name)
        if isinstance(number, VersionFault) or number in found:
            strays.append(folder.path)
        else:
            found[number] = Version(number, folder.path, contents[folder.name] or (), folder.link)
    return tuple(found[number] for number in sorted(found)), tuple(sorted(strays))


def _contents(folder: FileInfo, bounds: Bounds, notes: list[Note]) -> tuple[FileInfo, ...] | None:
    """A folder's entries; None, with a note, where they cannot or must not be read."""
    if folder.link is Link.OUTSIDE:
        notes.append(Note(folder.path, _LEADS_OUT, folder.link))
        return None
    try:
        return tuple(_entries(f"{folder.folder}{os.sep}{folder.name}", bounds))
    except OSError as error:
        notes.append(Note(folder.path, _sentence(error)))
        return None


def _entries(folder: str, bounds: Bounds, only: str = "") -> list[FileInfo]:
    """A folder's entries, sorted by name as the server does (code points sort as their UTF-8 does)."""
    with os.scandir(folder) as found:
        entries = [_entry(each, folder, bounds) for each in found if not only or each.name == only]
    return sorted((each for each in entries if each is not None), key=lambda each: each.name)


def _entry(entry: os.DirEntry[str], folder: str, bounds: Bounds) -> FileInfo | None:
    """None for what vanished since the folder was listed."""
    link = Link.NONE
    try:
        if entry.is_symlink():
            link = _link(entry.path, bounds)
        status = entry.stat(follow_symlinks=link in (Link.INSIDE, Link.OUTSIDE))
    except FileNotFoundError:
        return None
    except OSError:
        return FileInfo(entry.name, folder, 0, 0, link=Link.BROKEN)
    is_folder = stat.S_ISDIR(status.st_mode)
    return FileInfo(entry.name, folder, status.st_size, status.st_mtime_ns, is_folder, link)


def _link(path: str, bounds: Bounds) -> Link:
    try:
        target = os.path.realpath(path, strict=True)
    except OSError:
        return Link.BROKEN
    return Link.INSIDE if bounds.holds(target) else Link.OUTSIDE


def _broken(entry: FileInfo) -> Note:
    text = "The link leads nowhere." if entry.path.is_symlink() else "The entry cannot be read."
    return Note(entry.path, text, Link.BROKEN)


def _sentence(error: OSError) -> str:
    reason = disk.reason(error)
    return f"{reason[0].upper()}{reason[1:]}."
