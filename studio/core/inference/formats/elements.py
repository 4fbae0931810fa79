"""Elements of tensors as text, and back without a bit lost: what JSON and CSV share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.inference.requests import Array

_MARK = "nan:"
_BITS = {2: np.uint16, 4: np.uint32, 8: np.uint64}


def raw(element: object) -> bytes:
    """An element of a string tensor as its bytes."""
    return element if isinstance(element, bytes) else str(element).encode("utf-8", "surrogateescape")


def texts(flat: Array, kind: DataType) -> list[str]:
    """Numbers as the shortest text that is read as the same ones; NaN with unusual bits as `nan:` and these."""
    if kind.family == "B":
        return ["true" if each else "false" for each in flat.tolist()]
    if kind.family != "F":
        return [str(each) for each in flat.tolist()]
    wide = flat.astype(np.float32) if kind.wire == "BF16" else flat
    found = [repr(each) for each in flat.tolist()] if kind.size == 8 else wide.astype(np.str_).tolist()
    for place in np.flatnonzero(np.isnan(wide)).tolist():
        found[place] = _nan_text(flat[place : place + 1], kind)
    return found


def _nan_text(one: Array, kind: DataType) -> str:
    bits = int(one.view(_BITS[kind.size])[0])
    usual = _nan_bits(kind)
    sign = 1 << (8 * kind.size - 1)
    return {usual: "nan", usual | sign: "-nan"}.get(bits, f"{_MARK}{bits:x}")


def _nan_bits(kind: DataType) -> int:
    usual = np.array([np.nan], np.float64).astype(numpy_type(kind))
    return int(usual.view(_BITS[kind.size])[0]) & ~(1 << (8 * kind.size - 1))


def from_texts(values: Sequence[Any], kind: DataType) -> Array:
    """The elements that are said by text or by numbers. Raises ValueError and OverflowError."""
    if kind.family == "B":
        return np.array([_truth(each) for each in values], np.bool_)
    if kind.family != "F":
        return np.array([int(each) for each in values], numpy_type(kind))
    odd = [place for place, each in enumerate(values) if isinstance(each, str) and "nan" in each.lower()]
    plain = list(values)
    for place in odd:
        plain[place] = 0
    with np.errstate(over="ignore"):
        array: Array = np.array([float(each) for each in plain], np.float64).astype(numpy_type(kind))
    bits: Any = array.view(_BITS[kind.size])
    for place in odd:
        bits[place] = _parsed_nan(values[place].lower(), kind)
    return array


def _parsed_nan(text: str, kind: DataType) -> int:
    if text.startswith(_MARK):
        return int(text.removeprefix(_MARK), 16)
    if text not in ("nan", "-nan"):
        raise ValueError(f"{text!r} is no number")
    return _nan_bits(kind) | ((1 << (8 * kind.size - 1)) if text.startswith("-") else 0)


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False, "1": True, "0": False}
    if (found := words.get(str(value).lower())) is None:
        raise ValueError(f"{value!r} is neither true nor false")
    return found


def strings(elements: Iterable[bytes], shape: Sequence[int]) -> Array:
    """A string tensor of these elements."""
    kept = list(elements)
    array = np.empty(len(kept), dtype=np.object_)
    array[:] = kept
    return array.reshape(tuple(shape))
