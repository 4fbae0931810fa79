"""What is said of a tensor in a small place: a picture, its largest values, a histogram or a text, with figures."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.core.files.sizes import size_text
from studio.core.inference.figures import Check, Histogram, Statistics, histogram, sample, statistics
from studio.core.inference.images import MOST_PIXELS
from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.kinds import kind_of
from studio.core.inference.viewing.pictures import guess, pixels
from studio.value_class import dataclass

PICTURE = 112
"""Pixels of the longer side of a picture."""
BINS = 24
_FEW = 4096
"""Values whose largest are named."""
_ROWS = 3
_TEXT_LINES, _TEXT_LENGTH = 5, 200
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
Shown = Literal["picture", "values", "histogram", "text", "empty"]


@dataclass(frozen=True, slots=True)
class Digest:
    """A few kilobytes whatever the tensor. `note` says how a picture is seen.

    `values` are the largest of a small tensor with their places in it; those of NaN come first.
    """

    shown: Shown
    data_type: str
    shape: tuple[int, ...]
    size: int
    statistics: Statistics | None = None
    histogram: Histogram | None = None
    picture: npt.NDArray[np.uint8] | None = None
    note: str = ""
    text: tuple[str, ...] = ()
    values: tuple[tuple[int, float], ...] = ()

    @property
    def odd(self) -> str:
        """What is wrong with the numbers, in words; "" where nothing is."""
        found = self.statistics
        if found is None or not (found.nan or found.inf):
            return ""
        parts = [f"{name} {count:,}" for name, count in (("NaN", found.nan), ("Inf", found.inf)) if count]
        return f"{', '.join(parts)} of {found.count:,}"

    @property
    def is_all_zeros(self) -> bool:
        """Whether there are several values and each is zero."""
        return self.statistics is not None and 1 < self.statistics.count == self.statistics.zeros


def digest(tensor: Tensor, check: Check = lambda: None) -> Digest:
    """What is said of a tensor; takes as long as to read all of it. Any thread; `check` leaves the work."""
    array, name, size = tensor.array, tensor.data_type.short, tensor_bytes(tensor)
    if not array.size:
        return Digest("empty", name, array.shape, size)
    if tensor.data_type.wire == "BYTES":
        return _of_strings(tensor, size)
    found = statistics(array, check)
    picture, note = _picture(tensor)
    values = _largest(array) if array.size <= _FEW else ()
    bars = None
    if found is not None and np.isfinite(found.minimum):
        low, high = (
            (found.minimum, found.maximum) if found.maximum > found.minimum else (found.minimum, found.minimum + 1)
        )
        bars = histogram(sample(array), low, high, BINS, check)
    shown: Shown = "picture" if picture is not None else "values" if array.size <= _ROWS * 8 else "histogram"
    if kind_of(tensor) == "labels":
        shown = "values"
    return Digest(shown, name, array.shape, size, found, bars, picture, note, values=values)


def untold(tensor: Tensor, size: int, why: str) -> Digest:
    """What stands for one that could not be worked out."""
    return Digest("text", tensor.data_type.short, tensor.array.shape, size, text=(why,))


def _picture(tensor: Tensor) -> tuple[npt.NDArray[np.uint8] | None, str]:
    """The picture that the tensor may be, with how it is seen; None where it is none."""
    if kind_of(tensor) != "image":
        return None, ""
    settings = guess(tensor.array)
    found = pixels(tensor.array, settings)
    if found is None:
        return None, ""
    colours = "as RGB" if found.shown.ndim == 3 else "as grey"
    order = {"CHW": ", channels first", "HWC": ", channels last"}.get(settings.layout.lstrip("N"), "")
    return _small(found.shown), colours + (order if found.shown.ndim == 3 else "")


def _small(shown: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Every so many pixels, so that the longer side fits: what is looked at are values, which are not smoothed."""
    step = max(-(-max(shown.shape[:2]) // PICTURE), 1)
    return np.ascontiguousarray(shown[::step, ::step])


def _of_strings(tensor: Tensor, size: int) -> Digest:
    name, array = tensor.data_type.short, tensor.array
    elements = array.reshape(-1)
    first = elements[0] if isinstance(elements[0], bytes) else str(elements[0]).encode("utf-8", "surrogateescape")
    if array.size == 1 and first.startswith(_SIGNATURES):
        found = _decoded(first)
        if found is not None:
            return Digest("picture", name, array.shape, size, picture=found[0], note=found[1])
    text = tuple(_line(each) for each in elements[:_TEXT_LINES].tolist())
    return Digest("text", name, array.shape, size, text=text)


def _decoded(raw: bytes) -> tuple[npt.NDArray[np.uint8], str] | None:
    """An image file that came as a string, small."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(raw)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            note = f"{image.format}, {image.width} × {image.height}"
            image.draft("RGB", (PICTURE, PICTURE))
            small = image.convert("RGB")
            small.thumbnail((PICTURE, PICTURE))
            return np.asarray(small), note
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _line(element: object) -> str:
    raw = element if isinstance(element, bytes) else str(element).encode("utf-8", "surrogateescape")
    text = raw[:_TEXT_LENGTH].decode("utf-8", "replace")
    if sum(not letter.isprintable() and letter not in "\n\t" for letter in text) * 20 > len(text):
        return f"{size_text(len(raw))} of bytes: {raw[:16].hex(' ')}"
    return " ".join(text.split()) + (" …" if len(raw) > _TEXT_LENGTH else "")


def _largest(array: Array) -> tuple[tuple[int, float], ...]:
    numbers = array.astype(np.float64).ravel()
    order = np.argsort(np.where(np.isnan(numbers), -np.inf, -numbers), kind="stable")[:_ROWS]
    return tuple((int(place), float(numbers[place])) for place in order)
