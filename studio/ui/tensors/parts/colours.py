"""Colour maps for planes of numbers, and planes in their colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from studio.core.inference.figures import within_reach
from studio.core.inference.requests import Array
from studio.ui.look.theme import colour, tokens

_VIRIDIS = (
    *("#440154", "#482878", "#3e4989", "#31688e", "#26828e"),
    *("#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"),
)
_MAGMA = ("#000004", "#1d1147", "#51127c", "#832681", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf")
MAPS: dict[str, tuple[str, ...]] = {"Grey": ("#000000", "#ffffff"), "Viridis": _VIRIDIS, "Magma": _MAGMA}
"""By name: colours at even distances from the least to the greatest value."""
_MOST_SINGLE = 1e30
_LEVELS = 253
"""An odd number: the middle of a map is one of its colours."""
_NAN, _INF = 253, 254
"""The places in the table of what is not finite."""


def table(name: str) -> list[int]:
    """The 256 colours of a map, as Qt's indexed images take them."""
    return _between(MAPS[name], 256)


def _between(stops_: tuple[str, ...], count: int) -> list[int]:
    colours = [QColor(stop) for stop in stops_]
    stops = np.array([(each.red(), each.green(), each.blue()) for each in colours], dtype=np.float64)
    at, places = np.linspace(0, 1, count), np.linspace(0, 1, len(stops))
    channels = [np.rint(np.interp(at, places, stops[:, channel])).astype(int).tolist() for channel in range(3)]
    return [0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in zip(*channels, strict=True)]


def diverging() -> tuple[str, ...]:
    """Two colours from the neutral one of the theme: less on one side, more on the other."""
    low, high = ("#3f8fd9", "#f07a6c") if tokens().scheme == "dark" else ("#1f66b0", "#b52a22")
    return low, tokens().field, high


def words_on(ground: QColor) -> str:
    """The colour of words on a ground of any colour: the darker one, or the lighter."""
    light = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return "#0b1417" if light > 124 else "#ffffff"


def _is_single(low: float, high: float) -> bool:
    """Whether numbers of four bytes tell the colours between two ends."""
    return max(abs(low), abs(high)) < _MOST_SINGLE and (high <= low or high - low > 1 / _MOST_SINGLE)


def cells(plane: Array, low: float, high: float, stops: tuple[str, ...]) -> QImage:
    """A plane of numbers as an image of one pixel each; what is not finite has colours of its own."""
    with np.errstate(invalid="ignore", over="ignore"):
        by = within_reach(low, high)
        number: type[Any] = np.float32 if _is_single(low, high) else np.float64
        numbers: npt.NDArray[Any] = plane.astype(number) * number(by)
        scale = (_LEVELS - 1) / (high * by - low * by) if high > low else 0.0
        levels = np.clip((numbers - number(low * by)) * number(scale), 0, _LEVELS - 1)
    finite = np.isfinite(numbers)
    places: npt.NDArray[np.uint8] = np.where(finite, levels, 0).astype(np.uint8)
    if not finite.all():
        places[np.isnan(numbers)] = _NAN
        places[np.isinf(numbers)] = _INF
    height, width = places.shape
    image = QImage(np.ascontiguousarray(places).tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    odd = [colour("error").rgb(), colour("warn_fill").rgb()]
    image.setColorTable([*_between(stops, _LEVELS), *odd])
    return image.copy()
