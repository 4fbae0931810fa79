"""The sign of the studio: a hull, a sail and three oars."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.ui.look.theme import colour


def paint_logo(painter: QPainter, rect: QRectF) -> None:
    """Draws the sign into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 48, rect.height() / 48)
    painter.setPen(Qt.PenStyle.NoPen)
    sail = QPainterPath(QPointF(22, 1))
    sail.arcTo(QRectF(6, 1, 32, 32), 90, -90)
    sail.lineTo(22, 17)
    sail.closeSubpath()
    painter.setBrush(colour("accent", 0.55))
    painter.drawPath(sail)
    hull = QPainterPath(QPointF(1, 20))
    hull.lineTo(47, 20)
    hull.cubicTo(45, 29, 39, 33, 32, 33)
    hull.lineTo(16, 33)
    hull.cubicTo(9, 33, 3, 29, 1, 20)
    painter.setBrush(colour("accent"))
    painter.drawPath(hull)
    painter.setPen(QPen(colour("accent"), 3.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for left in (16.0, 24.5, 33.0):
        painter.drawLine(QPointF(left, 37.5), QPointF(left - 4.5, 45.5))
    painter.restore()


class Logo(QWidget):
    """The sign as a widget."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_logo(painter, QRectF(self.rect()))


def logo_icon() -> QIcon:
    """The sign as the window's icon."""
    made = QIcon()
    for size in (16, 32, 64, 128):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            paint_logo(painter, QRectF(0, 0, size, size))
        made.addPixmap(pixmap)
    return made
