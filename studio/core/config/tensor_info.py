"""A tensor as it is declared, by whomever."""

from __future__ import annotations

from studio.core.config.datatypes import DataType
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A tensor as a server or a configuration declares it. `shape` is the wire shape: with the batch dimension."""

    name: str
    data_type: DataType
    shape: tuple[int, ...]
    optional: bool = False
