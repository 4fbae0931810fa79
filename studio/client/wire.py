"""Tensors as the bytes of the v2 protocol: little-endian, row-major, strings with their length before them.

Raises ValueError in plain words for what does not fit; whoever calls knows which request or answer it was.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from studio.core.config.datatypes import DataType, data_type, numpy_type, of_array
from studio.core.inference.requests import Array, Tensor

Buffer = bytes | memoryview
_LENGTH = struct.Struct("<I")


def encode(tensor: Tensor) -> bytes:
    """The raw bytes of a tensor."""
    if tensor.data_type.size == 0:
        return b"".join(_lengthened(tensor))
    if not _holds(tensor.array, tensor.data_type):
        wanted = tensor.data_type.wire
        raise ValueError(f"input '{tensor.name}' is declared {wanted} but holds {tensor.array.dtype} values")
    dtype = np.dtype(numpy_type(tensor.data_type))
    return np.ascontiguousarray(tensor.array, dtype=dtype.newbyteorder("<")).tobytes()


def decode(name: str, wire: str, shape: Sequence[int], raw: Buffer) -> Tensor:
    """The tensor that raw bytes hold; its array is read-only and shares their memory."""
    kind = known(name, wire)
    count = elements(name, shape)
    if kind.size == 0:
        return Tensor(name, kind, _strings(name, count, raw).reshape(tuple(shape)))
    if len(raw) != count * kind.size:
        wanted = f"{kind.wire} of shape {list(shape)}, {count * kind.size} bytes"
        raise ValueError(f"output '{name}' is {wanted}, but came with {len(raw)}")
    dtype = np.dtype(numpy_type(kind)).newbyteorder("<")
    return Tensor(name, kind, _frozen(np.frombuffer(raw, dtype=dtype).reshape(tuple(shape))))


def from_values(name: str, wire: str, shape: Sequence[int], values: Any) -> Tensor:
    """The tensor of a list of values, nested or flat, as a server writes it where it does not send bytes."""
    kind = known(name, wire)
    count = elements(name, shape)
    flat = list(_flattened(values, depth=len(shape) + 1))
    if len(flat) != count:
        raise ValueError(f"output '{name}' of shape {list(shape)} came with {len(flat)} values")
    if kind.size == 0:
        array: Array = np.empty(count, dtype=object)
        array[:] = [v.encode("utf-8", "surrogatepass") if isinstance(v, str) else bytes(v) for v in flat]
    else:
        array = np.array(flat, dtype=numpy_type(kind))
    return Tensor(name, kind, _frozen(array.reshape(tuple(shape))))


def known(name: str, wire: str) -> DataType:
    """The data type of that wire name."""
    kind = data_type(wire)
    if kind is None or kind.wire != wire:
        raise ValueError(f"tensor '{name}' has the unknown data type '{wire}'")
    return kind


def elements(name: str, shape: Sequence[int]) -> int:
    """How many elements a shape has, once it is sure that it is one."""
    sound = all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in shape)
    if not sound or len(shape) > 32:
        raise ValueError(f"tensor '{name}' has the impossible shape {list(shape)[:40]}")
    return math.prod(shape)


def byte_size(name: str, wire: str, shape: Sequence[int]) -> int:
    """The bytes of an output, by its shape."""
    kind = known(name, wire)
    if not kind.size:
        raise ValueError(f"output '{name}' holds strings, which do not come through shared memory")
    return elements(name, shape) * kind.size


def _holds(array: Array, kind: DataType) -> bool:
    try:
        return of_array(array) is kind
    except KeyError:
        return False


def _lengthened(tensor: Tensor) -> Iterator[bytes]:
    for element in tensor.array.ravel().tolist():
        if isinstance(element, str):
            element = element.encode("utf-8", "surrogateescape")
        if not isinstance(element, bytes):
            kind = type(element).__name__
            # What cannot be sent is caught as one kind of error.
            raise ValueError(f"input '{tensor.name}' is declared BYTES but holds {kind} values")  # noqa: TRY004
        yield _LENGTH.pack(len(element))
        yield element


def _strings(name: str, count: int, raw: Buffer) -> Array:
    if len(raw) < count * _LENGTH.size:
        raise ValueError(f"output '{name}' should hold {count} strings but came with {len(raw)} bytes")
    array = np.empty(count, dtype=object)
    at = 0
    for i in range(count):
        if at + _LENGTH.size > len(raw):
            raise ValueError(f"output '{name}' ends within string {i + 1} of {count}")
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack_from(raw, at)[0]
        if at > len(raw):
            raise ValueError(f"output '{name}' ends within string {i + 1} of {count}")
        array[i] = bytes(raw[start:at])
    if at != len(raw):
        raise ValueError(f"output '{name}' has {len(raw) - at} bytes after its last string")
    return _frozen(array)


def _flattened(values: Any, depth: int) -> Iterator[Any]:
    if not isinstance(values, list | tuple):
        yield values
        return
    if depth == 0:
        raise ValueError("the values of an output are nested deeper than its shape")
    for value in values:
        yield from _flattened(value, depth - 1)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
