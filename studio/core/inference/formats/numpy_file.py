"""Tensors in numpy's own files, `.npy` and `.npz`; strings and BF16 too, which numpy itself cannot hold in them."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.failure import CoreError
from studio.core.inference.formats import elements
from studio.core.inference.requests import Array, Tensor

MOST_BYTES = (2 << 30) + (64 << 20)
"""Of a file that is read; a tensor of 2 GB is as large as gRPC carries."""
_MOST_PADDED = 1 << 30
_LENGTHS = "its lengths are not those of its strings"
_NPY, _NPZ, _NPZ_EMPTY = b"\x93NUMPY", b"PK\x03\x04", b"PK\x05\x06"
_UNREADABLE = (ValueError, EOFError, TypeError, KeyError, OverflowError, SyntaxError, tokenize.TokenError)
"""What numpy raises at a file that is none of its own."""
_WRITE_AGAIN = "Write it again with numpy.{}, or choose another file."
_OBJECTS = "it holds Python objects, and those could run code when they are read."
_NO_OBJECTS = "Save its values as numbers, or texts as bytes (dtype S)."


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


def read_npy(path: Path) -> Array:
    """The array of a file; nothing is unpickled. Raises OSError, and CoreError that says what is wrong with it."""
    attempted = f"Reading {path.name}"
    with path.open("rb") as file:
        begin = file.read(6)
        if begin != _NPY:
            raise CoreError(attempted, _not_an_array(begin), _WRITE_AGAIN.format("save"))
        file.seek(0)
        try:
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
        except _UNREADABLE as error:
            raise _told(attempted, error, "save") from error


def _not_an_array(begin: bytes) -> str:
    if not begin:
        return "the file is empty."
    if begin.startswith(b"PK"):
        return "it is an archive, as .npz is, and not the single array of a .npy."
    return "it is no NumPy array: it does not begin as a .npy file does."


def _told(attempted: str, error: Exception, function: str) -> CoreError:
    """numpy's complaint in words for a person."""
    said = str(error)
    if said.startswith("its lengths"):
        return CoreError(attempted, f"{said}.", _WRITE_AGAIN.format(function))
    if "Object arrays" in said or "allow_pickle" in said:
        return CoreError(attempted, _OBJECTS, _NO_OBJECTS)
    if any(word in said.lower() for word in ("reshape", "eof: ", "expected ", "no data left", "truncated")):
        return CoreError(attempted, "it is cut off: it holds fewer bytes than it says.", _WRITE_AGAIN.format(function))
    return CoreError(attempted, "what it says of its type and shape cannot be read.", _WRITE_AGAIN.format(function))


def read_npz(path: Path, kind: DataType, name: str) -> Array:
    """The array `name` of an archive, or the only one there; nothing is unpickled.

    Raises OSError, and CoreError that says what is wrong with it.
    """
    attempted = f"Reading {path.name}"
    with path.open("rb") as file:
        begin = file.read(6)
        if not begin.startswith((_NPZ, _NPZ_EMPTY)):
            raise CoreError(attempted, _not_an_archive(begin), _WRITE_AGAIN.format("savez"))
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as archive:
                return _chosen(archive, kind, name, attempted)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise CoreError(attempted, "the archive is damaged.", _WRITE_AGAIN.format("savez")) from error
        except _UNREADABLE as error:
            raise _told(attempted, error, "savez") from error


def _not_an_archive(begin: bytes) -> str:
    if begin == _NPY:
        return "it is the single array of a .npy, and no archive."
    return "it is no NumPy archive: it does not begin as a .npz file does." if begin else "the file is empty."


def _chosen(archive: Any, kind: DataType, name: str, attempted: str) -> Array:
    if sum(each.file_size for each in archive.zip.infolist()) > MOST_BYTES:
        raise CoreError(attempted, f"it holds more than {MOST_BYTES >> 20:,} MB.", "Save one array as a .npy.")
    for each in (name, *_only(archive.files)):
        if (found := _entry(archive, each, kind)) is not None:
            return found
    if not archive.files:
        raise CoreError(attempted, "the archive holds no array.", _WRITE_AGAIN.format("savez"))
    there = f"it has no array {name!r}, only {', '.join(archive.files)}."
    raise CoreError(attempted, there, "Name one of them as the input, or save the one that is meant as a .npy.")


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
