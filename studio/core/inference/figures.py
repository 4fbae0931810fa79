"""What the numbers of a tensor are like: statistics and histograms of a sample or of all, in pieces that stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.inference.requests import Array
from studio.value_class import dataclass

PIECE = 1 << 15
"""Elements at once: what is made of them stays in the processor's cache."""
_CHECKED_EACH = 64
_SAMPLED_BLOCKS, _SAMPLED_BLOCK = 256, 512
SAMPLE = _SAMPLED_BLOCKS * _SAMPLED_BLOCK
"""Elements of a sample; a tensor that has no more is counted whole at once."""
_LEAST_REACH = 1e-290
Check = Callable[[], object]
"""Called now and then by what takes long; it raises where nobody waits any more."""


def _nothing() -> None:
    """Nobody leaves before the end."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the finite numbers of a tensor are like; the moments are NaN where there are none."""

    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    zeros: int
    nan: int
    inf: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of the finite numbers in equal bins between two ends; both ends are in."""

    low: float
    high: float
    counts: npt.NDArray[np.int64]


def pieces(array: Array, size: int = PIECE) -> Iterator[Array]:
    """The elements in C order, some at a time; an array that lies in one piece is not copied."""
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        for start in range(0, flat.size, size):
            yield flat[start : start + size]
        return
    iterator = array.flat
    for start in range(0, array.size, size):
        yield iterator[start : start + size]


def checks(array: Array) -> int:
    """How many times one pass over an array checks whether somebody still waits for it."""
    return -(-int(array.size) // (PIECE * _CHECKED_EACH))


def sample(array: Array) -> Array:
    """Some of the elements, from all over the tensor; all of them where there are few. The same ones each time."""
    if array.size <= SAMPLE:
        return array.reshape(-1)
    flat: Any = array.reshape(-1) if array.flags.c_contiguous else array.flat
    width = array.size / _SAMPLED_BLOCKS
    # Blocks at even distances would see one column of a matrix again and again.
    shifts = np.random.default_rng(0).random(_SAMPLED_BLOCKS) * (width - _SAMPLED_BLOCK)
    starts = (np.arange(_SAMPLED_BLOCKS) * width + shifts).astype(np.int64)
    return np.concatenate([flat[start : start + _SAMPLED_BLOCK] for start in starts.tolist()])


class _Moments:
    """Adds up piece after piece; means and squares are joined so that nothing cancels out."""

    def __init__(self) -> None:
        self.count = self.finite = self.zeros = self.nan = self.inf = 0
        self.low, self.high = np.inf, -np.inf
        self.mean = self.squares = 0.0
        self._flags = np.empty(PIECE, np.bool_)
        self._single, self._double = np.empty(PIECE, np.float32), np.empty(PIECE, np.float64)

    def add(self, piece: npt.NDArray[Any]) -> None:
        """Counts a piece in; what is not finite is left out of all but its own count."""
        self.count += piece.size
        flags = self._flags[: piece.size]
        self.zeros += int(np.count_nonzero(np.equal(piece, 0, out=flags)))
        low, high = float(piece.min()), float(piece.max())
        if not (np.isfinite(low) and np.isfinite(high)):
            self.nan += int(np.isnan(piece).sum())
            self.inf += int(np.isinf(piece).sum())
            piece = piece[np.isfinite(piece)]
            if not piece.size:
                return
            low, high = float(piece.min()), float(piece.max())
        self.low, self.high = min(self.low, low), max(self.high, high)
        self._join(piece, float(piece.sum(dtype=np.float64)) / piece.size, high - low)

    def _join(self, piece: npt.NDArray[Any], mean: float, reach: float) -> None:
        off = mean - self.mean
        total = self.finite + piece.size
        self.squares += self._spread(piece, mean, reach) + off * off * self.finite * piece.size / total
        self.mean += off * piece.size / total
        self.finite = total

    def _spread(self, piece: npt.NDArray[Any], mean: float, reach: float) -> float:
        """The sum of the squared distances from the mean; `reach` is from the least to the greatest."""
        # Squares of what is near to zero, or far from it, do not fit into as few bits.
        is_single = piece.dtype == np.float32 and 1e-12 < reach < 1e15
        room = (self._single if is_single else self._double)[: piece.size]
        np.subtract(piece, room.dtype.type(mean), out=room, casting="unsafe")
        np.multiply(room, room, out=room)
        return float(room.sum(dtype=np.float64))


def statistics(array: Array, check: Check = _nothing) -> Statistics | None:
    """The statistics of a numeric tensor; None for strings and empty tensors."""
    if array.dtype.kind in "OSU" or array.size == 0:
        return None
    moments = _Moments()
    with np.errstate(over="ignore", invalid="ignore"):
        for place, piece in enumerate(pieces(array)):
            if not place % _CHECKED_EACH:
                check()
            moments.add(_plain(piece))
    nan, found = float("nan"), moments.finite
    return Statistics(
        count=moments.count,
        minimum=moments.low if found else nan,
        maximum=moments.high if found else nan,
        mean=moments.mean if found else nan,
        deviation=float(np.sqrt(moments.squares / found)) if found else nan,
        zeros=moments.zeros,
        nan=moments.nan,
        inf=moments.inf,
    )


def histogram(array: Array, low: float, high: float, bins: int = 64, check: Check = _nothing) -> Histogram:
    """How many numbers lie in each of so many equal bins; what is outside the ends, or NaN, is left out."""
    counts = np.zeros(bins, np.int64)
    if array.dtype.kind in "OSU" or not array.size or not (np.isfinite(low) and np.isfinite(high)):
        return Histogram(low, high, counts)
    by = within_reach(low, high)
    # Multiplied first: neither end alone is out of reach.
    first, last = low * by, high * by
    scale = bins / (last - first) if last > first else 0.0
    room, places = np.empty(PIECE, np.float64), np.empty(PIECE, np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        for number, piece in enumerate(pieces(array)):
            if not number % _CHECKED_EACH:
                check()
            plain = _plain(piece)
            counts += _binned(plain if by == 1 else plain * by, first, last, scale, bins, room, places)
    return Histogram(low, high, counts)


def within_reach(low: float, high: float) -> float:
    """What numbers are multiplied by so that their distances, and what divides them into bins, can be told."""
    reach = float(high) - float(low)
    return 0.5 if not np.isfinite(reach) else 2.0**600 if 0 < reach < _LEAST_REACH else 1.0


def _binned(
    piece: npt.NDArray[Any],
    low: float,
    high: float,
    scale: float,
    bins: int,
    room: npt.NDArray[np.float64],
    places: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    if not (piece.min() >= low and piece.max() <= high):
        piece = piece[(piece >= low) & (piece <= high)]
    scaled, where = room[: piece.size], places[: piece.size]
    np.subtract(piece, low, out=scaled, casting="unsafe")
    np.multiply(scaled, scale, out=scaled)
    where[:] = scaled
    np.minimum(where, bins - 1, out=where)
    return np.bincount(where, minlength=bins)


def _plain(piece: Array) -> npt.NDArray[Any]:
    """Numbers that numpy counts fast: those of two bytes as four, truth values as bytes."""
    if piece.dtype == np.bool_:
        return piece.view(np.uint8)
    is_short = piece.dtype.itemsize == 2 and piece.dtype.kind not in "iu"
    return piece.astype(np.float32) if is_short else piece
