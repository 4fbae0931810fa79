"""Triton's tensor data types: their names in configuration and on the wire, sizes and numpy types."""

from __future__ import annotations

from functools import cache

from studio import TYPE_CHECKING
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias

    import numpy as np
    import numpy.typing as npt

Family: TypeAlias = 'Literal["F", "I", "U", "B", "S"]'


@dataclass(frozen=True, slots=True)
class DataType:
    """One data type. `size` is in bytes, 0 for strings, whose elements vary."""

    config: str
    wire: str
    size: int
    family: Family
    number: int

    @property
    def short(self) -> str:
        """The name without `TYPE_`, as a person says it."""
        return self.config.removeprefix("TYPE_")


DATA_TYPES: tuple[DataType, ...] = (
    DataType("TYPE_BOOL", "BOOL", 1, "B", 1),
    DataType("TYPE_UINT8", "UINT8", 1, "U", 2),
    DataType("TYPE_UINT16", "UINT16", 2, "U", 3),
    DataType("TYPE_UINT32", "UINT32", 4, "U", 4),
    DataType("TYPE_UINT64", "UINT64", 8, "U", 5),
    DataType("TYPE_INT8", "INT8", 1, "I", 6),
    DataType("TYPE_INT16", "INT16", 2, "I", 7),
    DataType("TYPE_INT32", "INT32", 4, "I", 8),
    DataType("TYPE_INT64", "INT64", 8, "I", 9),
    DataType("TYPE_FP16", "FP16", 2, "F", 10),
    DataType("TYPE_FP32", "FP32", 4, "F", 11),
    DataType("TYPE_FP64", "FP64", 8, "F", 12),
    DataType("TYPE_STRING", "BYTES", 0, "S", 13),
    DataType("TYPE_BF16", "BF16", 2, "F", 14),
)
_BY_NAME = {name: kind for kind in DATA_TYPES for name in (kind.config, kind.wire, kind.short)}


def data_type(name: str) -> DataType | None:
    """The data type of a configuration, wire or short name (`TYPE_FP32`, `FP32`, `BYTES`)."""
    return _BY_NAME.get(name)


def numpy_type(kind: DataType) -> npt.DTypeLike:
    """What numpy holds it in; strings are objects, BF16 comes from ml_dtypes."""
    import numpy as np

    if kind.wire == "BYTES":
        return np.object_
    if kind.wire == "BF16":
        import ml_dtypes

        wide: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
        return wide
    plain = {"FP16": "float16", "FP32": "float32", "FP64": "float64"}
    return np.dtype(plain.get(kind.wire, kind.wire.lower()))


def of_array(array: npt.NDArray[np.generic]) -> DataType:
    """The data type of an array; objects, bytes and text are strings. Raises KeyError for others."""
    return _of_dtype(array.dtype)


@cache
def _of_dtype(dtype: np.dtype[Any]) -> DataType:
    # numpy takes longer to name a type than all the rest of packing a small tensor.
    if dtype.kind in "OSU":
        return _BY_NAME["BYTES"]
    names = {"float16": "FP16", "float32": "FP32", "float64": "FP64", "bfloat16": "BF16"}
    return _BY_NAME[names.get(dtype.name, dtype.name.upper())]
