"""Icons: glyphs of the Phosphor family, drawn in the colours of the theme."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

from studio.ui.look import theme

_FONT = "phosphor-1.3.0.ttf"
_CHARMAP = "phosphor-charmap-1.3.0.json"
_SCALES = (1.0, 2.0)
_FADED = 0.45
Room = tuple[int, int]
_NO_ROOM: Room = (0, 0)


@cache
def _folder() -> Path:
    """Where qtawesome keeps its fonts. It is not imported: that alone would cost a quarter of the start."""
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("qtawesome, which carries the icons, is not installed")
    return Path(next(iter(spec.submodule_search_locations)), "fonts")


@cache
def _glyphs() -> dict[str, str]:
    pairs = json.loads((_folder() / _CHARMAP).read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in pairs.items()}


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_folder() / _FONT))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else ""


def glyph_font(size: int) -> QFont:
    """The icon font at a size in pixels."""
    font = QFont(_family())
    font.setPixelSize(size)
    return font


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draws an icon into a square."""
    painter.save()
    painter.setFont(glyph_font(round(rect.height())))
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _glyphs()[name])
    painter.restore()


@cache
def _pixmap(name: str, colour: str, size: int, scale: float, opacity: float = 1.0, room: Room = _NO_ROOM) -> QPixmap:
    left, right = room
    pixmap = QPixmap(round((left + size + right) * scale), round(size * scale))
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        ink = QColor(colour)
        ink.setAlphaF(opacity)
        paint_icon(painter, QRectF(left, 0, size, size), name, ink)
    return pixmap


@cache
def _icon(name: str, colour: str, size: int, scales: tuple[float, ...], room: Room) -> QIcon:
    made = QIcon()
    for scale in scales:
        made.addPixmap(_pixmap(name, colour, size, scale, 1.0, room), QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, colour, size, scale, _FADED, room), QIcon.Mode.Disabled)
    return made


def _scales() -> tuple[float, ...]:
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return (1.0,) if ratio == 1.0 else tuple(sorted({*_SCALES, ratio}))


def icon(name: str, role: str = "text", size: int = 16, room: Room = _NO_ROOM) -> QIcon:
    """The Phosphor icon `name` in the colour of a token (`text`, `dim`, `accent`, `ok`, …) or a `#rrggbb`.

    `room` is left free at its left and at its right.
    """
    colour = role if role.startswith("#") else str(getattr(theme.tokens(), role))
    return _icon(name, colour, size, _scales(), room)


def pixmap(name: str, role: str = "text", size: int = 16) -> QPixmap:
    """The same as a picture, for a label."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    colour = role if role.startswith("#") else str(getattr(theme.tokens(), role))
    return _pixmap(name, colour, size, ratio)


def names() -> frozenset[str]:
    """Every icon there is."""
    return frozenset(_glyphs())
