"""Reads a repository in tasks, one reading after another, and tells what each found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.repository.reading import Reading, Snapshot
from studio.app.repository.save_clock import SaveClock
from studio.app.settings import settings
from studio.failure import Failure

T = TypeVar("T")


class Scanning(QObject):
    """The one door to readings of a whole repository. UI thread only."""

    read = Signal(object)
    """Snapshot: the repository that is open was read again."""
    lost = Signal()
    """The repository that is open could not be read."""
    progressed = Signal(float, str)

    def __init__(self, known: Callable[[], Snapshot | None], save_clock: SaveClock, parent: QObject) -> None:
        """`known` gives what is known of the repository that is open, None where none is."""
        super().__init__(parent)
        self.known = known
        self._save_clock = save_clock
        self._allowed: tuple[str, ...] = ()
        self._task: tasks.Task[Snapshot] | None = None
        self._again = False
        self._told = ""
        """Why the latest reading failed, where it did."""
        self._after: list[Callable[[], object]] = []
        """Who waits for a reading that is still to begin."""
        self._waiting: list[Callable[[], object]] = []
        """Who waits for the one that is under way."""

    @property
    def running(self) -> bool:
        """Whether a reading is under way."""
        return self._task is not None and self._task.running

    def open(self, path: Path, done: Callable[[Snapshot], None], failed: Callable[[Failure], None]) -> None:
        """Read another repository. Where it is not opened the old one is read if that was wanted meanwhile."""

        def ended(tell: Callable[[T], None], value: T) -> None:
            tell(value)
            if self._again or self._after or self._waiting:
                self.again()

        self._start(self._reading(path, None), partial(ended, done), partial(ended, failed))

    def again(self, then: Callable[[], object] | None = None) -> None:
        """Read the repository that is open once more, and call `then` once what is there now is known or cannot be.

        A reading that is under way is not begun anew but followed by another.
        """
        if then is not None:
            self._after.append(then)
        if self.running:
            self._again = True
        elif (known := self.known()) is not None:
            self._again = False
            self._waiting += self._after
            self._after = []
            self._start(self.begin(known), self.take, self._failed)

    def begin(self, known: Snapshot) -> Reading:
        """A reading of the repository that is open which begins now."""
        return self._reading(known.repository.path, known)

    def _failed(self, failure: Failure) -> None:
        if failure.reason != self._told:
            self._told = failure.reason
            notices.post_failure(failure)
        self.lost.emit()
        self._tell_waiting()

    def take(self, found: Snapshot) -> None:
        """Tell what a reading found."""
        self._told = ""
        self.read.emit(found)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        """A reading ended: whoever waits for it is told, and the next begins where one was wanted meanwhile."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each()
        if self._again and not self.running:
            self.again()

    def allow(self, target: Path) -> None:
        """The person wants read what lies there, out of the repository: until the end of the session."""
        self._allowed = (*self._allowed, str(target))
        self.again()

    def cancel(self) -> bool:
        """Leave the reading that is under way; whether there was one."""
        was_running = self._task is not None and self._task.running
        if self._task is not None:
            self._task.cancel()
        return was_running

    def forget(self) -> None:
        """Nobody waits for what is read any more."""
        self._again = False
        self._after.clear()
        self._waiting.clear()

    def _reading(self, path: Path, known: Snapshot | None) -> Reading:
        limit = settings().largest_config
        return Reading(path, known, limit, self._save_clock.now(), self._allowed)

    def _start(self, reading: Reading, done: Callable[[Snapshot], None], failed: Callable[[Failure], None]) -> None:
        self._task = tasks.run(self, reading.carry_out, done, failed, self.progressed.emit, key="scan")
