"""All requests of a trace by their times: how many are under way at a moment, and which are in sight."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Times: TypeAlias = "npt.NDArray[np.int64]"
Flags: TypeAlias = "npt.NDArray[np.bool_]"


LANES = 6
_BLOCK, _BEFORE = 1024, 64
"""Lanes are found for so many at a time, with those before them in mind, and stay as they are while one moves."""


class Crowd:
    """Starts and ends in nanoseconds, in the order of the starts, one for each request."""

    def __init__(self, starts: Times, ends: Times, failed: Flags) -> None:
        self.starts, self.ends, self.failed = starts, ends, failed
        self._sorted_ends = np.sort(ends)
        self._lanes: dict[int, list[int]] = {}
        lasts = ends - starts
        self._longest = int(lasts.max()) if len(lasts) else 0

    @classmethod
    def none(cls) -> Crowd:
        """Of a trace without requests."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def extent(self) -> tuple[float, float]:
        """From the first start to the last end."""
        if not len(self):
            return 0.0, 1.0
        return float(self.starts[0]), float(self._sorted_ends[-1])

    def under_way(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """How many requests are under way at each of these moments."""
        begun = np.searchsorted(self.starts, times, "right")
        return np.asarray(begun - np.searchsorted(self._sorted_ends, times, "right"), np.int64)

    def lane(self, number: int) -> int:
        """In which of the lanes a request is drawn; -1 where there is no room for it."""
        block, place = divmod(number, _BLOCK)
        if block not in self._lanes:
            first, last = block * _BLOCK, (block + 1) * _BLOCK
            before = min(_BEFORE, first)
            self._lanes[block] = _lanes(self.starts[first - before : last], self.ends[first - before : last])[before:]
        return self._lanes[block][place]

    def within(self, start: float, end: float) -> npt.NDArray[np.int64]:
        """The numbers of those that are under way at any moment of a stretch, in the order of their starts."""
        first = int(np.searchsorted(self.starts, start - self._longest))
        last = int(np.searchsorted(self.starts, end, "right"))
        return np.flatnonzero(self.ends[first:last] >= start) + first


def _lanes(starts: Times, ends: Times) -> list[int]:
    """For each the first lane in which nothing else is at its time; -1 where there is none."""
    taken = [-1] * LANES
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        lane = next((lane for lane in range(LANES) if taken[lane] <= start), -1)
        if lane >= 0:
            taken[lane] = end
        found.append(lane)
    return found


def packed(crowd: Crowd, numbers: npt.NDArray[np.int64], rows: int, apart: float = 0.0) -> list[tuple[int, int]]:
    """Each with the first row in which nothing else is at its time; those that no row has room for are left out."""
    ends = [float("-inf")] * rows
    found = []
    for number in numbers.tolist():
        start = float(crowd.starts[number])
        row = next((row for row in range(rows) if ends[row] + apart <= start), -1)
        if row >= 0:
            ends[row] = float(crowd.ends[number])
            found.append((number, row))
    return found
