"""Checks the files of the open models on disk, the only way in which what other programs wrote reaches an editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.editing.open_text import OpenText
from studio.app.repository.save_clock import SaveClock
from studio.app.settings import settings
from studio.core import garbage
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.reading import Stamp, content_of, is_missing, read


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What a file holds now, without a stamp where there is none. `text` only where that is not what is known of it."""

    data: bytes = b""
    stamp: Stamp | None = None
    text: Draft | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is looked at, and what is known of it. Its model is told what is found."""

    model: OpenText
    path: Path
    bounds: Bounds
    known: Stamp | None
    parse: Callable[[bytes | str], Draft]

    def read(self, limit: int) -> OnDisk | None:
        """What it holds now; None where that cannot be known."""
        try:
            data, stamp = read(self.path, limit, self.bounds)
        except CoreError as failure:
            return OnDisk() if is_missing(failure) else None
        is_known = content_of(stamp) == content_of(self.known)
        return OnDisk(data, stamp, None if is_known else self.parse(data))


@dataclass(frozen=True, slots=True)
class DiskCheck:
    """A check of some files that began at a moment."""

    files: tuple[_File, ...]
    begun: int
    limit: int

    def carry_out(self) -> tuple[OnDisk | None, ...]:
        """What the files hold now; any thread may ask."""
        with garbage.paused():
            return tuple(file.read(self.limit) for file in self.files)


class DiskChecks(QObject):
    """Tells each open model what its file holds, unless that was decided since the check began. UI thread only."""

    def __init__(self, models: Callable[[], Mapping[str, OpenText]], save_clock: SaveClock, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._save_clock = save_clock
        self._task: tasks.Task[tuple[OnDisk | None, ...]] | None = None
        self._again = False
        self._held = 0

    def check(self) -> None:
        """Check every open model's file, once more where a check is under way."""
        if self._held or (self._task is not None and self._task.running):
            self._again = True
            return
        check = self.begin()
        self._again = False
        if check.files:
            self._task = tasks.run(self, lambda _: check.carry_out(), lambda found: self.take(check, found))

    def begin(self) -> DiskCheck:
        """A check that begins now."""
        files = (_File(each, each.path, each.folder.bounds, each.stamp, each.parse) for each in self._models().values())
        return DiskCheck(tuple(files), self._save_clock.now(), settings().largest_config)

    def take(self, check: DiskCheck, found: tuple[OnDisk | None, ...]) -> None:
        """Tell the models what a check found, and check again where it says nothing any more."""
        is_old, models = self._save_clock.since(check.begun), self._models()
        for file, now in zip(check.files, found, strict=True):
            model = file.model
            if models.get(model.name) is not model:
                continue
            if self._held or model.name in is_old or model.path != file.path:
                self._again = True
            elif now is not None:
                model.see_disk(now.data, now.stamp, now.text)
        if self._again:
            self.check()

    def hold(self) -> None:
        """The studio itself moves folders: until `release` nothing is told, since what is missing is on its way."""
        self._held += 1

    def release(self) -> None:
        """The folders are where they belong."""
        self._held -= 1
        if self._again:
            self.check()
