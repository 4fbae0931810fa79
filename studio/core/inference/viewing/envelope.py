"""A long row of numbers as columns of least and greatest: a line that has more points than there are pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.inference.requests import Array
from studio.value_class import dataclass

_LOOKED_AT = 1 << 18
"""Elements of a quick look."""
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Envelope:
    """The least and the greatest finite number of each column, NaN where there is none; `gaps` has what is not finite.

    Where it is not exact, some of the elements of each column were looked at.
    """

    lows: npt.NDArray[np.float64]
    highs: npt.NDArray[np.float64]
    gaps: npt.NDArray[np.bool_]
    is_exact: bool


def envelope(row: Array, columns: int, check: Callable[[], object] | None = None) -> Envelope:
    """Of all elements. `check` is called now and then and may raise."""
    count = max(min(columns, row.size), 1)
    starts = np.linspace(0, row.size, count + 1).astype(np.int64)
    lows, highs, gaps = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, np.bool_)
    if not row.size:
        return Envelope(lows, highs, gaps, True)
    at_once = max(int(_PIECE * count / row.size), 1)
    for first in range(0, count, at_once):
        last = min(first + at_once, count)
        if check is not None:
            check()
        piece = _numbers(row[starts[first] : starts[last]])
        part = _reduced(piece, starts[first:last] - starts[first])
        lows[first:last], highs[first:last], gaps[first:last] = part
    return Envelope(lows, highs, gaps, True)


def quick_envelope(row: Array, columns: int) -> Envelope:
    """Of some elements of each column where there are many."""
    if row.size <= _LOOKED_AT:
        return envelope(row, columns)
    each = max(_LOOKED_AT // max(columns, 1), 1)
    starts = np.linspace(0, row.size - each, max(columns, 1)).astype(np.int64)
    looked = np.concatenate([row[start : start + each] for start in starts.tolist()])
    found = envelope(looked, columns)
    return Envelope(found.lows, found.highs, found.gaps, False)


def _numbers(piece: Array) -> npt.NDArray[Any]:
    is_wide = piece.dtype in (np.float32, np.float64) or piece.dtype.kind in "iu"
    return np.asarray(piece) if is_wide else piece.astype(np.float32)


def _reduced(piece: npt.NDArray[Any], starts: npt.NDArray[np.int64]) -> tuple[Any, Any, Any]:
    lows = np.minimum.reduceat(piece, starts).astype(np.float64)
    highs = np.maximum.reduceat(piece, starts).astype(np.float64)
    gaps = ~(np.isfinite(lows) & np.isfinite(highs))
    if gaps.any():
        finite = np.isfinite(piece)
        lows = np.minimum.reduceat(np.where(finite, piece, np.inf), starts).astype(np.float64)
        highs = np.maximum.reduceat(np.where(finite, piece, -np.inf), starts).astype(np.float64)
        none = lows > highs
        lows[none] = highs[none] = np.nan
    return lows, highs, gaps
