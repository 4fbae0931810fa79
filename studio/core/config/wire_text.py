"""The shape of a request in words."""

from __future__ import annotations

from studio.core.config.model_config import TensorConfig, wire_shape


def format_wire(tensor: TensorConfig, max_batch_size: int) -> str:
    """The shape of a request as `[N, 3, 224]`; without batching it has no N. A reshape is told behind an arrow."""
    wire = _bracketed(wire_shape(tensor, max_batch_size), max_batch_size)
    if tensor.reshape is None:
        return wire
    inside = (-1, *tensor.reshape) if max_batch_size > 0 else tensor.reshape
    return f"{wire} → {_bracketed(inside, max_batch_size)}"


def _bracketed(shape: tuple[int, ...], max_batch_size: int) -> str:
    words = ["N" if place == 0 and max_batch_size > 0 else str(size) for place, size in enumerate(shape)]
    return f"[{', '.join(words)}]"
