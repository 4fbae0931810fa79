"""Whether two tensors are the same bit for bit."""

from __future__ import annotations

from studio.core.inference.requests import Tensor


def is_same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are the same bit for bit."""
    if one.data_type is not other.data_type or one.array.shape != other.array.shape:
        return False
    if one.data_type.wire == "BYTES":
        return list(map(_raw, one.array.ravel().tolist())) == list(map(_raw, other.array.ravel().tolist()))
    return one.array is other.array or one.array.tobytes() == other.array.tobytes()


def _raw(element: bytes | str) -> bytes:
    return element if isinstance(element, bytes) else element.encode("utf-8", "surrogateescape")
