"""Text and marks on nodes: as the other widgets draw them, without measuring again what was measured before."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from studio.ui.canvas.scene.colours import token_colour, type_colour
from studio.ui.canvas.scene.node_shape import text_width
from studio.ui.look.theme import mono_font, tokens, ui_font
from studio.ui.widgets.paint import family

_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
BOTH_ENDS = Qt.TextElideMode.ElideMiddle
"""Of a name the middle goes: its beginning and its end tell it from others."""
LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


@lru_cache(maxsize=64)
def _font(px: int, weight: int, mono: bool) -> QFont:
    return mono_font(px, weight) if mono else ui_font(px, weight)


def write(
    painter: QPainter,
    rect: QRectF,
    value: str,
    kind: tuple[int, int],
    role: str = "text",
    align: Qt.AlignmentFlag = LEFT,
    mono: bool = False,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """Text in one line, elided where it is too long; `kind` is size and weight. Gives the width it took."""
    if not value:
        return 0.0
    font = _font(*kind, mono)
    width = text_width(value, *kind, mono)
    if width > rect.width() + 1:
        value = QFontMetricsF(font).elidedText(value, elide, rect.width())
        width = text_width(value, *kind, mono)
    painter.setFont(font)
    painter.setPen(token_colour(role))
    painter.drawText(rect, align | _LINE, value)
    return width


def mark(painter: QPainter, rect: QRectF, data_type: str) -> None:
    """The square mark of a data type."""
    colour = type_colour(data_type)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(token_colour(colour, tokens().tint + 0.1))
    painter.drawRoundedRect(rect, 3, 3)
    painter.setPen(token_colour(colour))
    painter.setFont(_font(11, 600, False))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, family(data_type))
