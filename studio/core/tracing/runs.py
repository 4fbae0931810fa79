"""Where one stream of a file ends and the next begins."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from studio.core.tracing.records import Positions

Marks: TypeAlias = npt.NDArray[np.int8]

_KINDS = 3


class Runs:
    """Cuts records into streams, block after block.

    A stream is what has one id, and has its marks, a header and the first moment of its protocol, once: where one of
    them comes again the id is another server's.
    """

    def __init__(self) -> None:
        self._id = -1
        self._had: set[int] = set()

    def heads(self, ids: Positions, marks: Marks, *, is_first: bool) -> tuple[Positions, bool]:
        """The rows with which streams begin, the first row always, and whether that is a new one.

        `marks` are 0 for most records, 1 and 2 for those that come once. `is_first` says that a file begins.
        """
        if is_first:
            self._id = -1
        change = np.append(ids[0] != self._id, ids[1:] != ids[:-1])
        run = np.cumsum(np.append(True, change[1:])) - 1
        current, had = 0, set() if change[0] else self._had
        for row in _watched(run, marks).tolist():
            if run[row] != current:
                current, had = int(run[row]), set()
            if int(marks[row]) in had:
                change[row], had = True, set()
            had.add(int(marks[row]))
        self._id, self._had = int(ids[-1]), had if current == run[-1] else set()
        is_new = bool(change[0])
        change[0] = True
        return np.flatnonzero(change), is_new


def _watched(run: Positions, marks: Marks) -> Positions:
    """The marked rows of runs that may hold several streams: a mark comes twice, or another block has the rest."""
    marked = np.flatnonzero(marks)
    found, counts = np.unique(run[marked] * _KINDS + marks[marked], return_counts=True)
    runs = np.unique(np.append(found[counts > 1] // _KINDS, (0, run[-1])))
    return marked[np.isin(run[marked], runs)]
