"""The whole trace, 36 high, with the stretch that is in sight as a window to drag and to stretch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.look import theme
from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.waterfall.axis import TimeAxis, duration_words
from studio.ui.widgets.waterfall.crowd import Crowd, packed
from studio.ui.widgets.waterfall.pixels import stage_colour
from studio.ui.widgets.waterfall.ruler import LABELS

_HEIGHT, _MARGIN = 52, 8
_RIGHT = 12
_ROWS, _FEW = 4, 400
_EDGE = 5
"""Pixels around an edge of the window at which it is stretched."""
_LEAST = 6.0


class Overview(QWidget):
    """What it shows of the requests is painted once for a size; only the window moves."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self._crowd = Crowd.none()
        self._picture: QPixmap | None = None
        self._held = ""
        """What is dragged: "left", "right" or "all"."""
        self._grip = 0.0
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.setAccessibleName("Whole trace")
        axis.changed.connect(self.update)
        theme.changes().themed.connect(self._forget)

    def show_crowd(self, crowd: Crowd) -> None:
        """Shows the requests of another trace."""
        self._crowd = crowd
        self._forget()

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    # Places

    @property
    def _box(self) -> QRectF:
        return QRectF(LABELS, _MARGIN, max(self.width() - LABELS - _RIGHT, 1), _HEIGHT - 2 * _MARGIN)

    def _x(self, time: float) -> float:
        start, end = self._axis.whole
        return self._box.left() + (time - start) / (end - start) * self._box.width()

    def _time(self, x: float) -> float:
        start, end = self._axis.whole
        return start + (x - self._box.left()) / self._box.width() * (end - start)

    @property
    def window_rect(self) -> QRectF:
        """Where the stretch is that is in sight."""
        box = self._box
        left, right = max(self._x(self._axis.start), box.left()), min(self._x(self._axis.end), box.right())
        if right - left < _LEAST:
            middle = (left + right) / 2
            left, right = middle - _LEAST / 2, middle + _LEAST / 2
        return QRectF(left, box.top() - 1, right - left, box.height() + 2)

    # Paint

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._drawn()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            window = self.window_rect
            painter.fillRect(window, colour("accent", 0.1))
            paint.round_rect(painter, window, 3, edge="accent", width=1.5)

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        start, end = self._axis.whole
        with QPainter(picture) as painter:
            labels = QRectF(12, 0, LABELS - 24, _HEIGHT)
            paint.text(painter, labels, "Whole trace", ui_font(12), "dim")
            right = Qt.AlignmentFlag.AlignRight
            whole = end - start
            words = f"{whole / 1e6:,.0f} ms" if 10e6 <= whole < 10e9 else duration_words(whole)
            paint.text(painter, labels, words, ui_font(12), "dim", right)
            paint.round_rect(painter, self._box, 4, fill="window", edge="line")
            painter.setClipRect(self._box)
            if len(self._crowd) > _FEW:
                self._draw_area(painter)
            else:
                self._draw_bars(painter)
        return picture

    def _draw_bars(self, painter: QPainter) -> None:
        start, end = self._axis.whole
        apart = (end - start) * 3 / self._box.width()
        numbers = np.arange(len(self._crowd), dtype=np.int64)
        fill, bad = stage_colour("compute"), colour("error")
        fill.setAlphaF(0.6)
        found = packed(self._crowd, numbers, _ROWS, apart)
        rows = max((row for _, row in found), default=0) + 1
        step = min((self._box.height() - 6) / rows, 11.0)
        top = self._box.center().y() - step * rows / 2 + 1.5
        for number, row in found:
            left, last = self._x(float(self._crowd.starts[number])), self._x(float(self._crowd.ends[number]))
            place = QRectF(left, top + row * step, max(last - left, 2.0), step - 3)
            painter.fillRect(place, bad if self._crowd.failed[number] else fill)

    def _draw_area(self, painter: QPainter) -> None:
        """How many are under way, the most that there are within each pixel."""
        box, crowd = self._box, self._crowd
        start, end = self._axis.whole
        count = max(2, int(box.width()))
        moments = np.linspace(start, end, count * 4)
        tops = crowd.under_way(moments).reshape(count, 4).max(axis=1)
        most = max(1, int(tops.max()))
        heights = tops / most * (box.height() - 6)
        points = [QPointF(box.left() + at, box.bottom() - height) for at, height in enumerate(heights.tolist())]
        painter.setPen(Qt.PenStyle.NoPen)
        area = stage_colour("compute")
        area.setAlphaF(0.6)
        painter.setBrush(area)
        painter.drawPolygon(QPolygonF([box.bottomLeft(), *points, box.bottomRight()]))
        places = self._crowd.starts[self._crowd.failed]
        pixels = np.unique(((places - start) / (end - start) * box.width()).astype(np.int64))
        for x in pixels.tolist():
            painter.fillRect(QRectF(box.left() + x, box.bottom() - 5, 2, 5), colour("error"))

    # Pointer

    def _part_at(self, x: float) -> str:
        window = self.window_rect
        edge = _EDGE if window.width() > 3 * _EDGE else 2
        if abs(x - window.left()) <= edge:
            return "left"
        if abs(x - window.right()) <= edge:
            return "right"
        return "all" if window.left() < x < window.right() else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.button() != Qt.MouseButton.LeftButton or x < LABELS:
            return
        self._held = self._part_at(x) or "all"
        if not self._part_at(x):
            half = self._axis.length / 2
            self._axis.show(self._time(x) - half, self._time(x) + half)
        self._grip = self._time(x) - self._axis.start

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        part = self._held or self._part_at(x)
        shapes = {"left": Qt.CursorShape.SizeHorCursor, "right": Qt.CursorShape.SizeHorCursor}
        self.setCursor(shapes.get(part, Qt.CursorShape.ArrowCursor))
        time = self._time(x)
        if self._held == "left" and time < self._axis.end:
            self._axis.show(time, self._axis.end)
        elif self._held == "right" and time > self._axis.start:
            self._axis.show(self._axis.start, time)
        elif self._held == "all":
            start, length = time - self._grip, self._axis.length
            self._axis.show(start, start + length)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._axis.zoom(1.2 ** (event.angleDelta().y() / 120), self._time(event.position().x()))
