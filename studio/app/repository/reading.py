"""Reading a whole repository for a session: its layout, and the text of every configuration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from studio.app.progress import Pace
from studio.app.serving.machine import gpu_numbers
from studio.core import garbage
from studio.core.checking.project.project_file import ProjectFile, find_project_file, read_project_file
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.files import leftovers
from studio.core.files.configs import Read, read_config
from studio.core.files.reading import Stamp
from studio.core.files.repository import ModelFolder, Repository, scan, servable
from studio.text.parse import render

_NONE = Read()
LARGE = 400
"""Of a repository with more models the folders are shown before any configuration is read."""


class Listener(Protocol):
    """Whoever waits for a reading is told how far it is, and may leave it."""

    def raise_if_cancelled(self) -> None: ...

    def progress(self, fraction: float, text: str = "") -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A repository and its configurations at one moment, by the folder's name."""

    repository: Repository
    configs: Mapping[str, Read] = field(default_factory=dict)
    gpus: tuple[int, ...] = ()
    """The GPUs of this machine, which a server launched here would have."""
    seconds: float = 0.0
    """How long it took to read it."""
    is_whole: bool = True
    """False where only the folders were looked at so far, so that a large repository is seen at once."""
    begun: int = 0
    """The moment when its reading began: it says nothing of a configuration that was saved or taken since."""
    project_path: Path | None = None
    """Where the project's file lies, taken or not; None where there is none."""
    project: ProjectFile | None = None
    """What it says of the target."""
    project_failure: CoreError | None = None
    """Why it could not be taken."""

    def drafts(self) -> dict[str, Draft]:
        """Every configuration that could be read, by model."""
        return {name: found.text for name, found in self.configs.items() if found.text is not None}

    def servable(self) -> dict[str, tuple[int, ...]]:
        """The versions that a server should load of what is on disk, by model."""
        texts = self.drafts()
        folders = self.repository.models
        return {each.name: servable(each, texts[each.name].config if each.name in texts else None) for each in folders}

    def with_config(self, name: str, stamp: Stamp | None, text: Draft) -> Snapshot:
        """This one with a configuration that the studio itself wrote or took; without it where `stamp` is None."""
        configs = dict(self.configs)
        if stamp is None:
            configs.pop(name, None)
        else:
            configs[name] = Read(render(text.document), stamp.mtime_ns, text)
        return replace(self, configs=configs)

    def kept_from(self, before: Snapshot | None, names: frozenset[str]) -> Snapshot:
        """This one, but for some models with the configurations of another snapshot of the same repository."""
        if before is None or before.repository.path != self.repository.path or not names:
            return self
        configs = {name: read for name, read in self.configs.items() if name not in names}
        configs |= {name: before.configs[name] for name in names if name in before.configs}
        return replace(self, configs=configs)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a repository that began at a moment. `before` is what is known of it."""

    path: Path
    before: Snapshot | None
    limit: int
    begun: int
    allowed: tuple[str, ...] = ()
    """The real paths that a person allowed to be read besides."""

    def carry_out(self, listener: Listener) -> Snapshot:
        """Read it; what did not change since `before` is taken from there. Any thread may ask."""
        if self.before is None:
            found = glance(self.path, listener, self.limit, self.allowed)
        else:
            found = snapshot(self.path, self.before, listener, self.limit, self.allowed)
        return replace(_with_project(found), begun=self.begun)


def _with_project(found: Snapshot) -> Snapshot:
    place = find_project_file(found.repository.path)
    if place is None:
        return found
    try:
        return replace(found, project_path=place[0], project=read_project_file(*place))
    except CoreError as failure:
        return replace(found, project_path=place[0], project_failure=failure)


def glance(path: Path, listener: Listener, limit: int, allowed: tuple[str, ...] = ()) -> Snapshot:
    """Read a repository; of a large one only the folders, for `snapshot` to read the rest.

    What a studio that was killed left in it and around it is removed first.
    """
    listener.progress(0.0, "Reading the folders")
    begin = time.monotonic()
    repository = scan(path, allowed)
    if leftovers.sweep(repository):
        repository = scan(path, allowed)
    if len(repository.models) > LARGE:
        return Snapshot(repository, gpus=gpu_numbers(), is_whole=False)
    return _whole(repository, None, begin, listener, limit)


def snapshot(
    path: Path, before: Snapshot | None, listener: Listener, limit: int, allowed: tuple[str, ...] = ()
) -> Snapshot:
    """Read a repository; what did not change since `before` is taken from there."""
    listener.progress(0.0, "Reading the folders")
    begin = time.monotonic()
    glanced = before is not None and not before.is_whole
    repository = before.repository if before is not None and glanced else scan(path, allowed)
    return _whole(repository, before, begin, listener, limit)


def _whole(repository: Repository, before: Snapshot | None, begin: float, listener: Listener, limit: int) -> Snapshot:
    files = {each.name: (each.config_path, each.bounds) for each in repository.folders if each.config_path}
    was = before.configs if before is not None and before.repository.path == repository.path else {}
    configs: dict[str, Read] = {}
    pace = Pace()
    with garbage.paused():
        for index, (name, (file, bounds)) in enumerate(files.items()):
            if pace.is_due():
                listener.raise_if_cancelled()
                listener.progress(index / len(files), name)
            configs[name] = read_config(file, limit, bounds, was.get(name))
    listener.progress(1.0, f"{len(repository.models)} models")
    return Snapshot(repository, configs, gpu_numbers(), time.monotonic() - begin)


def is_same(before: Snapshot | None, now: Snapshot) -> bool:
    """Whether nothing changed from one snapshot to the next."""
    if before is None or not before.is_whole or before.repository != now.repository:
        return False
    was = before.configs
    return was.keys() == now.configs.keys() and all(read.is_like(was[name]) for name, read in now.configs.items())


def changed(before: Snapshot | None, now: Snapshot) -> set[str] | None:
    """The models that came, went, or have other files or another text; None where more than models changed."""
    if before is None or not before.is_whole or before.repository.problems != now.repository.problems:
        return None
    was, is_now = ({each.name: each for each in one.repository.folders} for one in (before, now))

    def differs(name: str) -> bool:
        texts = (one.configs.get(name, _NONE) for one in (before, now))
        return was.get(name) != is_now.get(name) or not next(texts).is_like(next(texts))

    return {name for name in {*was, *is_now} if differs(name)}


def config_of(known: Snapshot | None, folder: ModelFolder, limit: int) -> Read:
    """The configuration of one model, read now where the repository is so large that it is still being read."""
    found = known.configs.get(folder.name) if known is not None else None
    if found is None and folder.config_path is not None:
        return read_config(folder.config_path, limit, folder.bounds)
    return found or Read()
