"""Small painted charts of the devices: an area over time, and a bar of memory to scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.serving.series import Floats
from studio.ui.look.theme import colour
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.widgets import paint

_SIDE = 16
_POINTS = 240
_PIECE = 32


class AreaChart(QWidget):
    """One quantity over the window, from zero to a top that stays: a share of a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = TimeWindow(0, 60)
        self._times: Floats = np.empty(0)
        self._values: Floats = np.empty(0)
        self._top = 1.0
        self._marks: tuple[TimeMark, ...] = ()
        self._pointer: float | None = None
        self.setFixedHeight(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_series(
        self, times: Floats, values: Floats, window: TimeWindow, top: float, marks: Sequence[TimeMark]
    ) -> None:
        """Shows these points; a top of 0 takes the largest value. What was not recorded is a gap."""
        known = history.broken(*history.until(times, values, window.end))
        self._times, self._values = history.means(*known, _POINTS)
        self._window, self._marks = window, tuple(marks)
        self._top = top or history.largest([values]) or 1.0
        self.update()

    def set_pointer(self, moment: float | None) -> None:
        """Puts the pointer's line."""
        if moment != self._pointer:
            self._pointer = moment
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect()).adjusted(_SIDE, 2, -_SIDE, -6)
            for share, role in ((0.0, "edge"), (0.5, "line"), (1.0, "line")):
                painter.fillRect(
                    QRectF(rect.left(), round(rect.bottom() - share * rect.height()), rect.width(), 1), colour(role)
                )
            for run in self.runs(rect):
                self._paint_run(painter, rect, run)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            for mark in self._marks:
                self._paint_line(painter, rect, mark.time, QPen(colour("dim"), 1, Qt.PenStyle.DashLine))
            if self._pointer is not None:
                self._paint_line(painter, rect, self._pointer, QPen(colour("faint"), 1))

    def _x(self, rect: QRectF, moment: float) -> float:
        return rect.left() + (moment - self._window.start) / self._window.seconds * rect.width()

    def runs(self, rect: QRectF) -> list[list[QPointF]]:
        """The pieces of the line in a rectangle: one for each stretch without a gap."""
        runs: list[list[QPointF]] = [[]]
        scale, start, left = rect.width() / self._window.seconds, self._window.start, rect.left()
        high, bottom = rect.height() / self._top, rect.bottom()
        for moment, value in zip(self._times.tolist(), self._values.tolist(), strict=True):
            if math.isfinite(value):
                x, y = left + (moment - start) * scale, bottom - min(value, self._top) * high
                runs[-1].append(QPointF(max(x, left), y))
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if len(run) > 1]

    @staticmethod
    def _paint_run(painter: QPainter, rect: QRectF, run: list[QPointF]) -> None:
        area = [QPointF(run[0].x(), rect.bottom()), *run, QPointF(run[-1].x(), rect.bottom())]
        # Its ragged edge lies under the line: to smooth it takes ten times as long.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent", 0.12))
        painter.drawPolygon(QPolygonF(area))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent"), 1.5))
        for first in range(0, len(run) - 1, _PIECE):
            # Qt takes far longer for a long jagged line in one piece that is wider than a pixel.
            painter.drawPolyline(run[first : first + _PIECE + 1])

    def _paint_line(self, painter: QPainter, rect: QRectF, moment: float, pen: QPen) -> None:
        x = round(self._x(rect, moment))
        if rect.left() <= x <= rect.right():
            painter.setPen(pen)
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))


class MemoryBar(QWidget):
    """How much of a memory is used, to scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = math.nan
        self.setFixedHeight(24)

    def set_share(self, share: float) -> None:
        """Shows a share from 0 to 1."""
        self._share = share
        self.setAccessibleName(f"{share * 100:.0f} % used" if math.isfinite(share) else "not known")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect()).adjusted(_SIDE, 2, -_SIDE, -8)
            paint.round_rect(painter, rect, 2, fill="hover")
            if math.isfinite(self._share):
                share = min(max(self._share, 0.0), 1.0)
                used = QRectF(rect.left(), rect.top(), max(2.0, rect.width() * share), rect.height())
                paint.round_rect(painter, used, 2, fill="accent")
