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
from studio.core.files.bounds import Bounds
from studio.core.files.configs import Read, read_config


@dataclass(frozen=True, slots=True)
class DiskCheck:
    """A check of some files that began at a moment. `models` are told what it finds, in the order of `paths`."""

    models: tuple[OpenText, ...]
    paths: tuple[Path, ...]
    bounds: tuple[Bounds, ...]
    begun: int
    limit: int

    def carry_out(self) -> tuple[Read, ...]:
        """What the files hold now; any thread may ask."""
        places = zip(self.paths, self.bounds, strict=True)
        return tuple(read_config(path, self.limit, bounds) for path, bounds in places)


class DiskChecks(QObject):
    """Tells each open model what its file holds, unless that was decided since the check began. UI thread only."""

    def __init__(self, models: Callable[[], Mapping[str, OpenText]], save_clock: SaveClock, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._save_clock = save_clock
        self._task: tasks.Task[tuple[Read, ...]] | None = None
        self._again = False
        self._held = 0

    def check(self) -> None:
        """Check every open model's file, once more where a check is under way."""
        if self._held or (self._task is not None and self._task.running):
            self._again = True
            return
        check = self.begin()
        self._again = False
        if check.models:
            self._task = tasks.run(self, lambda _: check.carry_out(), lambda found: self.take(check, found))

    def begin(self) -> DiskCheck:
        """A check that begins now."""
        models = tuple(self._models().values())
        limit = settings().largest_config
        bounds = tuple(model.folder.bounds for model in models)
        return DiskCheck(models, tuple(model.path for model in models), bounds, self._save_clock.now(), limit)

    def take(self, check: DiskCheck, found: tuple[Read, ...]) -> None:
        """Tell the models what a check found, and check again where it says nothing any more."""
        is_old, models = self._save_clock.since(check.begun), self._models()
        for model, path, read in zip(check.models, check.paths, found, strict=True):
            if models.get(model.name) is not model:
                continue
            if self._held or model.name in is_old or model.path != path:
                self._again = True
            elif not read.problem:
                model.see_disk(read.data, read.stamp)
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
