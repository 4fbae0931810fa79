"""A file that a person names as the tensor of an input."""

from __future__ import annotations

from pathlib import Path

from studio.core.config.tensor_info import TensorInfo
from studio.core.inference import images, tensors
from studio.core.inference.formats import png
from studio.core.inference.requests import Array

_IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")


def tensor_from_file(info: TensorInfo, path: Path) -> Array:
    """The tensor: the pixels of an image, laid out as the shape has it, or what `tensors.from_file` makes of others.

    A file goes as it is where the input takes strings, or bytes of any number. Raises CoreError.
    """
    if (saved := saved_picture(path, info)) is not None:
        return tensors.reshape(saved, info.shape)
    takes_bytes = info.data_type.wire == "BYTES" or (info.data_type.wire == "UINT8" and len(info.shape) < 3)
    if path.suffix.lower() in _IMAGES and not takes_bytes:
        settings = images.ImageSettings(layout=images.guess_layout(info.shape))
        return images.to_tensor(images.decode(path), info.data_type, info.shape, settings)
    return tensors.reshape(tensors.from_file(path, info.data_type, info.name), info.shape)


def saved_picture(path: Path, info: TensorInfo) -> Array | None:
    """The tensor that a PNG was saved from, with all its bits; None where it is a picture like any other."""
    if path.suffix.lower() != ".png" or info.data_type.wire not in ("UINT8", "UINT16"):
        return None
    try:
        return png.read(path, info.data_type)
    except (OSError, ValueError):
        # Whoever opens it as a picture says what is wrong with it.
        return None
