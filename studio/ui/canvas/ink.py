"""Colours, pens and brushes of the canvas, made once a theme: thousands of items ask for them in every frame."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from studio.ui.theme import changes, colour, tokens
from studio.ui.widgets.paint import family

WIRE = 2.0
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
def _ink(scheme: str, role: str, alpha: float) -> QColor:  # noqa: ARG001 - the scheme is part of the key
    return colour(role, alpha)


def ink(role: str, alpha: float = 1.0) -> QColor:
    """The colour of a token in the theme in force."""
    return _ink(changes().tokens.scheme, role, alpha)


@lru_cache(maxsize=512)
def _pen(scheme: str, role: str, width: float, alpha: float, dashed: bool) -> QPen:
    pen = QPen(_ink(scheme, role, alpha), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4, 3])
    return pen


def pen(role: str, width: float = 1.0, alpha: float = 1.0, dashed: bool = False) -> QPen:
    """A pen in the colour of a token."""
    return _pen(changes().tokens.scheme, role, width, alpha, dashed)


def type_ink(data_type: str) -> str:
    """The `#rrggbb` of a data type; that of dim text where it is unknown."""
    return tokens().family(family(data_type)) if data_type else tokens().dim


def backend_icon(backend: str) -> str:
    """The icon that stands for a backend."""
    return _BACKENDS.get(backend, "cube")


def dot_pen() -> QPen:
    """The pen of the grid's dots: one pixel at any zoom."""
    return _dot_pen(changes().tokens.scheme)


@lru_cache(maxsize=2)
def _dot_pen(scheme: str) -> QPen:
    made = QPen(_ink(scheme, "grid", 1.0), 1.5)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    return made
