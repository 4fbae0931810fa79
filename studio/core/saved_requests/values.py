"""Tensors in a saved request: inline values as JSON, and files beside it for what is large."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.inference import tensors
from studio.core.inference.requests import Array, Tensor

MOST_INLINE = 256
"""Elements that stand in the file itself."""
_MOST_TEXT = 4096
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".wav", b"GIF8": ".gif"}


def is_small(tensor: Tensor) -> bool:
    """Whether a tensor stands in the file itself."""
    if tensor.array.size > MOST_INLINE:
        return False
    if tensor.data_type.size:
        return True
    elements = tensor.array.ravel().tolist()
    return sum(map(len, elements)) <= _MOST_TEXT and all(map(_is_text, elements))


def inline(tensor: Tensor) -> dict[str, Any]:
    """A tensor as JSON: a list for each row of its last axis, one alone where there is one row."""
    width = tensor.array.shape[-1] if tensor.array.ndim else 1
    is_one = tensor.array.size <= width
    values = _row(tensor.array.ravel()) if is_one else [_row(row) for row in tensor.array.reshape(-1, width)]
    return {"shape": list(tensor.array.shape), "type": tensor.data_type.wire, "values": values}


def from_inline(kind: DataType, shape: Sequence[int] | None, values: object) -> Array:
    """The tensor that inline values say. Raises CoreError."""
    flat = [_element(each, kind) for each in _flattened(values)]
    return tensors.from_values(kind, flat, shape if shape is not None else (len(flat),))


def to_file(tensor: Tensor) -> tuple[bytes, str, dict[str, Any]]:
    """The bytes of a file for a tensor, its ending, and what the request says of it."""
    told: dict[str, Any] = {"type": tensor.data_type.wire, "shape": list(tensor.array.shape)}
    array = tensor.array
    if tensor.data_type.wire == "BYTES":
        elements = [each.encode() if isinstance(each, str) else each for each in array.ravel().tolist()]
        if len(elements) == 1:
            return elements[0], _ending(elements[0]), told
        lengths = np.array([len(each) for each in elements], np.int64)
        kept = _saved({"lengths": lengths, "data": np.frombuffer(b"".join(elements), np.uint8)})
        return kept, ".npz", {**told, "stored": "lengths"}
    if tensor.data_type.wire == "BF16":
        # numpy knows no such type, and would write one that nobody can read.
        return _npy(array.view(np.uint16)), ".npy", {**told, "stored": "bits"}
    return _npy(array), ".npy", told


def from_stored(stored: str, data: bytes, kind: DataType) -> Array:
    """The tensor in the bytes of a file that `to_file` made with `stored`. Raises ValueError, OSError and others."""
    if stored == "bits":
        bits: Array = np.load(io.BytesIO(data), allow_pickle=False)
        return bits.astype(np.uint16, casting="safe").view(np.dtype(numpy_type(kind)))
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        lengths, raw = archive["lengths"].astype(np.int64), archive["data"].tobytes()
    if lengths.min(initial=0) < 0 or int(lengths.sum()) != len(raw):
        raise ValueError("its lengths are not those of its strings")
    ends = np.cumsum(lengths).tolist()
    array = np.empty(len(ends), dtype=object)
    array[:] = [raw[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]
    return array


def _row(row: Array) -> list[Any]:
    if row.dtype in (np.float16, np.float32):
        # The shortest number that is read back as the same one of so many bits.
        return [_plain(float(str(each))) for each in row]
    return [_plain(each) for each in row.tolist()]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return _shown(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    # What is read back as the same number of fewer bits is written with as few signs.
    return float(value) if not isinstance(value, bool | int | float | str) else value


def _shown(value: bytes) -> Any:
    try:
        return value.decode("utf-8").replace("${", "$${")
    except UnicodeDecodeError:
        return {"hex": value.hex()}


def _element(value: Any, kind: DataType) -> Any:
    if isinstance(value, dict) and kind.wire == "BYTES":
        return bytes.fromhex(str(value.get("hex", "")))
    if isinstance(value, str) and kind.family == "F":
        return _WORDS.get(value, value)
    return value


def _flattened(values: object) -> list[Any]:
    if not isinstance(values, list):
        return [values]
    return [each for value in values for each in (_flattened(value) if isinstance(value, list) else [value])]


def _is_text(element: bytes | str) -> bool:
    try:
        (element if isinstance(element, bytes) else element.encode()).decode("utf-8")
    except UnicodeDecodeError:
        return len(element) <= MOST_INLINE // 4
    return True


def _ending(data: bytes) -> str:
    return next((ending for mark, ending in _ENDINGS.items() if data.startswith(mark)), ".bin")


def _npy(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()


def _saved(arrays: dict[str, Array]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()
