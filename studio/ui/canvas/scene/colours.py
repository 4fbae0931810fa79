"""Colours, pens and brushes of the canvas, made once a theme: thousands of items ask for them in every frame."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from studio.ui.look.theme import changes, colour, tokens
from studio.ui.widgets.paint import family

WIRE = 2.0
_DOT = 1.25
_TILE = 24
CHOSEN = 2.5
_BACKENDS = {
    "python": "terminal-window",
    "tensorrt": "lightning",
    "tensorrtllm": "lightning",
    "vllm": "lightning",
    "ensemble": "flow-arrow",
    "pytorch": "fire-simple",
    "fil": "tree-structure",
}


@lru_cache(maxsize=512)
def _token_colour(scheme: str, role: str, alpha: float) -> QColor:  # noqa: ARG001 - the scheme is part of the key
    return colour(role, alpha)


def token_colour(role: str, alpha: float = 1.0) -> QColor:
    """The colour of a token in the theme in force."""
    return _token_colour(changes().tokens.scheme, role, alpha)


@lru_cache(maxsize=512)
def _mixed(scheme: str, role: str, share: float) -> QColor:
    one, other = _token_colour(scheme, role, 1.0), _token_colour(scheme, "canvas", 1.0)
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


def mixed(role: str, share: float) -> QColor:
    """A colour as it looks where it covers so much of the canvas: opaque, which is four times as fast to stroke."""
    return _mixed(changes().tokens.scheme, role, share)


def wire_pen(role: str, width: float, share: float, dashed: bool = False) -> QPen:
    """The pen of a wire."""
    return _wire_pen(changes().tokens.scheme, role, width, share, dashed)


@lru_cache(maxsize=512)
def _wire_pen(scheme: str, role: str, width: float, share: float, dashed: bool) -> QPen:
    pen = QPen(_mixed(scheme, role, share), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([4, 3])
    return pen


@lru_cache(maxsize=512)
def _pen(scheme: str, role: str, width: float, alpha: float, dashed: bool) -> QPen:
    pen = QPen(_token_colour(scheme, role, alpha), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4, 3])
    return pen


def pen(role: str, width: float = 1.0, alpha: float = 1.0, dashed: bool = False) -> QPen:
    """A pen in the colour of a token."""
    return _pen(changes().tokens.scheme, role, width, alpha, dashed)


def type_colour(data_type: str) -> str:
    """The `#rrggbb` of a data type; that of dim text where it is unknown."""
    return tokens().family(family(data_type)) if data_type else tokens().dim


def backend_icon(backend: str) -> str:
    """The icon that stands for a backend."""
    return _BACKENDS.get(backend, "cube")


def dots(pitch: float, ratio: float) -> QPixmap:
    """A tile of the grid's dots, so many pixels apart. It holds as many as make its side nearly a whole number."""
    return _dots(changes().tokens.scheme, round(pitch, 3), ratio)


@lru_cache(maxsize=32)
def _dots(scheme: str, pitch: float, ratio: float) -> QPixmap:
    count = min(range(1, _TILE + 1), key=lambda n: (round(abs(n * pitch - round(n * pitch)) / n, 3), n))
    side = max(round(count * pitch), 1)
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(_token_colour(scheme, "canvas", 1.0))
    with QPainter(tile) as painter:
        colour = _token_colour(scheme, "grid", 1.0)
        for row in range(count):
            for column in range(count):
                painter.fillRect(QRectF(round(column * side / count), round(row * side / count), _DOT, _DOT), colour)
    return tile
