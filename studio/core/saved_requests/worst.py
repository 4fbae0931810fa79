"""The places where one tensor differs most from another."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core.config.datatypes import of_array
from studio.core.failure import CoreError
from studio.core.inference.compare import EXACT, Tolerance, compare
from studio.core.inference.requests import Array
from studio.value_class import dataclass

_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """One element: where it is, what came, what is expected, and by how much it is off; infinite for NaN beside a
    number. `is_within` says whether that is allowed."""

    where: tuple[int, ...]
    got: Any
    wanted: Any
    off: float
    relative: float
    is_within: bool


def worst(got: Array, wanted: Array, tolerance: Tolerance = EXACT, most: int = 1000) -> tuple[Place, ...]:
    """The places that are furthest off, the worst first; those that are the same are left out. Raises CoreError."""
    if problem := compare(got[:0], wanted[:0]).problem if got.ndim and wanted.ndim else "":
        raise CoreError("Comparing", f"{problem}.")
    if got.shape != wanted.shape:
        raise CoreError("Comparing", f"its shape is {list(got.shape)}, and {list(wanted.shape)} is expected.")
    left, right = got.reshape(-1), wanted.reshape(-1)
    measure = _strings_off if of_array(wanted).wire == "BYTES" else _numbers_off
    best_at, best_off = np.empty(0, np.int64), np.empty(0, np.float64)
    for start in range(0, left.size, _AT_ONCE):
        off = measure(left[start : start + _AT_ONCE], right[start : start + _AT_ONCE])
        at = np.flatnonzero(off > 0)
        best_at, best_off = np.concatenate((best_at, at + start)), np.concatenate((best_off, off[at]))
        order = np.argsort(-best_off, kind="stable")[:most]
        best_at, best_off = best_at[order], best_off[order]
    return tuple(_place(got, wanted, int(at), float(off), tolerance) for at, off in zip(best_at, best_off, strict=True))


def _numbers_off(got: Array, wanted: Array) -> np.ndarray[Any, np.dtype[np.float64]]:
    a, b = got.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(a - b)
    same = (np.isnan(a) & np.isnan(b)) | (a == b)
    off[~np.isfinite(off)] = np.inf
    off[same] = 0
    if got.dtype.kind in "iu" and got.dtype == wanted.dtype:
        # Two large integers may be one float.
        off[(off == 0) & (got != wanted)] = 1
    return off


def _strings_off(got: Array, wanted: Array) -> np.ndarray[Any, np.dtype[np.float64]]:
    pairs = zip(got.tolist(), wanted.tolist(), strict=True)
    return np.array([_raw(one) != _raw(other) for one, other in pairs], np.float64)


def _place(got: Array, wanted: Array, at: int, off: float, tolerance: Tolerance) -> Place:
    where = tuple(int(each) for each in np.unravel_index(at, got.shape)) if got.shape else ()
    one, other = got.reshape(-1)[at], wanted.reshape(-1)[at]
    if of_array(wanted).wire == "BYTES":
        return Place(where, one, other, off, 0.0, is_within=False)
    size = abs(float(other))
    allowed = tolerance.absolute + tolerance.relative * (size if np.isfinite(size) else 0)
    return Place(where, one, other, off, off / size if size else 0.0, is_within=off <= allowed)


def _raw(element: object) -> object:
    return element.encode("utf-8", "surrogateescape") if isinstance(element, str) else element
