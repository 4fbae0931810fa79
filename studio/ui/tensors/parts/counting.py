"""The figures of a tensor: of a sample at once, of all values by one pass on another thread that can be left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.core.inference.figures import Histogram, Statistics, checks, histogram, sample, statistics
from studio.core.inference.requests import Array

BINS = 64
_TOLD_EACH = 8
AFTER_MS = 40
"""How long the pass over all values waits for the first paint."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Statistics with their histogram, of so many of the values."""

    statistics: Statistics
    bins: Histogram
    of: int

    @property
    def is_exact(self) -> bool:
        """Whether all were counted."""
        return self.statistics.count == self.of

    @property
    def note(self) -> str:
        """Which part was counted; empty where all was."""
        return "" if self.is_exact else f"sampled: {self.statistics.count:,} of {self.of:,} values"


class Counting(QObject):
    """Counts one array at a time; a newer one takes the place of the one before."""

    told = Signal()
    moved = Signal()
    """How far the pass over all values is; or it ended, or was left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counted: Counted | None = None
        self.share: float | None = None
        """How far the pass over all values is, from 0 to 1; None where none is under way."""
        self._array: Array | None = None
        self._task: tasks.Task[Counted | None] | None = None
        # What is seen first comes first: two threads would share the interpreter.
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self._count_all)

    def start(self, array: Array) -> None:
        """Counts an array; the same one is not counted again."""
        if array is self._array:
            return
        self._array = array
        self.counted = _count(sample(array), int(array.size)) if array.size else None
        self._stop()
        self.told.emit()
        self.count_all()

    def count_all(self) -> None:
        """Begins the pass over all values, where those of a sample are all that is known."""
        if self.counted is not None and not self.counted.is_exact and self.share is None:
            self.share = 0.0
            self._later.start()
            self.moved.emit()

    def cancel(self) -> None:
        """Leaves the pass: the figures of the sample stay."""
        if self.share is not None:
            self._stop()
            self.moved.emit()

    def _stop(self) -> None:
        self._later.stop()
        self.share = None
        if self._task is not None:
            self._task.cancel()

    def _count_all(self) -> None:
        array = self._array
        if array is not None:
            self._task = tasks.run(
                self, lambda context: _all(array, context), self._tell, progress=self._move, key="count"
            )

    def _move(self, share: float, _text: str) -> None:
        if self.share is not None:
            self.share = share
            self.moved.emit()

    def _tell(self, found: Counted | None) -> None:
        self.counted, self.share = found, None
        self.told.emit()
        self.moved.emit()


def _count(part: Array, of: int) -> Counted | None:
    found = statistics(part)
    if found is None:
        return None
    return Counted(found, histogram(part, found.minimum, found.maximum, BINS), of)


def _all(array: Array, context: tasks.TaskContext) -> Counted | None:
    done, wanted = 0, max(2 * checks(array), 1)

    def check() -> None:
        nonlocal done
        context.raise_if_cancelled()
        if not done % _TOLD_EACH:
            context.progress(min(done / wanted, 1.0))
        done += 1

    found = statistics(array, check)
    if found is None:
        return None
    return Counted(found, histogram(array, found.minimum, found.maximum, BINS, check), int(array.size))
