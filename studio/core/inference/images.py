"""An image file as a tensor: decoded, resized, laid out and normalised as a model wants it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.failure import CoreError
from studio.core.inference.requests import Array
from studio.value_class import dataclass

Resize = Literal["stretch", "crop", "pad"]
Layout = Literal["NCHW", "NHWC"]
Colour = Literal["RGB", "BGR", "GRAY"]
MOST_PIXELS = 64_000_000

NORMALISATIONS: dict[str, tuple[tuple[float, ...], tuple[float, ...], float]] = {
    "0 … 255": ((0, 0, 0), (1, 1, 1), 1),
    "0 … 1": ((0, 0, 0), (1, 1, 1), 255),
    "-1 … 1": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 255),
    "ImageNet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 255),
}
"""By name: mean, deviation, and what the bytes are divided by first."""


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """How an image becomes a tensor."""

    resize: Resize = "crop"
    layout: Layout = "NCHW"
    colour: Colour = "RGB"
    normalisation: str = "0 … 1"


def decode(path: Path) -> npt.NDArray[np.uint8]:
    """The image as height x width x 3 bytes, turned as its EXIF says. Raises CoreError."""
    return _decode(path, f"Reading the image {path.name}")


def decode_bytes(data: bytes) -> npt.NDArray[np.uint8]:
    """The same of the bytes of an image file. Raises CoreError."""
    return _decode(io.BytesIO(data), "Reading an image")


def _decode(source: Path | io.BytesIO, attempted: str) -> npt.NDArray[np.uint8]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(source) as image:
            if image.width * image.height > MOST_PIXELS:
                raise CoreError(
                    attempted,
                    f"{image.width} x {image.height} is more than {MOST_PIXELS // 10**6} megapixels.",
                )
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except UnidentifiedImageError:
        raise CoreError(attempted, "it is not an image that can be read.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CoreError(attempted, f"{error}.") from error


def target_size(shape: tuple[int, ...], layout: Layout) -> tuple[int, int]:
    """Height and width that a wire or model shape asks for; 0 where it leaves them open."""
    dims = shape[-3:]
    if len(dims) < 3:
        return 0, 0
    height, width = (dims[1], dims[2]) if layout == "NCHW" else (dims[0], dims[1])
    return max(height, 0), max(width, 0)


def guess_layout(shape: tuple[int, ...]) -> Layout:
    """NHWC where the last dimension looks like channels and the first does not."""
    dims = shape[-3:]
    return "NHWC" if len(dims) == 3 and dims[2] in (1, 3, 4) and dims[0] not in (1, 3, 4) else "NCHW"


def resized(pixels: npt.NDArray[np.uint8], height: int, width: int, how: Resize) -> npt.NDArray[np.uint8]:
    """The image in this size: stretched, cropped at the centre, or padded with black."""
    from PIL import Image, ImageOps

    image = Image.fromarray(pixels)
    size = (width or image.width, height or image.height)
    if image.size == size:
        return pixels
    if how == "stretch":
        return np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    if how == "crop":
        return np.asarray(ImageOps.fit(image, size, Image.Resampling.BILINEAR))
    return np.asarray(ImageOps.pad(image, size, Image.Resampling.BILINEAR, color=(0, 0, 0)))


def to_tensor(pixels: npt.NDArray[np.uint8], kind: DataType, shape: tuple[int, ...], settings: ImageSettings) -> Array:
    """The tensor of an image for a wire shape: `[1, 3, H, W]` or as the layout and colour say."""
    height, width = target_size(shape, settings.layout)
    image = resized(pixels, height, width, settings.resize).astype(np.float32)
    if settings.colour == "BGR":
        image = image[..., ::-1]
    elif settings.colour == "GRAY":
        image = (image @ np.array([0.299, 0.587, 0.114], dtype=np.float32))[..., np.newaxis]
    if kind.family == "F":
        mean, deviation, scale = NORMALISATIONS[settings.normalisation]
        channels = image.shape[-1]
        image = (image / scale - np.array(mean[:channels])) / np.array(deviation[:channels])
    if settings.layout == "NCHW":
        image = np.moveaxis(image, -1, 0)
    if len(shape) == 4:
        image = image[np.newaxis]
    return np.ascontiguousarray(image.astype(numpy_type(kind)))
