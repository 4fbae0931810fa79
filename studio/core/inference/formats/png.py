"""Tensors of bytes, and grey ones of two bytes, as PNG: the pixels are the elements, none is scaled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.core.config.datatypes import DataType
from studio.core.inference.formats import marks
from studio.core.inference.requests import Array, Tensor

_MOST_PIXELS = 64_000_000
"""As many as an image is read with."""
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def refusal(tensor: Tensor) -> str:
    """Why a PNG cannot hold a tensor; empty where it can."""
    if tensor.data_type.wire not in ("UINT8", "UINT16"):
        return f"a PNG holds UINT8 and UINT16 as they are, not {tensor.data_type.short}"
    axes = _axes(tensor.array.shape)
    if axes is None:
        return f"{list(tensor.array.shape)} is no picture of 1, 3 or 4 channels"
    height, width, channels = _size(tensor.array.shape, axes)
    if channels > 1 and tensor.data_type.wire == "UINT16":
        return "a PNG of UINT16 has one channel here"
    if height * width > _MOST_PIXELS:
        return f"{width:,} x {height:,} pixels are more than a PNG is read with"
    return ""


def write(tensor: Tensor, file: BinaryIO) -> None:
    """A batch stands below one another; the mark says how to take it apart."""
    from PIL import Image, PngImagePlugin

    axes = _axes(tensor.array.shape) or []
    height, width, channels = _size(tensor.array.shape, axes)
    laid = np.ascontiguousarray(tensor.array.transpose(axes)).reshape(height, width, channels)
    pixels: Any = laid[..., 0] if channels == 1 else laid
    info = PngImagePlugin.PngInfo()
    info.add_text(marks.KEY, marks.mark(tensor, axes))
    # Level 1 takes a tenth of the time of the usual one, and noise gets no smaller by any.
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", pnginfo=info, compress_level=1)


def read(path: Path, kind: DataType) -> Array | None:
    """The tensor that a PNG was saved from; None where it does not say. Raises OSError and ValueError."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            text = image.info.get(marks.KEY)
            if image.format != "PNG" or not isinstance(text, str):
                return None
            pixels = np.asarray(image)
    except (SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from error
    else:
        return marks.marked(text, kind, pixels.astype(np.uint16 if kind.wire == "UINT16" else np.uint8).tobytes())


def _axes(shape: tuple[int, ...]) -> list[int] | None:
    """The order in which the axes are rows, columns and channels; None where there is none."""
    rank = len(shape)
    if 0 in shape or rank < 2:
        return None
    lead = list(range(rank - 3)) if rank >= 3 else []
    if rank == 2:
        return [0, 1]
    if shape[-1] in _MODES:
        return list(range(rank))
    return [*lead, rank - 2, rank - 1, rank - 3] if shape[-3] in _MODES else None


def _size(shape: tuple[int, ...], axes: list[int]) -> tuple[int, int, int]:
    laid = [shape[axis] for axis in axes]
    if len(laid) == 2:
        return laid[0], laid[1], 1
    return int(np.prod(laid[:-2])), laid[-2], laid[-1]
