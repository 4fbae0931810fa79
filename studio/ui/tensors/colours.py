"""Colour maps for pictures of one channel."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

_VIRIDIS = (
    *("#440154", "#482878", "#3e4989", "#31688e", "#26828e"),
    *("#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"),
)
MAPS: dict[str, tuple[str, ...]] = {"Grey": ("#000000", "#ffffff"), "Viridis": _VIRIDIS}
"""By name: colours at even distances from the least to the greatest value."""


def table(name: str) -> list[int]:
    """The 256 colours of a map, as Qt's indexed images take them."""
    colours = [QColor(stop) for stop in MAPS[name]]
    stops = np.array([(each.red(), each.green(), each.blue()) for each in colours], dtype=np.float64)
    at, places = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    channels = [np.rint(np.interp(at, places, stops[:, channel])).astype(int).tolist() for channel in range(3)]
    return [0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in zip(*channels, strict=True)]
