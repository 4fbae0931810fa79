"""One chart: a header with its legend, the lines as a picture, and above them pointer, marks and selection.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.look.theme import colour, ui_font
from studio.ui.monitor import history, names
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.legend import Legend, LegendEntry
from studio.ui.monitor.plotting.overlay import ChartOverlay
from studio.ui.monitor.plotting.picture import ChartLine, Scale, picture
from studio.ui.monitor.rows import figure
from studio.ui.widgets import Label

HEADER = 36
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 6, 26
_TAG = 58


@dataclass(frozen=True, slots=True)
class ChartKind:
    """What a chart is about and how it draws: lines, steps for counts, or layers that stand on one another."""

    key: str
    title: str
    digits: int = 2
    is_stack: bool = False
    is_count: bool = False
    has_fill: bool = False
    has_flags: bool = False


class Chart(QWidget):
    """Draws lines over a window of time. What the pointer does is told to `overlay`'s listener."""

    def __init__(self, kind: ChartKind, offset: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._offset = offset
        self.lines: tuple[ChartLine, ...] = ()
        self.instead = ""
        self.time_window = TimeWindow(0, 60)
        self._top = 1.0
        self._ticks: tuple[float, ...] = (0.0,)
        self.setObjectName(names.Monitor.CHART.format(kind.key))
        self.setMinimumSize(220, HEADER + 84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._build_header()
        self._build_plot()

    def _build_header(self) -> None:
        self.title = Label(self.kind.title, weight=600)
        self.detail = Label("", "dim", 12)
        self.legend = Legend()
        self.legend.setObjectName(names.Monitor.LEGEND.format(self.kind.key))
        self._head = QWidget(self)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(16, 4, _RIGHT, 0)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.detail)
        row.addStretch(1)
        row.addWidget(self.legend)

    def _build_plot(self) -> None:
        # It is drawn once a sample: a pointer that moves over it would draw every line anew.
        self._picture = QPixmap()
        self.overlay = ChartOverlay(self, self.kind.title, self)

    # What it shows

    def show_lines(
        self, lines: Sequence[ChartLine], window: TimeWindow, marks: Sequence[TimeMark], instead: str = ""
    ) -> None:
        """Draws these lines over a window, or says `instead` why there are none."""
        self.lines = () if instead else tuple(lines)
        self.instead = instead
        self.time_window = window
        highest = history.largest([line.tops for line in lines])
        self._ticks = history.value_ticks(highest, self.kind.is_count)
        self._top = max(highest * 1.06, self._ticks[-1], self._ticks[1])
        self._picture = self._drawn(self.plot_rect())
        self.overlay.set_marks(marks, self.kind.has_flags, self._offset())
        self.refresh_legend()
        self.update()

    def refresh_legend(self) -> None:
        """Tells the values at the pointer, or the latest."""
        moment = self.overlay.pointer
        ends = [line.times[-1] for line in self.lines if len(line.times)]
        shown = (max(ends) if ends else math.nan) if moment is None else moment
        found = [self._entry(line, shown) for line in self.lines]
        self.legend.set_entries(found)
        self.overlay.set_dots([] if moment is None else self._dots(moment))
        said = ", ".join(f"{entry.name} {entry.value}" for entry in found)
        self._fit_header()
        self.setAccessibleName(f"{self.kind.title}, {self.detail.text()}")
        self.setAccessibleDescription(self.instead or said or "Nothing yet")

    def _fit_header(self) -> None:
        """The unit goes where the legend wants its room: half a word says nothing."""
        wanted = self.title.sizeHint().width() + self.detail.sizeHint().width() + self.legend.sizeHint().width()
        self.detail.setVisible(wanted + 16 + _RIGHT + 24 <= self.width())

    def _entry(self, line: ChartLine, moment: float) -> LegendEntry:
        value = history.at(line.times, line.values, moment, self._reach())
        return LegendEntry(line.name, line.role, figure(value, self.kind.digits), self.kind.is_stack)

    def _dots(self, moment: float) -> list[tuple[QPointF, str]]:
        if self.kind.is_stack:
            return []
        values = [(history.at(line.times, line.tops, moment, self._reach()), line.role) for line in self.lines]
        x = self.position(moment)
        return [(QPointF(x, self.y_of(value)), role) for value, role in values if math.isfinite(value)]

    def values_at(self, moment: float) -> list[tuple[str, str]]:
        """The lines that have a value at a moment, with its text."""
        found = [(line, history.at(line.times, line.values, moment, self._reach())) for line in self.lines]
        return [(line.name, figure(value, self.kind.digits)) for line, value in found if math.isfinite(value)]

    def nearest(self, moment: float, y: float) -> str:
        """The line that runs nearest to a place; "" where there is none."""
        found = [(line, history.at(line.times, line.tops, moment, self._reach())) for line in self.lines]
        known = [(abs(self.y_of(value) - y), line.name) for line, value in found if math.isfinite(value)]
        return min(known, default=(0.0, ""))[1]

    def _reach(self) -> float:
        """How far a point may be from the pointer: thinned lines have fewer points."""
        return max(1.5, self.time_window.seconds / 200)

    # Where things are

    def plot_rect(self) -> QRect:
        """Where the lines are drawn."""
        top = HEADER + _TOP
        return QRect(_LEFT, top, max(1, self.width() - _LEFT - _RIGHT), max(1, self.height() - top - _BOTTOM))

    def moment(self, x: float) -> float:
        """The time at a place."""
        rect = self.plot_rect()
        share = min(max((x - rect.left()) / rect.width(), 0.0), 1.0)
        return self.time_window.start + share * self.time_window.seconds

    def position(self, moment: float) -> float:
        """The place of a time."""
        rect = self.plot_rect()
        return rect.left() + (moment - self.time_window.start) / self.time_window.seconds * rect.width()

    def y_of(self, value: float) -> float:
        """Where a value is drawn, in pixels from the top."""
        rect = self.plot_rect()
        return rect.top() + rect.height() * (1 - value / self._top)

    # Drawing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._head.setGeometry(0, 0, self.width(), HEADER)
        self._picture = QPixmap()
        self._fit_header()
        self.overlay.setGeometry(self.rect().adjusted(0, HEADER, 0, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = self.plot_rect()
            for value in self._ticks:
                y = round(self.y_of(value))
                painter.fillRect(rect.left(), y, rect.width(), 1, colour("edge" if value == 0 else "line"))
                label = QRectF(0, y - 8, _LEFT - 8, 16)
                painter.setFont(ui_font(11))
                painter.setPen(colour("dim"))
                painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _tick_text(value))
            self._paint_times(painter, rect)
            if self._picture.isNull():
                self._picture = self._drawn(rect)
            painter.drawPixmap(rect.topLeft(), self._picture)
            if self.instead:
                painter.setFont(ui_font(13))
                painter.setPen(colour("dim"))
                wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(QRectF(rect).adjusted(16, 0, -16, 0), wrapped, self.instead)

    def _drawn(self, rect: QRect) -> QPixmap:
        """The lines alone, as sharp as the screen."""
        kind, scale = self.kind, Scale(self.time_window, self._top, rect.size().toSizeF())
        look = {"is_stack": kind.is_stack, "is_count": kind.is_count, "has_fill": kind.has_fill}
        return picture(self.lines, scale, self.devicePixelRatioF(), **look)

    def _paint_times(self, painter: QPainter, rect: QRect) -> None:
        painter.setPen(QPen(colour("dim")))
        most = 5 if rect.width() >= 380 else 3
        for moment, text in history.time_ticks(self.time_window, self._offset(), most):
            x = self.position(moment)
            if self.overlay.pointer is not None and abs(x - self.position(self.overlay.pointer)) < _TAG:
                continue
            if rect.left() + 12 <= x <= rect.right() - 24:
                painter.drawText(QRectF(x - 40, rect.bottom() + 4, 80, 16), Qt.AlignmentFlag.AlignCenter, text)


def _tick_text(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:g}k"
    return f"{value:g}"
