"""How one tensor differs from another: by how much, where, in how many places, or why they cannot be compared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.core.config.datatypes import of_array
from studio.core.inference.requests import Array
from studio.value_class import dataclass

_AT_ONCE = 1 << 20
"""Elements; what is made of a large tensor meanwhile stays small."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be off: by `absolute` and by `relative` times what is expected, together."""

    absolute: float = 0.0
    relative: float = 0.0


EXACT = Tolerance()


@dataclass(frozen=True, slots=True)
class Difference:
    """What was found. `problem` says why they cannot be compared, and then the rest means nothing.

    The errors are the largest between finite numbers, `where` is the place that is furthest off; `count` elements of
    `size` are off by more than the tolerance. `not_numbers` of them are NaN on one side only, `infinite` of them
    infinite on one side only or with another sign.
    """

    size: int = 0
    count: int = 0
    absolute: float = 0.0
    relative: float = 0.0
    where: tuple[int, ...] = ()
    not_numbers: int = 0
    infinite: int = 0
    problem: str = ""
    where_relative: tuple[int, ...] = ()
    """The place of the largest relative error."""

    @property
    def is_within(self) -> bool:
        """Whether everything is within the tolerance."""
        return not self.problem and not self.count

    @property
    def text(self) -> str:
        """All of it in words."""
        if self.problem:
            return self.problem
        if not self.count:
            near = f", off by {self.absolute:.3g} at most" if self.absolute else ""
            return f"as expected{near}"
        words = [f"{self.count:,} of {self.size:,} differ"]
        if self.absolute:
            # Of what should be 0 there is no relative error.
            relative = f" ({self.relative:.3g} relative)" if self.relative else ""
            words.append(f"by {self.absolute:.3g} at most{relative}")
        words += [f"{n:,} {what}" for n, what in ((self.not_numbers, "NaN"), (self.infinite, "infinite")) if n]
        place = f" at {list(self.where)}" if self.where else ""
        return f"{', '.join(words)}{place}"


def compare(
    got: Array, wanted: Array, tolerance: Tolerance = EXACT, check: Callable[[], object] | None = None
) -> Difference:
    """How a tensor differs from what is expected. NaN is as NaN, and an infinity as the same one.

    `check` is called now and then and may raise to leave.
    """
    if problem := _incomparable(got, wanted):
        return Difference(problem=problem)
    if of_array(wanted).wire == "BYTES":
        return _of_strings(got, wanted)
    found = Difference(size=int(got.size))
    flat, right = got.reshape(-1), wanted.reshape(-1)
    worst = steepest = -1
    furthest = -1.0
    for start in range(0, flat.size, _AT_ONCE):
        if check is not None:
            check()
        piece = _piece(flat[start : start + _AT_ONCE], right[start : start + _AT_ONCE], tolerance)
        if piece.first >= 0 and piece.furthest > furthest:
            worst, furthest = start + piece.first, piece.furthest
        if piece.steepest >= 0 and piece.relative > found.relative:
            steepest = start + piece.steepest
        found = _with(found, piece)
    return Difference(
        found.size,
        found.count,
        found.absolute,
        found.relative,
        _place(worst, got.shape) if worst >= 0 else (),
        found.not_numbers,
        found.infinite,
        where_relative=_place(steepest, got.shape) if steepest >= 0 else (),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was found in some of the elements; `first` is the one that is furthest off, -1 where none is."""

    count: int
    absolute: float
    relative: float
    first: int
    furthest: float
    not_numbers: int
    infinite: int
    steepest: int
    """The one with the largest relative error, -1 where there is none."""


def _with(found: Difference, piece: _Piece) -> Difference:
    return Difference(
        found.size,
        found.count + piece.count,
        max(found.absolute, piece.absolute),
        max(found.relative, piece.relative),
        (),
        found.not_numbers + piece.not_numbers,
        found.infinite + piece.infinite,
    )


def _piece(got: Array, wanted: Array, tolerance: Tolerance) -> _Piece:
    a, b = _numbers(got), _numbers(wanted)
    nan_a, nan_b = np.isnan(a), np.isnan(b)
    one_nan = nan_a != nan_b
    endless = (np.isinf(a) | np.isinf(b)) & (a != b) & ~nan_a & ~nan_b
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(distance(got, wanted, a, b))
    off[~np.isfinite(a) | ~np.isfinite(b)] = 0
    size = np.abs(b)
    size[~np.isfinite(size)] = 0
    beyond = (off > tolerance.absolute + tolerance.relative * size) | one_nan | endless
    relative = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
    furthest = np.where(one_nan | endless, np.inf, off)
    first = int(furthest.argmax()) if furthest.size and furthest.max() > 0 else -1
    return _Piece(
        count=int(beyond.sum()),
        absolute=float(off.max(initial=0)),
        relative=float(relative.max(initial=0)),
        first=first,
        furthest=float(furthest[first]) if first >= 0 else 0.0,
        not_numbers=int(one_nan.sum()),
        infinite=int(endless.sum()),
        steepest=int(relative.argmax()) if relative.size and relative.max() > 0 else -1,
    )


def _numbers(array: Array) -> npt.NDArray[np.float64]:
    return array.astype(np.float64)


def distance(
    got: Array, wanted: Array, a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The first less the second; `a` and `b` are both as floats."""
    if got.dtype.kind in "iu" and got.dtype.itemsize == 8 and got.dtype == wanted.dtype:
        # Two large integers may be one float.
        x, y = got.astype(np.uint64), wanted.astype(np.uint64)
        return np.where(np.greater(got, wanted), (x - y).astype(np.float64), -(y - x).astype(np.float64))
    return np.asarray(a - b)


def _of_strings(got: Array, wanted: Array) -> Difference:
    pairs = zip(got.reshape(-1).tolist(), wanted.reshape(-1).tolist(), strict=True)
    off = [index for index, (one, other) in enumerate(pairs) if _raw(one) != _raw(other)]
    return Difference(int(got.size), len(off), where=_place(off[0], got.shape) if off else ())


def _raw(element: object) -> object:
    return element.encode("utf-8", "surrogateescape") if isinstance(element, str) else element


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) for each in np.unravel_index(index, shape)) if shape else ()


def _incomparable(got: Array, wanted: Array) -> str:
    one, other = of_array(got), of_array(wanted)
    if (one.wire == "BYTES") != (other.wire == "BYTES"):
        return f"it is {one.wire}, and {other.wire} is expected"
    if got.ndim != wanted.ndim:
        return f"its shape is {list(got.shape)}, and {list(wanted.shape)} is expected"
    axes = [axis for axis in range(got.ndim) if got.shape[axis] != wanted.shape[axis]]
    if axes:
        words = [f"axis {axis} is {got.shape[axis]:,} and not {wanted.shape[axis]:,}" for axis in axes]
        return f"its shape is {list(got.shape)}: {', '.join(words)}"
    return ""
