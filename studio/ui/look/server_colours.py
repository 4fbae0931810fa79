"""The colours by which servers are told apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from studio.core.serving.saved import COLOURS
from studio.ui.look.theme import colour

_TOKENS = dict(zip(COLOURS, ("dim", "ok", "float_type", "signed_type", "warn_fill", "error"), strict=True))
_SIZE, _SCALE = 16, 2


def token(name: str) -> str:
    """What the theme calls the colour of a server."""
    return _TOKENS.get(name, "dim")


def of(name: str) -> QColor:
    """The colour of a server, in the theme in force."""
    return colour(token(name))


def sign(name: str) -> QIcon:
    """A dot in the colour of a server, for a menu."""
    picture = QPixmap(_SIZE * _SCALE, _SIZE * _SCALE)
    picture.setDevicePixelRatio(_SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        paint_sign(painter, QRectF(0, 0, _SIZE, _SIZE), name)
    return QIcon(picture)


def paint_sign(painter: QPainter, place: QRectF, name: str) -> None:
    """Draws the dot of a server in the middle of a place of 16 x 16."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(of(name))
    painter.drawEllipse(place.center(), 4.5, 4.5)
    painter.restore()
