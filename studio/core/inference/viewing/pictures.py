"""A tensor as pixels: which axes are height, width and channels, in which order the colours, on which scale."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.core.inference.figures import sample, statistics
from studio.core.inference.images import NORMALISATIONS
from studio.core.inference.requests import Array
from studio.core.inference.results import image_layout
from studio.value_class import dataclass

LAYOUTS = ("HW", "CHW", "HWC", "NCHW", "NHWC")
Order = Literal["RGB", "BGR"]
STRETCH = "Stretch"
"""From the least to the greatest value of the picture."""
SCALES = (STRETCH, *NORMALISATIONS)
MOST_PIXELS = 1 << 20
"""Pixels that are made; of a larger picture every second, fourth … row and column is."""


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """How a tensor is seen. `channel` -1 shows colours, others one channel; `number` counts along the leading axes."""

    layout: str = "HW"
    order: Order = "RGB"
    scale: str = STRETCH
    channel: int = -1
    number: int = 0


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixels that are shown, and of how many; `values` has the numbers of all, by height, width and channels."""

    shown: npt.NDArray[np.uint8]
    size: tuple[int, int]
    step: int
    values: Array


def guess(array: Array) -> PictureSettings:
    """The settings that shape and values suggest."""
    layout = image_layout(array.shape) or "HW"
    return PictureSettings(layout, "RGB", _guessed_scale(array))


def _guessed_scale(array: Array) -> str:
    if array.dtype == np.uint8:
        return "0 … 255"
    found = statistics(sample(array))
    if found is None or not np.isfinite(found.minimum):
        return STRETCH
    low, high = found.minimum, found.maximum
    if low >= 0 and high <= 1.0001:
        return "0 … 1"
    if low >= 0 and 1.5 < high <= 255:
        return "0 … 255"
    if -1.0001 <= low < 0 and high <= 1.0001:
        return "-1 … 1"
    return "ImageNet" if -2.2 <= low < 0 and high <= 2.7 and 3 in array.shape else STRETCH


def channels(shape: tuple[int, ...], layout: str) -> int:
    """How many channels a shape has in a layout; 0 where it is not of that layout."""
    if len(shape) < len(layout) or (len(shape) > len(layout) and not layout.startswith("N")):
        return 0
    return 1 if layout == "HW" else shape[-3] if layout.endswith("CHW") else shape[-1]


def count(shape: tuple[int, ...], layout: str) -> int:
    """How many pictures there are along the leading axes."""
    return int(np.prod(shape[:-3], dtype=np.int64)) if layout.startswith("N") else 1


def pixels(array: Array, settings: PictureSettings) -> Pixels | None:
    """The picture of a tensor; None where its shape is not of that layout."""
    if not channels(array.shape, settings.layout):
        return None
    values = _laid(array, settings)
    step = 1
    while -(-values.shape[0] // step) * -(-values.shape[1] // step) > MOST_PIXELS:
        step *= 2
    seen = values[::step, ::step]
    if settings.channel >= 0:
        seen = seen[..., min(settings.channel, seen.shape[2] - 1) : settings.channel + 1]
    seen = seen[..., :1] if seen.shape[2] < 3 else seen[..., :3]
    scaled = _scaled(seen, settings)
    if settings.order == "BGR" and scaled.shape[2] == 3:
        scaled = scaled[..., ::-1]
    shown = np.ascontiguousarray(scaled[..., 0] if scaled.shape[2] == 1 else scaled)
    return Pixels(shown, (values.shape[0], values.shape[1]), step, values)


def _laid(array: Array, settings: PictureSettings) -> Array:
    """One picture as height, width and channels, without a copy."""
    if settings.layout.startswith("N"):
        lead = array.shape[:-3]
        total = int(np.prod(lead, dtype=np.int64))
        array = array[np.unravel_index(min(settings.number, total - 1), lead)] if lead else array
    if settings.layout == "HW":
        return array[..., np.newaxis]
    return np.moveaxis(array, 0, -1) if settings.layout.endswith("CHW") else array


def _scaled(seen: Array, settings: PictureSettings) -> npt.NDArray[np.uint8]:
    numbers = np.nan_to_num(seen.astype(np.float32), posinf=0, neginf=0)
    if settings.scale == STRETCH:
        low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
        numbers = (numbers - low) * (255 / (high - low) if high > low else 0)
    else:
        mean, deviation, scale = NORMALISATIONS[settings.scale]
        wide = seen.shape[2]
        first = settings.channel if settings.channel >= 0 else 0
        by, off = (np.resize(np.array(each[first:] or each, np.float32), wide) for each in (deviation, mean))
        numbers = (numbers * by + off) * scale
    return np.asarray(np.clip(np.rint(numbers), 0, 255).astype(np.uint8))
