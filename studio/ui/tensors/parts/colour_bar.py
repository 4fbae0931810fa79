"""The colours of a map with the values that they stand for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors.parts import ticks
from studio.ui.widgets import paint

_BAR = 10


class ColourBar(QWidget):
    """Upright beside a map, with a mark at the value that is pointed out; or flat below it."""

    def __init__(self, *, flat: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flat = flat
        self.low, self.high = 0.0, 1.0
        self.stops: tuple[str, ...] = ("#000000", "#ffffff")
        self.value: float | None = None
        if flat:
            self.setFixedHeight(30)
        else:
            self.setFixedWidth(76)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_range(self, low: float, high: float, stops: tuple[str, ...]) -> None:
        """Shows another range in other colours."""
        self.low, self.high, self.stops = low, high, stops
        self.setAccessibleName(f"Colours from {ticks.short(low)} to {ticks.short(high)}")
        self.update()

    def set_value(self, value: float | None) -> None:
        """Marks a value."""
        self.value = value
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the bar and its numbers."""
        return QSize(160, 30) if self._flat else QSize(76, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the bar, five numbers and the mark."""
        del event
        with QPainter(self) as painter:
            bar = QRectF(0, 4, self.width(), 8) if self._flat else QRectF(10, 3, _BAR, self.height() - 6)
            ends = (bar.topLeft(), bar.topRight()) if self._flat else (bar.bottomLeft(), bar.topLeft())
            ramp = QLinearGradient(*ends)
            for place, stop in enumerate(self.stops):
                ramp.setColorAt(place / (len(self.stops) - 1), QColor(stop))
            painter.fillRect(bar, ramp)
            if self.high > self.low:
                self._paint_numbers(painter, bar)
                self._paint_mark(painter, bar)

    def _paint_numbers(self, painter: QPainter, bar: QRectF) -> None:
        font = theme.ui_font(11)
        for place in range(5):
            words = f"{self.low + (self.high - self.low) * place / 4:.3g}"
            if self._flat:
                side = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
                x = bar.left() + bar.width() * place / 4
                left = {0: 0.0, 4: self.width() - 60.0}.get(place, x - 30)
                where = QRectF(left, 14, 60, 16)
                paint.text(painter, where, words, font, "dim", side[(place > 0) + (place == 4)])
            else:
                y = bar.bottom() - bar.height() * place / 4
                y = min(max(y, bar.top() + 5), bar.bottom() - 5)
                paint.text(painter, QRectF(bar.right() + 6, y - 8, 52, 16), words, font, "dim")

    def _paint_mark(self, painter: QPainter, bar: QRectF) -> None:
        if self.value is None or not self.low <= self.value <= self.high:
            return
        share = (self.value - self.low) / (self.high - self.low)
        if self._flat:
            x = bar.left() + bar.width() * share
            points = [QPointF(x, 4), QPointF(x - 4, 0), QPointF(x + 4, 0)]
        else:
            y = bar.bottom() - bar.height() * share
            points = [QPointF(8, y), QPointF(2, y - 4), QPointF(2, y + 4)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("text"))
        painter.drawPolygon(QPolygonF(points))
