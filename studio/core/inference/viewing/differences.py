"""Where and how far two tensors are apart: planes of differences, the worst places, and how many in each decade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from studio.core.inference.compare import EXACT, Tolerance, distance
from studio.core.inference.figures import pieces
from studio.core.inference.requests import Array
from studio.value_class import dataclass

Mask = Literal["off", "over", "odd"]
_PIECE = 1 << 18
_LOWEST, _HIGHEST = -12, 12
Check = Callable[[], object]


def _nothing() -> None:
    """Nobody leaves before the end."""


@dataclass(frozen=True, slots=True)
class Decades:
    """How many differences begin with each power of ten, from the least that occurs; `equal` ones are no different.

    `over` has those of them beyond the tolerance; `mean` is of all finite differences.
    """

    first: int
    counts: tuple[int, ...]
    over: tuple[int, ...]
    equal: int
    mean: float


def signed(got: Array, wanted: Array) -> npt.NDArray[np.float64]:
    """The output less what is expected; NaN where one of them alone is not finite, 0 where both are the same."""
    a, b = got.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        off = distance(got, wanted, a, b)
    # Two large integers may be one float, and not the same.
    same = ((a == b) & ~(np.abs(off) > 0)) | (np.isnan(a) & np.isnan(b))
    off[same] = 0
    off[~same & ~(np.isfinite(a) & np.isfinite(b))] = np.nan
    return np.asarray(off)


def over(off: npt.NDArray[np.float64], wanted: Array, tolerance: Tolerance) -> npt.NDArray[np.bool_]:
    """Which differences are beyond the tolerance; those that are not finite are."""
    size = np.abs(wanted.astype(np.float64))
    size[~np.isfinite(size)] = 0
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isnan(off) | (np.abs(off) > tolerance.absolute + tolerance.relative * size))


def masked(off: npt.NDArray[np.float64], beyond: npt.NDArray[np.bool_], mask: Mask) -> npt.NDArray[np.bool_]:
    """Which cells a mask leaves."""
    if mask == "over":
        return beyond
    return np.isnan(off) if mask == "odd" else np.ones(off.shape, np.bool_)


def worst(
    got: Array, wanted: Array, tolerance: Tolerance = EXACT, count: int = 50, check: Check = _nothing
) -> tuple[tuple[int, ...], ...]:
    """The places that are furthest apart beyond the tolerance, the worst first."""
    kept: list[tuple[float, int]] = []
    for start, off, beyond in _pieces(got, wanted, tolerance, check):
        far = np.where(np.isnan(off), np.inf, np.abs(off))
        places = np.flatnonzero(beyond)
        if places.size > count:
            places = places[np.argpartition(-far[places], count)[:count]]
        kept += [(-float(far[place]), start + int(place)) for place in places.tolist()]
        kept = sorted(kept)[:count]
    shape = got.shape
    return tuple(tuple(int(each) for each in np.unravel_index(place, shape)) if shape else () for _, place in kept)


def decades(got: Array, wanted: Array, tolerance: Tolerance = EXACT, check: Check = _nothing) -> Decades:
    """How many differences there are in each decade."""
    counts = np.zeros(_HIGHEST - _LOWEST + 1, np.int64)
    beyond_counts, equal, total, finite = counts.copy(), 0, 0.0, 0
    for _, off, beyond in _pieces(got, wanted, tolerance, check):
        far = np.abs(off)
        known = far[~np.isnan(far)]
        total, finite = total + float(known.sum()), finite + known.size
        equal += int((far == 0).sum())
        counts += _by_decade(far[far > 0])
        beyond_counts += _by_decade(far[beyond & (far > 0)])
    used = np.flatnonzero(counts)
    first, last = (int(used[0]), int(used[-1])) if used.size else (0, -1)
    return Decades(
        first + _LOWEST,
        tuple(counts[first : last + 1].tolist()),
        tuple(beyond_counts[first : last + 1].tolist()),
        equal,
        total / finite if finite else 0.0,
    )


def by_index(
    got: Array, wanted: Array, axis: int, tolerance: Tolerance = EXACT, check: Check = _nothing
) -> tuple[tuple[int, float], ...]:
    """Along an axis: how many are beyond the tolerance at each index, and the largest difference there."""
    found = []
    for index in range(got.shape[axis]):
        where: Any = (*(slice(None) for _ in range(axis)), index)
        count, most = 0, 0.0
        for _, off, beyond in _pieces(got[where], wanted[where], tolerance, check):
            count += int(beyond.sum())
            most = max(most, float(np.nanmax(np.abs(off), initial=0.0)))
        found.append((count, most))
    return tuple(found)


def _by_decade(far: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    powers = np.clip(np.floor(np.log10(far)), _LOWEST, _HIGHEST).astype(np.int64) - _LOWEST
    return np.bincount(powers, minlength=_HIGHEST - _LOWEST + 1)


def _pieces(got: Array, wanted: Array, tolerance: Tolerance, check: Check) -> Any:
    start = 0
    for part, other in zip(pieces(got, _PIECE), pieces(wanted, _PIECE), strict=True):
        check()
        off = signed(part, other)
        yield start, off, over(off, other, tolerance)
        start += part.size
