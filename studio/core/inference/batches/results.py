"""What came of each file of a run over many, and all of it as a table and as arrays."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from studio import disk
from studio.core.failure import CoreError
from studio.core.inference.requests import Array, Tensor
from studio.value_class import dataclass

MOST_FILES = 100_000
_MOST_CELLS = 64
"""Values of an output that have a column each; of a larger one the shape is told."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of one file: its outputs, or why there are none; after so many tries."""

    file: str
    state: Literal["done", "failed"]
    tries: int
    seconds: float = 0.0
    outputs: tuple[Tensor, ...] = ()
    failure: str = ""


def files_in(folder: Path, pattern: str = "*", results: Path | None = None) -> tuple[str, ...]:
    """The plain files of a folder and those below it that fit a pattern, by their paths in it, sorted.

    Those below `results` are left out: what an earlier run wrote is nothing to ask about.
    """
    attempted = f"Reading {folder}"
    if not disk.is_folder(folder):
        raise CoreError(attempted, "there is no such folder.")
    try:
        found = [each for each in folder.rglob(pattern) if each.is_file() and not each.name.startswith(".")]
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.", disk.remedy(error)) from error
    except (ValueError, NotImplementedError) as error:
        raise CoreError(attempted, f"“{pattern}” is no pattern: {error}.") from error
    if results is not None and results.absolute() != folder.absolute():
        found = [each for each in found if not each.absolute().is_relative_to(results.absolute())]
    if len(found) > MOST_FILES:
        raise CoreError(attempted, f"it holds more than {MOST_FILES:,} files.", "Choose some by a pattern.")
    return tuple(sorted(str(each.relative_to(folder)) for each in found))


def to_csv(results: Iterable[FileResult]) -> str:
    """A row for each file, failures too, with a column for each value of an output that is small."""
    rows = list(results)
    widths: dict[str, int] = {}
    for tensor in (tensor for row in rows for tensor in row.outputs):
        widths[tensor.name] = max(widths.get(tensor.name, 1), tensor.array.size)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "state", "tries", "seconds", "failure", *_titles(widths)])
    for row in rows:
        given = {tensor.name: tensor for tensor in row.outputs}
        cells = [cell for name, width in widths.items() for cell in _cells(given.get(name), width)]
        writer.writerow([row.file, row.state, row.tries, f"{row.seconds:.6f}", row.failure, *cells])
    return text.getvalue()


def to_npz(results: Iterable[FileResult]) -> bytes:
    """The outputs of the files that have them: an array `file`, and one for each output in the same order.

    Outputs of different shapes are `name/0`, `name/1` and so on. What numpy cannot hold is in parts: strings as
    `name/lengths` and `name/data`, BF16 as its bits in `name/bits`.
    """
    done = [each for each in results if each.state == "done"]
    arrays: dict[str, Array] = {"file": np.array([each.file for each in done], dtype=np.str_)}
    for name in dict.fromkeys(tensor.name for each in done for tensor in each.outputs):
        several = [tensor for each in done for tensor in each.outputs if tensor.name == name]
        name = "file/output" if name == "file" else name
        if len({each.array.shape for each in several}) == 1 and len(several) == len(done):
            stacked = np.stack([each.array for each in several])
            arrays.update(_held(name, Tensor(name, several[0].data_type, stacked)))
        else:
            for number, each in enumerate(several):
                arrays.update(_held(f"{name}/{number}", each))
    return _archive(arrays)


def _archive(arrays: Mapping[str, Array]) -> bytes:
    """The bytes of a `.npz`. numpy's own way takes no array that is named as one of its arguments."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            file = io.BytesIO()
            np.save(file, np.ascontiguousarray(array) if array.ndim else array, allow_pickle=False)
            archive.writestr(f"{name}.npy", file.getvalue())
    return held.getvalue()


def _titles(widths: dict[str, int]) -> Iterator[str]:
    for name, width in widths.items():
        yield from [name] if width == 1 or width > _MOST_CELLS else [f"{name}[{n}]" for n in range(width)]


def _cells(tensor: Tensor | None, width: int) -> list[Any]:
    if width > _MOST_CELLS:
        return ["" if tensor is None else f"shape {list(tensor.array.shape)}"]
    values = [] if tensor is None else [_cell(each) for each in tensor.array.ravel().tolist()]
    return values + [""] * (width - len(values))


def _cell(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _held(name: str, tensor: Tensor) -> dict[str, Array]:
    array = tensor.array
    if tensor.data_type.wire == "BF16":
        return {f"{name}/bits": array.view(np.uint16)}
    if tensor.data_type.wire != "BYTES":
        return {name: array}
    elements = [each if isinstance(each, bytes) else str(each).encode() for each in array.ravel().tolist()]
    lengths = np.array([len(each) for each in elements], np.int64).reshape(array.shape)
    return {f"{name}/lengths": lengths, f"{name}/data": np.frombuffer(b"".join(elements), np.uint8)}
