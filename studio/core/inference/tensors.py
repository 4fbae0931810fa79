"""Where the data of a request comes from: generators, typed values, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from studio import disk
from studio.core.config.datatypes import DataType, numpy_type, of_array
from studio.core.failure import CoreError
from studio.core.inference.formats import numpy_file, png, text_file, wav
from studio.core.inference.requests import Array

MOST_ELEMENTS = 1 << 28


def fill_dims(shape: Sequence[int], batch: int, variable: int = 1) -> tuple[int, ...]:
    """The wire shape with its -1 filled: `batch` for a leading one, `variable` for the others."""
    return tuple((batch if place == 0 else variable) if size == -1 else size for place, size in enumerate(shape))


def _check(shape: Sequence[int]) -> tuple[int, ...]:
    if any(size < 0 for size in shape):
        raise CoreError("Making a tensor", f"the shape {list(shape)} has a dimension that is not filled in.")
    count = 1
    for size in shape:
        count *= size
    if count > MOST_ELEMENTS:
        raise CoreError("Making a tensor", f"the shape {list(shape)} has {count:,} elements.", "Choose a smaller one.")
    return tuple(shape)


def constant(kind: DataType, shape: Sequence[int], value: float | str | bytes = 0) -> Array:
    """Every element the same; a string tensor takes the value's text."""
    shape = _check(shape)
    if kind.wire == "BYTES":
        text = value if isinstance(value, bytes) else str(value).encode()
        return np.full(shape, text, dtype=np.object_)
    return _cast(np.full(shape, value, dtype=np.float64), kind)


def zeros(kind: DataType, shape: Sequence[int]) -> Array:
    """Zeros; empty strings for a string tensor."""
    return constant(kind, shape, b"" if kind.wire == "BYTES" else 0)


def ones(kind: DataType, shape: Sequence[int]) -> Array:
    """Ones; the text "1" for a string tensor."""
    return constant(kind, shape, b"1" if kind.wire == "BYTES" else 1)


def random(kind: DataType, shape: Sequence[int], seed: int = 0, low: float = 0, high: float = 1) -> Array:
    """Uniform in [low, high): whole numbers for integers (with `high` itself), random words for strings."""
    shape = _check(shape)
    source = np.random.default_rng(seed)
    if kind.wire == "BYTES":
        letters = source.integers(ord("a"), ord("z") + 1, size=(*shape, 8), dtype=np.uint8)
        words = np.empty(shape, dtype=np.object_)
        for place in np.ndindex(*shape):
            words[place] = letters[place].tobytes()
        return words
    if kind.family == "B":
        return source.integers(0, 2, size=shape).astype(np.bool_)
    if kind.family in "IU":
        return _cast(np.floor(source.uniform(low, max(high, low) + 1, size=shape)), kind)
    return _cast(source.uniform(low, high, size=shape), kind)


def ramp(kind: DataType, shape: Sequence[int], start: float = 0, step: float = 1) -> Array:
    """start, start + step, … in C order; the numbers' text for a string tensor."""
    shape = _check(shape)
    values = start + step * np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.float64)
    if kind.wire == "BYTES":
        words = np.array([f"{value:g}".encode() for value in values], dtype=np.object_)
        return words.reshape(shape)
    return _cast(values.reshape(shape), kind)


GENERATORS: dict[str, Callable[..., Array]] = {
    "zeros": zeros,
    "ones": ones,
    "random": random,
    "ramp": ramp,
    "constant": constant,
}


def _cast(values: Array, kind: DataType) -> Array:
    """Clips to what the type holds, as a person expects of a generator, then casts."""
    target = np.dtype(numpy_type(kind))
    if kind.family in "IU":
        # The largest 64-bit integers have no exact float: the next lower float is used.
        limits = np.iinfo(target)
        high = np.nextafter(float(limits.max), 0) if kind.size == 8 else limits.max
        values = np.clip(values, limits.min, high)
    with np.errstate(over="ignore"):
        return values.astype(target)


def from_values(kind: DataType, values: object, shape: Sequence[int] | None = None) -> Array:
    """Nested lists (as from JSON) as an array; with a shape, the flat values are laid out in it."""
    try:
        array = _strings(values) if kind.wire == "BYTES" else _numbers(values, kind)
        return array.reshape(_check(shape)) if shape is not None else array
    except (ValueError, TypeError, OverflowError) as error:
        raise CoreError(f"Reading values as {kind.short}", f"{error}.") from error


def _numbers(values: object, kind: DataType) -> Array:
    array = np.array(values)
    if kind.wire == "UINT64" and array.dtype.kind == "f" and not isinstance(values, np.ndarray):
        # numpy makes floats of small and large whole numbers together, and the large ones others by it.
        exact = np.array(values, dtype=object)
        if all(isinstance(each, int) for each in exact.ravel().tolist()):
            array = np.array(values, dtype=np.uint64)
    if array.dtype.kind not in "biuf":
        raise ValueError("they are not all numbers, or the lists differ in length")
    if kind.family in "IU":
        limits = np.iinfo(np.dtype(numpy_type(kind)))
        if array.dtype.kind == "f" and not np.equal(np.mod(array, 1), 0).all():
            raise ValueError("a whole number is needed")
        if array.size and (array.min() < limits.min or array.max() > limits.max):
            raise ValueError(f"a value is outside {limits.min} … {limits.max}")
    return array.astype(numpy_type(kind))


