"""What a tensor is most likely to be, by its type, its shape and a look at its values."""

from __future__ import annotations

from typing import Literal

import numpy as np

from studio.core.inference.figures import sample
from studio.core.inference.formats import wav
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.results import image_layout

Kind = Literal["empty", "text", "json", "bytes", "labels", "image", "wave", "boxes", "vector", "matrix", "number"]
MOST_CLASSES = 200_000
_SHORTEST_WAVE = 2048
_SHORT_VECTOR = 24
_JSON_STARTS = (b"{", b"[")


def kind_of(tensor: Tensor, labels: tuple[str, ...] = ()) -> Kind:
    """What it is most likely to be; quick however large it is."""
    array = tensor.array
    if not array.size:
        return "empty"
    if tensor.data_type.wire == "BYTES":
        return _kind_of_bytes(array)
    if array.size == 1:
        return "number"
    if is_scores_shape(array.shape) and (len(labels) == array.shape[-1] or _are_probabilities(array)):
        return "labels"
    layout = image_layout(array.shape) if tensor.data_type.family != "B" else ""
    if is_boxes(tensor) and not layout.endswith("HWC"):
        return "boxes"
    if layout not in ("", "HW"):
        return "image"
    if is_wave(tensor):
        return "wave"
    if max(array.shape) == array.size:
        return "vector" if array.size > _SHORT_VECTOR else "matrix"
    return "image" if _is_grey_picture(array) else "matrix"


def is_scores_shape(shape: tuple[int, ...]) -> bool:
    """Whether the last axis may be classes and the first one, if there is another, the batch."""
    return len(shape) >= 1 and 2 <= shape[-1] <= MOST_CLASSES and all(size == 1 for size in shape[1:-1])


def is_wave(tensor: Tensor) -> bool:
    """Whether it may be a sound: many samples that swing around zero and change little from one to the next."""
    array = tensor.array
    if tensor.data_type.wire not in ("FP32", "FP16", "FP64", "BF16", "INT16") or wav.axes(array.shape) is None:
        return False
    if max(array.shape) < _SHORTEST_WAVE:
        return False
    if array.size != max(array.shape) and min(size for size in array.shape if size > 1) > 2:
        return False
    found = sample(array).astype(np.float64)
    if not np.isfinite(found).all():
        return False
    low, high = float(found.min()), float(found.max())
    within = tensor.data_type.wire == "INT16" or (low >= -1.5 and high <= 1.5)
    return bool(within and low < 0 < high and abs(float(found.mean())) < 0.2 * (high - low))


def is_boxes(tensor: Tensor) -> bool:
    """Whether its last axis may be the four corners of boxes, perhaps with score and class."""
    shape = tensor.array.shape
    if tensor.data_type.family not in "FI" or len(shape) not in (2, 3) or shape[-1] not in (4, 5, 6, 7):
        return False
    many = shape[-2] if len(shape) == 3 else shape[0]
    return bool(
        (len(shape) == 3 or many > 1)
        and many <= 100_000
        and (len(shape) == 2 or shape[0] <= 64)
        and shape[-2] != shape[-1]
    )


def is_json(element: object) -> bool:
    """Whether a string begins as JSON does."""
    raw = element if isinstance(element, bytes) else str(element).encode("utf-8", "surrogateescape")
    return raw[:64].lstrip()[:1] in _JSON_STARTS and raw[-64:].rstrip()[-1:] in (b"}", b"]")


def _kind_of_bytes(array: Array) -> Kind:
    first = array.reshape(-1)[0]
    if array.size == 1 and is_json(first):
        return "json"
    raw = first if isinstance(first, bytes) else str(first).encode("utf-8", "surrogateescape")
    head = raw[:4096]
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return "bytes" if array.size == 1 and odd * 20 > len(head) else "text"


def _are_probabilities(array: Array) -> bool:
    rows = array.reshape(-1, array.shape[-1])[:16]
    if rows.dtype.kind in "iub":
        return False
    numbers = rows.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = numbers.sum(axis=-1)
    return bool(numbers.min() >= 0 and numbers.max() <= 1.0001 and np.abs(sums - 1).max() < 0.02)


def _is_grey_picture(array: Array) -> bool:
    return array.dtype == np.uint8 and array.ndim == 2 and min(array.shape) >= 16
