"""What lies over a chart: the pointer's line with its time, marks with flags, and the stretch that is being chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.look.theme import colour, ui_font
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeMark
from studio.ui.widgets import paint

_SLIGHT = 6.0
_ZOOM = 1.25
_KEYS = {Qt.Key.Key_Plus: 1 / _ZOOM, Qt.Key.Key_Equal: 1 / _ZOOM, Qt.Key.Key_Minus: _ZOOM}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_RESETS = (Qt.Key.Key_Escape, Qt.Key.Key_Home, Qt.Key.Key_0)


class TimeAxis(Protocol):
    """Where times lie on a chart."""

    def plot_rect(self) -> QRect:
        """Where the lines are drawn, in the chart."""

    def moment(self, x: float) -> float:
        """The time at a place."""

    def position(self, moment: float) -> float:
        """The place of a time."""


class ChartOverlay(QWidget):
    """Takes mouse and keys for a chart. Moving points; the wheel and a drag zoom; a double click takes it back."""

    pointed = Signal(object)
    """The time under the pointer; None where it left."""
    zoomed = Signal(float, float)
    """A factor (below 1 is nearer) and the time that stays where it is."""
    stretched = Signal(float, float)
    """A stretch of time was chosen."""
    reset = Signal()

    def __init__(self, axis: TimeAxis, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._axis = axis
        self.pointer: float | None = None
        self._marks: tuple[TimeMark, ...] = ()
        self._has_flags = False
        self._offset = 0.0
        self._dots: list[tuple[QPointF, str]] = []
        self._pressed: float | None = None
        self._dragged: float | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{title} chart")

    def set_marks(self, marks: Sequence[TimeMark], has_flags: bool, offset: float) -> None:
        """Shows these marks; `offset` is wall clock minus monotonic."""
        self._marks, self._has_flags, self._offset = tuple(marks), has_flags, offset
        self.update()

    def set_pointer(self, moment: float | None) -> None:
        """Puts the line of the pointer; every chart has it at the same time."""
        if moment != self.pointer:
            self._refresh_pointer()
            self.pointer = moment
            self._refresh_pointer()

    def set_dots(self, dots: list[tuple[QPointF, str]]) -> None:
        """Where the lines meet the pointer, in the chart's coordinates."""
        self._dots = dots

    def _refresh_pointer(self) -> None:
        """Repaints the strips that the pointer touches and no more: what lies below is costly."""
        if self.pointer is None:
            return
        x, plot = round(self._axis.position(self.pointer)), self._plot()
        self.update(x - 5, plot.top(), 11, plot.height())
        # The clock's labels make room for the pointer's, wherever that goes.
        self.update(0, plot.bottom(), self.width(), 26)

    def _plot(self) -> QRect:
        return self._axis.plot_rect().translated(0, -self.y())

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._pressed is not None:
            self._dragged = x
            self.update()
        inside = self._plot().left() <= x <= self._plot().right()
        self.pointed.emit(self._axis.moment(x) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().x()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        start, end = self._pressed, event.position().x()
        self._pressed = self._dragged = None
        self.update()
        if start is not None and abs(end - start) >= _SLIGHT:
            first, last = sorted((self._axis.moment(start), self._axis.moment(end)))
            self.stretched.emit(first, last)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if turn:
            self.zoomed.emit(_ZOOM ** (-turn / 120), self._axis.moment(event.position().x()))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plot = self._plot()
        middle = self._axis.moment(plot.center().x())
        if key in _STEPS:
            x = self._axis.position(self.pointer) if self.pointer is not None else plot.right()
            self.pointed.emit(self._axis.moment(x + _STEPS[key] * max(1.0, plot.width() / 100)))
        elif key in _KEYS:
            self.zoomed.emit(_KEYS[key], middle if self.pointer is None else self.pointer)
        elif key in _RESETS:
            self.pointed.emit(None)
            self.reset.emit()
        else:
            super().keyPressEvent(event)

    # Paint

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            plot = QRectF(self._plot())
            self._paint_stretch(painter, plot)
            if self.pointer is not None:
                self._paint_pointer(painter, plot, self.pointer)
            self._paint_marks(painter, plot)
            if self.hasFocus():
                paint.round_rect(painter, plot.adjusted(-2, -4, 2, 2), 3, edge="accent")

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        pen = QPen(colour("dim"), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        taken: list[QRectF] = []
        for mark in self._marks:
            x = round(self._axis.position(mark.time)) + 0.5
            if not plot.left() <= x <= plot.right():
                continue
            painter.setPen(pen)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            if self._has_flags:
                taken.append(self._paint_flag(painter, plot, x, mark.text, taken))

    @staticmethod
    def _paint_flag(painter: QPainter, plot: QRectF, x: float, text: str, taken: list[QRectF]) -> QRectF:
        width = QFontMetricsF(ui_font(11, 500)).horizontalAdvance(text) + 12
        left = x - 4 - width if x - 4 - width >= plot.left() else x + 4
        box = QRectF(left, plot.top(), width, 18)
        while any(box.intersects(other) for other in taken):
            box.translate(0, 20)
        paint.round_rect(painter, box, 3, fill="hover")
        paint.text(painter, box, text, ui_font(11, 500), "text", Qt.AlignmentFlag.AlignHCenter)
        return box

    def _paint_stretch(self, painter: QPainter, plot: QRectF) -> None:
        if self._pressed is None or self._dragged is None:
            return
        ends = sorted(min(max(x, plot.left()), plot.right()) for x in (self._pressed, self._dragged))
        painter.fillRect(QRectF(ends[0], plot.top(), ends[1] - ends[0], plot.height()), colour("accent", 0.14))

    def _paint_pointer(self, painter: QPainter, plot: QRectF, moment: float) -> None:
        x = round(self._axis.position(moment)) + 0.5
        if not plot.left() <= x <= plot.right():
            return
        painter.setPen(QPen(colour("faint"), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        for dot, role in self._dots:
            paint.dot(painter, dot - QPointF(0, self.y()), 7, "panel")
            paint.dot(painter, dot - QPointF(0, self.y()), 5, role)
        tag = QRectF(x - 30, plot.bottom() + 3, 60, 18)
        tag.moveLeft(min(max(tag.left(), 0), self.width() - tag.width()))
        paint.round_rect(painter, tag, 3, fill="text")
        words = history.clock(moment, self._offset)
        paint.text(painter, tag, words, ui_font(11, 600), "panel", Qt.AlignmentFlag.AlignHCenter)
