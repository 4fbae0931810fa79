"""Reading a whole repository for a session: its layout, the text of every configuration, and what is found in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.app.tasks import TaskContext
from studio.core.checking import collector
from studio.core.checking.check import Profile, affected, check_each, check_model
from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.repository import ModelFolder, Repository, scan
from studio.core.files.saving import Stamp, read

_TELL_EVERY = 0.05
"""Seconds."""
_LARGE = 400
"""So many configurations are read in a blink."""
_NEARLY = 0.999


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


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The findings of a check of everything, those of the repository itself under "". `models` of `of` were checked."""

    findings: dict[str, tuple[Finding, ...]]
    models: int
    of: int


def glance(path: Path, context: TaskContext, limit: int) -> Snapshot:
    """Read a repository; of a large one only the folders, for `snapshot` to read the rest."""
    context.progress(0.0, "Reading the folders")
    begin = time.monotonic()
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
    pace = _Pace()
    with collector.paused():
        for index, (name, file) in enumerate(files.items()):
            if pace.is_due():
                context.raise_if_cancelled()
                context.progress(index / len(files), name)
            configs[name] = known.get(name) or read_config(file, limit)
    context.progress(1.0, f"{len(repository.models)} models")
    return Snapshot(repository, configs, _gpus(), time.monotonic() - begin)


class _Pace:
    """How often a loop over thousands of models tells how far it is, and lets the UI thread have the interpreter."""

    def __init__(self) -> None:
        self._last = 0.0

    def is_due(self) -> bool:
        """True a few times a second, the first time at once."""
        now = time.monotonic()
        if now - self._last < _TELL_EVERY:
            return False
        # A loop of pure Python holds the interpreter for milliseconds at a time.
        time.sleep(0.001)
        self._last = time.monotonic()
        return True


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


def check_all(
    repository: Repository,
    drafts: Mapping[str, Draft],
    profile: Profile,
    context: TaskContext,
    leave: Callable[[], bool],
) -> Checked:
    """Check every model, and tell how far it is; what was found until `leave` says so where it does."""
    found: dict[str, tuple[Finding, ...]] = {}
    whole = len(repository.models) + len(repository.strays)
    done, pace = 0, _Pace()
    with collector.paused():
        for name, several in check_each(repository, drafts, profile):
            done += bool(name)
            if several:
                found[name] = several
            if leave():
                break
            if pace.is_due():
                context.raise_if_cancelled()
                context.progress(done / max(whole, 1) * _NEARLY, f"Checking {name}")
    return Checked(found, done, whole)


def check_some(
    repository: Repository, names: Iterable[str], drafts: Mapping[str, Draft], profile: Profile, context: TaskContext
) -> dict[str, tuple[Finding, ...]]:
    """The findings of these models and of the ensembles that use them; models without any are in it, empty."""
    found: dict[str, tuple[Finding, ...]] = {}
    for name in names:
        context.raise_if_cancelled()
        if name not in found:
            found.update(dict.fromkeys(affected(name, drafts), ()))
            found.update(grouped(check_model(repository, name, drafts, profile)))
    return found


def grouped(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Findings by model, in their order."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        found.setdefault(each.model, []).append(each)
    return {name: tuple(several) for name, several in found.items()}
