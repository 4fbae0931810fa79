"""How many differences there are in each decade, both axes in decades, with what is allowed as a dashed line."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.core.inference.viewing.differences import Decades
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.widgets import paint

_LEFT, _BELOW, _ABOVE = 44, 18, 18


class DecadeBars(QWidget):
    """A bar a decade; what is beyond the tolerance is in the colour of an error, and said beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Decades | None = None
        self.allowed = 0.0
        self.setMinimumHeight(110)
        self.setAccessibleName("Differences by decade")

    def set_decades(self, found: Decades, allowed: float) -> None:
        """Shows the differences of a comparison."""
        self.found, self.allowed = found, allowed
        words = [f"1e{found.first + place}: {count:,}" for place, count in enumerate(found.counts)]
        self.setAccessibleName(f"Differences by decade: {'; '.join(words) or 'none'}")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a few decades."""
        return QSize(320, 130)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars, their axes and the line of what is allowed."""
        del event
        with QPainter(self) as painter:
            plot = QRectF(_LEFT, _ABOVE, self.width() - _LEFT - 8, self.height() - _ABOVE - _BELOW)
            found = self.found
            if found is None or not found.counts:
                words = "Counting …" if found is None else "All values are the same."
                paint.text(painter, plot, words, theme.ui_font(12), "dim", Qt.AlignmentFlag.AlignHCenter)
                return
            top = max(np.log10(max(found.counts)), 1e-9) + 0.3
            self._paint_counts(painter, plot, float(top))
            step = plot.width() / len(found.counts)
            for place, (count, beyond) in enumerate(zip(found.counts, found.over, strict=True)):
                box = QRectF(plot.left() + place * step, plot.top(), step - 1, plot.height())
                self._paint_bar(painter, box, count, beyond, float(top))
                words = f"1e{found.first + place}"
                where = QRectF(box.left() - 24, plot.bottom() + 2, 48, 16)
                paint.text(painter, where, words, theme.ui_font(11), "dim", Qt.AlignmentFlag.AlignHCenter)
            self._paint_allowed(painter, plot, step)

    def _paint_counts(self, painter: QPainter, plot: QRectF, top: float) -> None:
        for power in range(int(top) + 1):
            y = plot.bottom() - plot.height() * (power + 0.3) / (top + 0.3)
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), colour("line"))
            where = QRectF(0, y - 8, _LEFT - 6, 16)
            paint.text(painter, where, f"{10**power:,}", theme.ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)

    def _paint_bar(self, painter: QPainter, box: QRectF, count: int, beyond: int, top: float) -> None:
        for value, role in ((count, "accent"), (beyond, "error")):
            if value:
                height = box.height() * (np.log10(value) + 0.3) / (top + 0.3)
                painter.fillRect(QRectF(box.left(), box.bottom() - height, box.width(), height), colour(role, 0.85))

    def _paint_allowed(self, painter: QPainter, plot: QRectF, step: float) -> None:
        found = self.found
        if found is None or self.allowed <= 0:
            return
        x = plot.left() + (float(np.log10(self.allowed)) - found.first) * step
        if not plot.left() <= x <= plot.right():
            return
        painter.setPen(QPen(colour("text"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, plot.top() - 14, x, plot.bottom()))
        over = sum(found.over)
        words = f"allowed {self.allowed:g}" + (f"; {over:,} over" if over else "")
        is_left = x > plot.center().x()
        where = QRectF(x - 204, 0, 200, 16) if is_left else QRectF(x + 4, 0, 200, 16)
        side = Qt.AlignmentFlag.AlignRight if is_left else Qt.AlignmentFlag.AlignLeft
        paint.text(painter, where, words, theme.ui_font(11), "error" if over else "dim", side)
