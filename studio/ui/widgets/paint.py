"""What delegates and widgets both paint: marks, pills, chips and dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from studio.ui.look.theme import colour, tokens, ui_font

_FAMILIES = (("UINT", "U"), ("INT", "I"), ("FP", "F"), ("BF", "F"), ("BOOL", "B"), ("STRING", "S"), ("BYTES", "S"))


def family(data_type: str) -> str:
    """The family letter of a data type's name (`TYPE_FP32`, `FP32`, `BYTES`); "?" where it is not one."""
    short = data_type.removeprefix("TYPE_")
    return next((letter for start, letter in _FAMILIES if short.startswith(start)), "?")


def round_rect(
    painter: QPainter, rect: QRectF, radius: float, fill: str = "", edge: str = "", width: float = 1
) -> None:
    """A rounded rectangle with a fill and an edge that lies inside it; either may be left out."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(edge), width) if edge else Qt.PenStyle.NoPen)
    inset = width / 2 if edge else 0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.restore()


def text(
    painter: QPainter,
    rect: QRectF,
    value: str,
    font: QFont,
    role: str = "text",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Text in one line, elided at the end; gives the width it took."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(value, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(colour(role))
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def mark(painter: QPainter, rect: QRectF, data_type: str) -> None:
    """The square mark of a data type: its family's letter on its family's tint."""
    letter = family(data_type)
    ink = tokens().family(letter)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink, tokens().tint + 0.1))
    painter.drawRoundedRect(rect, 3, 3)
    painter.setPen(colour(ink))
    painter.setFont(ui_font(11, 600))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def dot(painter: QPainter, centre: QPointF, size: float, role: str) -> None:
    """Paints a filled circle around a point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(role))
    painter.drawEllipse(centre, size / 2, size / 2)
    painter.restore()


def badge(painter: QPainter, rect: QRectF, value: str) -> None:
    """An outlined badge with a short word, as the explorer's backend."""
    round_rect(painter, rect, 4, edge="edge")
    text(painter, rect, value, ui_font(11, 500), "dim", Qt.AlignmentFlag.AlignHCenter)


def focus_ring(painter: QPainter, rect: QRectF, radius: float = 4) -> None:
    """The ring that shows which control has the keyboard."""
    round_rect(painter, rect, radius, edge="accent", width=2)
