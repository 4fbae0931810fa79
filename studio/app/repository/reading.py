"""Reading a whole repository for a session: its layout, and the text of every configuration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.app.pace import Pace
from studio.app.tasks import TaskContext
from studio.core.checking import collector
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files import leftovers
from studio.core.files.repository import ModelFolder, Repository, scan
from studio.core.files.saving import Stamp, read

_LARGE = 400
"""So many configurations are read in a blink."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One configuration as it was read. `problem` is why it could not be, `text` then None."""

    data: bytes = b""
    stamp: Stamp | None = None
    text: Draft | None = None
    problem: str = ""


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


def glance(path: Path, context: TaskContext, limit: int) -> Snapshot:
    """Read a repository; of a large one only the folders, for `snapshot` to read the rest.

    What a studio that was killed left in it and around it is removed first.
    """
    context.progress(0.0, "Reading the folders")
    begin = time.monotonic()
    repository = scan(path)
    if leftovers.sweep(repository):
        repository = scan(path)
    if len(repository.models) > _LARGE:
        return Snapshot(repository, gpus=_gpus(), is_whole=False)
    return _whole(repository, {}, begin, context, limit)


def snapshot(path: Path, before: Snapshot | None, context: TaskContext, limit: int) -> Snapshot:
    """Read a repository; what did not change since `before` is taken from there."""
    context.progress(0.0, "Reading the folders")
    begin = time.monotonic()
    glanced = before is not None and not before.is_whole
    repository = before.repository if before is not None and glanced else scan(path)
    return _whole(repository, _unchanged(repository, before), begin, context, limit)


def _whole(
    repository: Repository, known: Mapping[str, Read], begin: float, context: TaskContext, limit: int
) -> Snapshot:
    files = {each.name: each.config_path for each in (*repository.models, *repository.strays) if each.config_path}
    configs: dict[str, Read] = {}
    pace = Pace()
    with collector.paused():
        for index, (name, file) in enumerate(files.items()):
            if pace.is_due():
                context.raise_if_cancelled()
                context.progress(index / len(files), name)
            configs[name] = known.get(name) or read_config(file, limit)
    context.progress(1.0, f"{len(repository.models)} models")
    return Snapshot(repository, configs, _gpus(), time.monotonic() - begin)


def changed(before: Snapshot | None, now: Snapshot) -> set[str] | None:
    """The models that came, went, or have other files or another text; None where more than models changed."""
    if before is None or not before.is_whole or before.repository.problems != now.repository.problems:
        return None
    was, is_now = (
        {each.name: each for each in (*one.repository.models, *one.repository.strays)} for one in (before, now)
    )
    return {
        name
        for name in {*was, *is_now}
        if was.get(name) != is_now.get(name) or before.configs.get(name) is not now.configs.get(name)
    }


def _gpus() -> tuple[int, ...]:
    from studio.metrics import nvml

    return tuple(gpu.index for gpu in nvml.gpus())


def read_config(path: Path, limit: int) -> Read:
    """One configuration as it is on disk now."""
    try:
        data, stamp = read(path, limit)
    except CoreError as failure:
        return Read(problem=failure.reason)
    return Read(data, stamp, draft(data))


def _unchanged(repository: Repository, before: Snapshot | None) -> dict[str, Read]:
    """The configurations whose file has the size and time of before."""
    if before is None or before.repository.path != repository.path:
        return {}
    was = {each.name: _mark(each) for each in (*before.repository.models, *before.repository.strays)}
    now = (*repository.models, *repository.strays)
    same = (each.name for each in now if _mark(each) is not None and was.get(each.name) == _mark(each))
    return {name: before.configs[name] for name in same if name in before.configs and before.configs[name].text}


def _mark(folder: ModelFolder) -> tuple[int, int] | None:
    for entry in folder.files:
        if folder.config_path is not None and entry.name == folder.config_path.name:
            return entry.size, entry.modified_ns
    return None
