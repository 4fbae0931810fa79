"""A tensor that is laid over the picture of another one, as a heat map of what a model looked at."""

from __future__ import annotations

import numpy as np

from studio.core.inference.requests import Array, Tensor
from studio.core.inference.results import image_layout
from studio.core.inference.viewing.kinds import is_boxes
from studio.core.inference.viewing.pictures import channels


def is_picture(tensor: Tensor) -> bool:
    """Whether it is a picture in colours. Four channels are only of one where they are bytes, as RGBA is."""
    layout = image_layout(tensor.array.shape)
    if tensor.data_type.family not in "FIUB" or not tensor.array.size or not layout:
        return False
    return channels(tensor.array.shape, layout) in ((3, 4) if tensor.data_type.wire == "UINT8" else (3,))


def is_heat(tensor: Tensor) -> bool:
    """Whether its last two axes may be a heat map: numbers that are neither boxes nor a picture in colours."""
    shape = tensor.array.shape
    is_plane = len(shape) >= 2 and min(shape[-2:]) >= 2 and tensor.array.size > 0
    return is_plane and tensor.data_type.family in "FIUB" and not is_boxes(tensor) and not is_picture(tensor)


def planes_of(array: Array, pictures: int) -> int:
    """How many planes a heat map has for one of so many pictures."""
    total = int(np.prod(array.shape[:-2], dtype=np.int64))
    return total // pictures if pictures > 1 and total % pictures == 0 and total else total


def plane_over(array: Array, pictures: int, number: int, plane: int) -> Array:
    """The plane that lies over one of so many pictures; the same ones over each where they do not come out even."""
    flat: Array = array.reshape(-1, *array.shape[-2:])
    each = planes_of(array, pictures)
    first = number * each if each < flat.shape[0] else 0
    found: Array = flat[min(first + min(plane, each - 1), flat.shape[0] - 1)]
    return found
