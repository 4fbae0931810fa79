"""Tensors in numpy's own files, `.npy` and `.npz`; strings and BF16 too, which numpy itself cannot hold in them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.inference.formats import elements
from studio.core.inference.requests import Array, Tensor

MOST_BYTES = (2 << 30) + (64 << 20)
"""Of a file that is read; a tensor of 2 GB is as large as gRPC carries."""
_MOST_PADDED = 1 << 30
_LENGTHS = "its lengths are not those of its strings"


def refusal(tensor: Tensor) -> str:
    """Why a `.npy` cannot hold a tensor; empty where it can."""
    if tensor.data_type.wire != "BYTES":
        return ""
    lengths = [len(elements.raw(each)) for each in tensor.array.ravel().tolist()]
    padded = max(lengths, default=0) * len(lengths)
    if padded > _MOST_PADDED:
        return f"it holds strings at the length of the longest, here {padded >> 20:,} MB in all; .npz does not"
    return ""


def write_npy(tensor: Tensor, file: BinaryIO) -> None:
    """Numbers as numpy has them, BF16 as two bytes each; strings padded, with their lengths where NUL ends one."""
    array = tensor.array
    if tensor.data_type.wire == "BYTES":
        array = _padded([elements.raw(each) for each in array.ravel().tolist()], array.shape)
    np.lib.format.write_array(file, np.asarray(array, order="C"), allow_pickle=False)


def _padded(raw: list[bytes], shape: tuple[int, ...]) -> Array:
    width = max((len(each) for each in raw), default=0) or 1
    data = np.array(raw, dtype=f"S{width}").reshape(shape)
    if not any(each.endswith(b"\0") for each in raw):
        return data
    both = np.empty(shape, dtype=[("length", "<i8"), ("data", f"S{width}")])
    both["length"] = np.array([len(each) for each in raw], np.int64).reshape(shape)
    both["data"] = data
    return both


def exact(array: Array, kind: DataType) -> Array | None:
    """The tensor that `write_npy` wrote; None where the array is another's, to be made to fit."""
    if kind.wire == "BF16" and array.dtype == np.dtype("V2"):
        return array.view(np.dtype(numpy_type(kind)))
    if kind.wire != "BYTES":
        return array if array.dtype == np.dtype(numpy_type(kind)) else None
    if array.dtype.names == ("length", "data"):
        return elements.strings(_with_lengths(array), array.shape)
    return elements.strings(array.ravel().tolist(), array.shape) if array.dtype.kind == "S" else None


def _with_lengths(array: Array) -> Iterator[bytes]:
    fields: Any = array.dtype.fields
    length, data = fields["length"][0], fields["data"][0]
    if length.kind not in "iu" or data.kind != "S":
        raise ValueError("its lengths and strings are of other types")
    for size, each in array.ravel().tolist():
        if not len(each) <= size <= data.itemsize:
            raise ValueError(_LENGTHS)
        yield each.ljust(size, b"\0")


def write_npz(tensor: Tensor, file: BinaryIO) -> None:
    """The tensor under its name; strings as `name/lengths` and `name/data`, BF16 as `name/bits`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in _parts(tensor).items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array, order="C"), allow_pickle=False)


def _parts(tensor: Tensor) -> dict[str, Array]:
    name, array = tensor.name, tensor.array
    if tensor.data_type.wire == "BF16":
        return {f"{name}/bits": array.view(np.uint16)}
    if tensor.data_type.wire != "BYTES":
        return {name: array}
    raw = [elements.raw(each) for each in array.ravel().tolist()]
    lengths = np.array([len(each) for each in raw], np.int64).reshape(array.shape)
    return {f"{name}/lengths": lengths, f"{name}/data": np.frombuffer(b"".join(raw), np.uint8)}


def read_npz(path: Path, kind: DataType, name: str) -> Array:
    """The array `name` of an archive, or the only one there; nothing is unpickled. Raises ValueError and KeyError."""
    with np.load(path, allow_pickle=False) as archive:
        if sum(each.file_size for each in archive.zip.infolist()) > MOST_BYTES:
            raise ValueError(f"it holds more than {MOST_BYTES >> 20:,} MB")
        for each in (name, *_only(archive.files)):
            if (found := _entry(archive, each, kind)) is not None:
                return found
        raise KeyError(f"it has no array {name!r}, only {', '.join(archive.files)}")


def _only(files: list[str]) -> list[str]:
    """The one tensor of an archive, in one part or in several."""
    names = {
        each.rsplit("/", 1)[0] if each.rsplit("/", 1)[-1] in ("lengths", "data", "bits") else each for each in files
    }
    return list(names) if len(names) == 1 else []


def _entry(archive: Any, name: str, kind: DataType) -> Array | None:
    if f"{name}/bits" in archive.files and kind.wire == "BF16":
        return np.asarray(archive[f"{name}/bits"].astype(np.uint16, casting="safe").view(np.dtype(numpy_type(kind))))
    if f"{name}/lengths" in archive.files and kind.wire == "BYTES":
        return _joined(archive[f"{name}/lengths"].astype(np.int64), archive[f"{name}/data"].tobytes())
    return np.asarray(archive[name]) if name in archive.files else None


def _joined(lengths: Array, data: bytes) -> Array:
    sizes = lengths.ravel().tolist()
    if min(sizes, default=0) < 0 or sum(sizes) != len(data):
        raise ValueError(_LENGTHS)
    ends = np.cumsum(sizes, dtype=np.int64).tolist()
    return elements.strings((data[end - size : end] for end, size in zip(ends, sizes, strict=True)), lengths.shape)
