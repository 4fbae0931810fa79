"""Frames: titled areas behind the nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.graph.positions import Frame
from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.look.theme import ui_font

TITLE = 28.0
_CORNER = 14.0
Part = Literal["title", "corner"]


def rect_of(frame: Frame) -> QRectF:
    """The area of a frame, its title included."""
    return QRectF(frame.x, frame.y, frame.width, frame.height)


def around(area: QRectF, title: str) -> Frame:
    """A frame with room around an area."""
    wide = area.adjusted(-24, -24 - TITLE, 24, 24)
    return Frame(title, round(wide.x()), round(wide.y()), round(wide.width()), round(wide.height()))


def frame_at(frames: Sequence[Frame], at: QPointF) -> tuple[int, Part] | None:
    """The frame whose title or corner is at a place, the one on top first."""
    for index in reversed(range(len(frames))):
        rect = rect_of(frames[index])
        if QRectF(rect.right() - _CORNER, rect.bottom() - _CORNER, _CORNER, _CORNER).contains(at):
            return index, "corner"
        if QRectF(rect.left(), rect.top(), rect.width(), TITLE).contains(at):
            return index, "title"
    return None


def paint_frame(painter: QPainter, frame: Frame, is_chosen: bool = False) -> None:
    """Draws a frame with its title and the corner that resizes it."""
    rect = rect_of(frame)
    painter.setPen(pen("accent" if is_chosen else "edge", 1))
    painter.setBrush(token_colour("panel", 0.35))
    painter.drawRoundedRect(rect, 8, 8)
    painter.setPen(token_colour("dim"))
    painter.setFont(ui_font(13, 600))
    row = QRectF(rect.left() + 12, rect.top(), rect.width() - 24, TITLE)
    painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, frame.title)
    painter.setPen(pen("edge", 1.5))
    corner = rect.bottomRight()
    for step in (4.0, 8.0):
        painter.drawLine(corner - QPointF(step, 3), corner - QPointF(3, step))
