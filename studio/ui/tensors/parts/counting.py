"""The figures of a tensor: of a sample at once, of all values by one pass on another thread that can be left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.core.inference.figures import SAMPLE, Histogram, Statistics, histogram, sample, statistics
from studio.core.inference.requests import Array

BINS = 64
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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counted: Counted | None = None
        self._array: Array | None = None
        # What is seen first comes first: two threads would share the interpreter.
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self._count_all)

    def start(self, array: Array) -> None:
        """Counts an array; the same one is not counted again."""
        if array is self._array:
            return
        self._array = array
        self.counted = _count(sample(array), int(array.size)) if array.size else None
        self._later.stop()
        if array.size > SAMPLE and self.counted is not None:
            self._later.start()
        self.told.emit()

    def _count_all(self) -> None:
        array = self._array
        if array is not None:
            tasks.run(self, lambda context: _all(array, context), self._tell, key="count")

    def _tell(self, found: Counted | None) -> None:
        self.counted = found
        self.told.emit()


def _count(part: Array, of: int) -> Counted | None:
    found = statistics(part)
    if found is None:
        return None
    return Counted(found, histogram(part, found.minimum, found.maximum, BINS), of)


def _all(array: Array, context: tasks.TaskContext) -> Counted | None:
    check = context.raise_if_cancelled
    found = statistics(array, check)
    if found is None:
        return None
    return Counted(found, histogram(array, found.minimum, found.maximum, BINS, check), int(array.size))
