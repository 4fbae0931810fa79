"""A tensor into a file, in the form that the file's ending names; what a form cannot hold is said before."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from studio import disk, temporary
from studio.core.failure import CoreError
from studio.core.inference.figures import Check, pieces
from studio.core.inference.formats import elements, numpy_file, png, text_file, wav
from studio.core.inference.requests import Tensor
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A form of file: its title, how it is written, why it cannot hold a tensor, what it leaves to the reader."""

    title: str
    write: Callable[[Tensor, BinaryIO], None]
    refusal: Callable[[Tensor], str]
    leaves: Callable[[Tensor], str]


def _nothing(_tensor: Tensor) -> str:
    return ""


def _raw_refusal(tensor: Tensor) -> str:
    if tensor.data_type.wire == "BYTES" and tensor.array.size != 1:
        return "raw bytes do not say where a string ends; .npy, .npz and .json do"
    return ""


def _raw_leaves(tensor: Tensor) -> str:
    if tensor.data_type.wire == "BYTES" or tensor.array.ndim == 1:
        return ""
    return f"Neither type nor shape are in the file: {tensor.data_type.short} {list(tensor.array.shape)}."


def _csv_leaves(tensor: Tensor) -> str:
    return "" if text_file.is_plain(tensor) else "Its first line says type and shape; other programs pass over it."


def _npy_leaves(tensor: Tensor) -> str:
    if tensor.data_type.wire == "BF16":
        return "numpy alone reads two bytes each, V2, which ml_dtypes.bfloat16 makes numbers of."
    if tensor.data_type.wire == "BYTES" and any(elements.raw(each).endswith(b"\0") for each in tensor.array.ravel()):
        return "Strings that end in NUL stand with their lengths, since numpy would drop it."
    return ""


def _write_raw(tensor: Tensor, file: BinaryIO) -> None:
    if tensor.data_type.wire == "BYTES":
        file.write(elements.raw(tensor.array.reshape(-1)[0]))
        return
    for piece in pieces(tensor.array, 1 << 20):
        file.write(piece.tobytes())


FORMATS: dict[str, Format] = {
    ".npy": Format("NumPy array", numpy_file.write_npy, numpy_file.refusal, _npy_leaves),
    ".npz": Format("NumPy archive", numpy_file.write_npz, _nothing, _nothing),
    ".csv": Format("CSV", text_file.write_csv, text_file.csv_refusal, _csv_leaves),
    ".json": Format("JSON of the inference protocol", text_file.write_json, _nothing, _nothing),
    ".png": Format("PNG picture", png.write, png.refusal, _nothing),
    ".wav": Format("WAV sound", wav.write, wav.refusal, lambda _: f"Played at {wav.RATE:,} samples a second."),
    ".raw": Format("Raw bytes", _write_raw, _raw_refusal, _raw_leaves),
}
"""By ending. `.bin` is raw too."""


class _Checked(io.RawIOBase):
    """A file that is written in parts, and left between two of them where nobody waits any more."""

    def __init__(self, file: BinaryIO, check: Check) -> None:
        super().__init__()
        self._file, self._check = file, check

    def write(self, data: Any) -> int:
        """Writes a part."""
        self._check()
        return self._file.write(data)


def _format(path: Path) -> Format:
    ending = path.suffix.lower()
    return FORMATS[".raw" if ending == ".bin" else ending]


def refusal(tensor: Tensor, path: Path) -> str:
    """Why a file of this ending cannot hold a tensor, with all its bits; empty where it can."""
    if path.suffix.lower() not in (*FORMATS, ".bin"):
        return f"a tensor is saved as {', '.join(FORMATS)}"
    return _format(path).refusal(tensor)


def save_tensor(tensor: Tensor, path: Path, check: Check | None = None) -> None:
    """Writes the file whole, or leaves what was there. Raises CoreError; `check` may raise to leave."""
    attempted = f"Saving {path.name}"
    if reason := refusal(tensor, path):
        raise CoreError(attempted, f"{reason}.", "Choose another ending.")
    try:
        with temporary.file(path.parent) as (file, made):
            _format(path).write(tensor, file if check is None else cast(BinaryIO, _Checked(file, check)))
            file.flush()
            made.replace(path)
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.", disk.remedy(error)) from error
