"""The bubble beside a port that says why a wire will not do, or what a drop of it adds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import ui_font

_WIDTH = 300.0
_AWAY = 76.0
_PAD = 10.0
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)


def _parts(words: str) -> tuple[str, str]:
    """The first sentence, which stands out, and the rest."""
    first, dot, rest = words.partition(". ")
    return (first + ".", rest) if dot else (words, "")


def box_of(words: str, socket: QPointF, side: str, zoom: float, covered: Callable[[QRectF], float]) -> QRectF:
    """Where the bubble stands: before the port, moved up or down to where it covers least."""
    high, low = _heights(words)
    scale = 1 / max(zoom, 0.01)
    width, height = _WIDTH * scale, (high + low + 2 * _PAD) * scale
    left = socket.x() - _AWAY * scale - width if side == "in" else socket.x() + _AWAY * scale
    middle = QRectF(left, socket.y() - height / 2, width, height)
    step = height / 2 + 24 * scale
    places = [middle.translated(0, step * times) for times in (0, 1, -1, 2, -2, 3, -3)]
    return min(places, key=lambda each: (round(covered(each)), abs(each.y() - middle.y())))


def _heights(words: str) -> tuple[float, float]:
    """The heights of both texts, in pixels at full size."""
    head, rest = _parts(words)
    room = QRectF(0, 0, _WIDTH - 2 * _PAD - 24, 1000)
    high = QFontMetricsF(ui_font(13, 600)).boundingRect(room, _WRAP, head).height()
    low = QFontMetricsF(ui_font(13)).boundingRect(room, _WRAP, rest).height() + 4 if rest else 0.0
    return high, low


def bubble_area(box: QRectF, socket: QPointF) -> QRectF:
    """What the bubble and its line cover."""
    return box.united(QRectF(socket, socket)).adjusted(-12, -12, 12, 12)


def paint_bubble(painter: QPainter, words: str, box: QRectF, socket: QPointF, side: str, *, adds: bool = False) -> None:
    """Draws the bubble, the same size at any zoom, and a line to the port. `adds`: it promises, and refuses nothing."""
    role, icon = ("accent", "plus") if adds else ("error", "prohibit")
    high, low = _heights(words)
    head, rest = _parts(words)
    line = pen(role, 1.5)
    line.setCosmetic(True)
    painter.setPen(line)
    start = QPointF(box.right() if side == "in" else box.left(), box.center().y())
    gap = 8.0 if side == "in" else -8.0
    painter.drawLine(start, socket - QPointF(gap, 0))
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(box.width() / _WIDTH, box.width() / _WIDTH)
    frame = QRectF(0, 0, _WIDTH, high + low + 2 * _PAD)
    painter.setPen(pen(role, 1))
    painter.setBrush(token_colour(f"{role}_soft"))
    painter.drawRoundedRect(frame, 4, 4)
    paint_icon(painter, QRectF(_PAD, _PAD, 16, 16), icon, token_colour(role))
    painter.setPen(token_colour("text"))
    painter.setFont(ui_font(13, 600))
    inner = QRectF(_PAD + 24, _PAD, _WIDTH - 2 * _PAD - 24, high)
    painter.drawText(inner, _WRAP, head)
    painter.setFont(ui_font(13))
    painter.drawText(inner.translated(0, high + 4), _WRAP, rest)
    painter.restore()
