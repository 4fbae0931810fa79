"""The ruler over the rows: marks, the time under the pointer, and a stretch that is measured by dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.waterfall.axis import TimeAxis, duration_words

HEIGHT = 24
LABELS = 232
"""The width of the column of labels."""
_SMALL_MARKS = 5


class Ruler(QWidget):
    """A drag measures, a click ends that."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self._from: float | None = None
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setToolTip("Drag to measure")
        axis.changed.connect(self.update)
        axis.pointed.connect(self.update)

    def _time(self, x: float) -> float:
        return self._axis.time(x - LABELS, self.width() - LABELS)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
            painter.setClipRect(LABELS - 2, 0, self.width() - LABELS + 2, self.height())
            self._paint_ticks(painter)
            self._paint_measured(painter)
            cursor = self._axis.cursor
            if cursor is not None and self._axis.measured is None and self._axis.start <= cursor <= self._axis.end:
                self._paint_chip(painter, cursor, self._axis.words(cursor))

    def _paint_ticks(self, painter: QPainter) -> None:
        width, bottom = self.width() - LABELS, self.height() - 1
        ticks = self._axis.ticks()
        step = ticks[1].at - ticks[0].at if len(ticks) > 1 else 0.0
        small = colour("edge")
        for number in range(-_SMALL_MARKS, len(ticks) * _SMALL_MARKS) if step else ():
            x = LABELS + self._axis.x(ticks[0].at + number * step / _SMALL_MARKS, width)
            painter.fillRect(QRectF(round(x), bottom - (6 if number % _SMALL_MARKS == 0 else 3), 1, 6), small)
        for tick in ticks:
            x = LABELS + self._axis.x(tick.at, width)
            room = QFontMetricsF(ui_font(11)).horizontalAdvance(tick.words)
            left = max(x - room / 2, LABELS)
            if left + room > self.width():
                continue
            paint.text(painter, QRectF(left, 0, room + 2, self.height() - 5), tick.words, ui_font(11), "dim")

    def _paint_chip(self, painter: QPainter, at: float, words: str) -> None:
        room = QFontMetricsF(ui_font(11, 600)).horizontalAdvance(words) + 12
        x = LABELS + self._axis.x(at, self.width() - LABELS)
        left = min(max(x - room / 2, LABELS), self.width() - room)
        box = QRectF(left, 2, room, self.height() - 6)
        paint.round_rect(painter, box, 3, fill="text")
        paint.text(painter, box, words, ui_font(11, 600), "window", Qt.AlignmentFlag.AlignHCenter)

    def _paint_measured(self, painter: QPainter) -> None:
        if self._axis.measured is None:
            return
        width = self.width() - LABELS
        left, right = (LABELS + self._axis.x(each, width) for each in self._axis.measured)
        painter.fillRect(QRectF(QPointF(left, 0), QPointF(right, self.height())), colour("accent", 0.2))
        start, end = self._axis.measured
        self._paint_chip(painter, (start + end) / 2, duration_words(end - start))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= LABELS:
            self._from = self._time(event.position().x())
            self._axis.measure(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        here = self._time(max(x, LABELS))
        if self._from is not None:
            self._axis.measure((min(self._from, here), max(self._from, here)))
        self._axis.point(here if x >= LABELS else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def leaveEvent(self, event: QEvent) -> None:
        self._axis.point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._axis.zoom(1.2 ** (event.angleDelta().y() / 120), self._time(event.position().x()))
