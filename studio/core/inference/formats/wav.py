"""Tensors as sound: PCM of 8, 16 and 32 bits and floats of 32 and 64, each as they are."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.inference.formats import marks
from studio.core.inference.requests import Array, Tensor

RATE = 16_000
"""Samples a second where nobody says."""
_FORMATS = {"UINT8": 1, "INT16": 1, "INT32": 1, "FP32": 3, "FP64": 3}
"""PCM is 1, floats are 3."""
_MOST_CHANNELS = 64
_MOST_BYTES = (1 << 32) - 4096
_CHUNK = b"tens"


def refusal(tensor: Tensor) -> str:
    """Why a WAV cannot hold a tensor; empty where it can."""
    if tensor.data_type.wire not in _FORMATS:
        return f"a WAV holds {', '.join(_FORMATS)}, not {tensor.data_type.short}"
    if axes(tensor.array.shape) is None:
        return (
            f"{list(tensor.array.shape)} is no sound: one axis of samples, and one of up to {_MOST_CHANNELS} channels"
        )
    if tensor.array.nbytes > _MOST_BYTES:
        return "a WAV holds 4 GB at most"
    return ""


def axes(shape: tuple[int, ...]) -> list[int] | None:
    """The order of the axes in which the channels of a sample stand together; None where it is no sound.

    The longest axis is that of the samples; of the others one at most has more than one element.
    """
    if not shape or 0 in shape:
        return None
    samples = max(range(len(shape)), key=lambda axis: (shape[axis], axis))
    rest = [axis for axis in range(len(shape)) if axis != samples]
    wide = [axis for axis in rest if shape[axis] > 1]
    if len(wide) > 1 or (wide and shape[wide[0]] > _MOST_CHANNELS):
        return None
    return [*(axis for axis in rest if axis not in wide), samples, *wide]


def samples(array: Array) -> Array:
    """The samples by the channels of a sound. Raises ValueError where it is none."""
    order = axes(array.shape)
    if order is None:
        raise ValueError(f"{list(array.shape)} is no sound")
    laid = array.transpose(order)
    is_mono = max(array.shape) == array.size
    return laid.reshape(-1, 1) if is_mono else laid.reshape(-1, laid.shape[-1])


def write(tensor: Tensor, file: BinaryIO, rate: int = RATE) -> None:
    """The sound, with a part that players pass over and that says the tensor's shape."""
    order = axes(tensor.array.shape) or []
    laid = samples(tensor.array)
    size, channels = tensor.data_type.size, laid.shape[1]
    kind = _FORMATS[tensor.data_type.wire]
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * channels * size, channels * size, 8 * size)
    told = marks.mark(tensor, order).encode()
    told += b" " * (len(told) % 2)
    data = np.ascontiguousarray(laid).tobytes()
    parts = ((b"fmt ", form), (_CHUNK, told), (b"data", data))
    file.write(b"RIFF" + struct.pack("<I", 4 + sum(8 + len(body) + len(body) % 2 for _, body in parts)) + b"WAVE")
    for name, body in parts:
        file.write(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))


def read(data: bytes, kind: DataType) -> Array:
    """The tensor that a WAV was saved from, or its samples where it holds the wanted type, or scaled to floats.

    One channel is one axis, several are samples by channels. Raises ValueError.
    """
    parts = _parts(data)
    form, body = parts.get(b"fmt "), parts.get(b"data")
    if form is None or body is None or len(form) < 16:
        raise ValueError("it is no WAV that can be read")
    if _CHUNK in parts:
        found = marks.marked(parts[_CHUNK].decode("utf-8", "replace"), kind, body)
        if found is not None:
            return found
    code, channels, _, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if code == 0xFFFE and len(form) >= 26:
        code = struct.unpack("<H", form[24:26])[0]
    array = _decoded(body, code, bits)
    array = array[: array.size // max(channels, 1) * max(channels, 1)]
    shaped = array.reshape(-1, channels) if channels > 1 else array
    return shaped if shaped.dtype == np.dtype(numpy_type(kind)) else _scaled(shaped, kind)


def _parts(data: bytes) -> dict[bytes, bytes]:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("it is no WAV")
    parts: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        parts.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return parts


def _decoded(body: bytes, code: int, bits: int) -> Array:
    kinds = {(1, 8): "u1", (1, 16): "<i2", (1, 32): "<i4", (3, 32): "<f4", (3, 64): "<f8"}
    if (code, bits) == (1, 24):
        wide = np.zeros((len(body) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(body[: len(body) // 3 * 3], np.uint8).reshape(-1, 3)
        return wide.reshape(-1).view("<i4")
    if (code, bits) not in kinds:
        raise ValueError(f"its samples are compressed, or of {bits} bits")
    dtype = np.dtype(kinds[code, bits])
    return np.frombuffer(body[: len(body) // dtype.itemsize * dtype.itemsize], dtype)


def _scaled(array: Array, kind: DataType) -> Array:
    """Whole numbers as floats from -1 to 1, as models of sound take them."""
    if kind.family != "F" or array.dtype.kind == "f":
        return array
    if array.dtype == np.uint8:
        return (array.astype(np.float32) - 128) / 128
    return np.asarray(array.astype(np.float64) / 2.0 ** (8 * array.dtype.itemsize - 1))


def read_file(path: Path, kind: DataType) -> Array:
    """As `read`, of a file."""
    return read(path.read_bytes(), kind)