def _strings(values: object) -> Array:
    array = np.array(values, dtype=np.object_)
    flat = [v if isinstance(v, bytes) else str(v).encode("utf-8", "surrogateescape") for v in array.ravel()]
    result = np.empty(len(flat), dtype=np.object_)
    result[:] = flat
    return result.reshape(array.shape)


def from_file(path: Path, kind: DataType, name: str = "") -> Array:
    """The tensor in a `.npy`, `.npz` (the entry `name`, or the only one), `.json`, `.csv` or `.wav` file, or in a
    `.png` that a tensor was saved as; for a string tensor the bytes of any other file as one element, or for other
    types its raw bytes as a flat array.

    Nothing is unpickled. Raises CoreError.
    """
    attempted = f"Reading {path.name}"
    try:
        if path.stat().st_size > numpy_file.MOST_BYTES:
            raise CoreError(attempted, f"it is larger than {numpy_file.MOST_BYTES >> 20:,} MB.")
        found = _structured(path, kind, name)
        if found is not None:
            return found
        data = path.read_bytes()
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.") from error
    except json.JSONDecodeError as error:
        raise CoreError(attempted, f"it is no JSON: {error.msg} at line {error.lineno}.") from error
    except UnicodeDecodeError as error:
        raise CoreError(attempted, f"it is no text in UTF-8: byte {error.start:,} is not of it.") from error
    except (ValueError, TypeError, EOFError, KeyError, OverflowError, RecursionError) as error:
        raise CoreError(attempted, f"{error}.") from error
    except MemoryError as error:
        raise CoreError(attempted, "what it says to hold does not fit into memory.") from error
    return from_bytes(data, kind, attempted)


def _structured(path: Path, kind: DataType, name: str) -> Array | None:
    """The tensor of a file whose form is known; None where its bytes are what is wanted."""
    ending = path.suffix.lower()
    if ending == ".npy":
        return _fitting(numpy_file.read_npy(path), kind)
    if ending == ".npz":
        return _fitting(numpy_file.read_npz(path, kind, name), kind)
    if ending == ".json":
        told = json.loads(path.read_text("utf-8"))
        found = text_file.from_json(told, kind)
        return found if found is not None else from_values(kind, told)
    if ending == ".csv":
        return text_file.from_csv(path.read_bytes(), kind)
    if ending == ".wav" and kind.wire != "BYTES":
        return fit(wav.read_file(path, kind), kind)
    if ending == ".png" and kind.wire in ("UINT8", "UINT16"):
        return png.read(path, kind)
    return None


def _fitting(array: Array, kind: DataType) -> Array:
    found = numpy_file.exact(array, kind)
    return found if found is not None else fit(array, kind)


def from_bytes(data: bytes, kind: DataType, attempted: str = "Reading raw bytes") -> Array:
    """Raw bytes as one string element, or as a flat little-endian array of the type."""
    if kind.wire == "BYTES":
        result = np.empty(1, dtype=np.object_)
        result[0] = data
        return result
    if len(data) % kind.size:
        raise CoreError(attempted, f"{len(data)} bytes are not a multiple of {kind.size}, the size of {kind.short}.")
    return np.frombuffer(data, dtype=numpy_type(kind)).copy()


def fit(array: Array, kind: DataType) -> Array:
    """The array as the wanted type where no value is lost by it; raises CoreError otherwise."""
    if kind.wire == "BYTES":
        return _strings(array.tolist()).reshape(array.shape)
    if array.dtype.kind not in "biuf" and of_array(array).wire != "BF16":
        raise CoreError("Using an array", f"its type {array.dtype} is not a number, {kind.short} is needed.")
    if kind.family in "IU" and array.dtype.kind in "iuf":
        return from_values(kind, array)
    with np.errstate(over="ignore"):
        return array.astype(numpy_type(kind))


def reshape(array: Array, shape: Sequence[int]) -> Array:
    """The array in the declared wire shape: one -1 may be inferred, a missing batch dimension is added.

    Raises CoreError naming both shapes.
    """
    wanted = tuple(shape)
    if array.ndim == len(wanted) and all(w in (-1, s) for w, s in zip(wanted, array.shape, strict=True)):
        return array
    lacks_batch = array.ndim == len(wanted) - 1 and wanted[0] in (-1, 1)
    if lacks_batch and all(w in (-1, s) for w, s in zip(wanted[1:], array.shape, strict=True)):
        return array[np.newaxis]
    if wanted.count(-1) <= 1:
        try:
            return array.reshape(wanted)
        except ValueError:
            pass
    raise CoreError("Shaping the data", f"{list(array.shape)} does not fit {list(wanted)}.")
