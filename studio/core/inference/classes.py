"""What a server answers where an output was asked for as its best classes."""

from __future__ import annotations

from studio.core.failure import CoreError
from studio.core.inference.requests import Tensor
from studio.core.inference.results import Ranked


def read_classes(tensor: Tensor) -> tuple[tuple[Ranked, ...], ...]:
    """The classes of each member of the batch, best first, from strings `score:index[:label]`. Raises CoreError."""
    array = tensor.array
    rows = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(1, -1)
    return tuple(tuple(_ranked(tensor.name, each) for each in row) for row in rows.tolist())


def _ranked(name: str, text: object) -> Ranked:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    score, _, rest = words.partition(":")
    index, _, label = rest.partition(":")
    try:
        return Ranked(int(index), label, float(score))
    except ValueError as error:
        raise CoreError(f"Reading the classes of {name}", f"“{words[:80]}” is not score:index:label.") from error
