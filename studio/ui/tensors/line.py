"""A row of numbers as a line: of long ones the least and greatest in each pixel, of all values in the end."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.envelope import Envelope, envelope, quick_envelope
from studio.core.inference.viewing.planes import Plane
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.tensors.parts import ticks
from studio.ui.tensors.parts.array_model import format_value
from studio.ui.tensors.parts.counting import AFTER_MS
from studio.ui.tensors.parts.slices import SliceBar, Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Label, MonoLabel, paint

_LEFT, _BELOW, _ABOVE = 56, 20, 6


class LinePlot(QWidget):
    """One line over the index, with a cursor that arrow keys move; a gap where values are not finite."""

    pointed = Signal(int)
    paged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: Array = np.zeros(0, np.float32)
        self.found: Envelope | None = None
        self.marked: int | None = None
        self.zero_based = True
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self._look_at_all)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)

    def set_row(self, row: Array, name: str) -> None:
        """Shows a row, at once by a quick look, and then by all of its values."""
        self.row = row
        self.setAccessibleName(f"{name}, {row.size:,} values")
        self._look()

    def _look(self) -> None:
        columns = max(int(self.plot().width()), 2)
        row = self.row
        self.found = quick_envelope(row, columns)
        self._later.stop()
        if not self.found.is_exact:
            self._later.start()
        self.update()

    def _look_at_all(self) -> None:
        row, columns = self.row, self.found.lows.size if self.found else 2
        tasks.run(
            self,
            lambda context: envelope(row, columns, context.raise_if_cancelled),
            partial(self._known, row),
            key="envelope",
        )

    def _known(self, row: Array, found: Envelope) -> None:
        if row is self.row:
            self.found = found
            self.update()

    def plot(self) -> QRectF:
        """Where the line is painted."""
        return QRectF(_LEFT, _ABOVE, max(self.width() - _LEFT - 8, 1), max(self.height() - _ABOVE - _BELOW, 1))

    def sizeHint(self) -> QSize:
        """Room for a line."""
        return QSize(320, 190)

    def ends(self) -> tuple[float, float]:
        """The values at the foot and the head of the plot: those of the line, and zero where it is near."""
        found = self.found
        if found is None or not np.isfinite(found.lows).any():
            return 0.0, 1.0
        low, high = float(np.nanmin(found.lows)), float(np.nanmax(found.highs))
        if self.zero_based and low > 0 and low < 0.6 * high:
            low = 0.0
        if self.zero_based and high < 0 and high > 0.6 * low:
            high = 0.0
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, line and cursor."""
        del event
        with QPainter(self) as painter:
            plot, (low, high) = self.plot(), self.ends()
            self._paint_axes(painter, plot, low, high)
            if self.found is None or not self.row.size:
                return
            painter.save()
            painter.setClipRect(plot.adjusted(-1, -2, 1, 2))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_line(painter, plot, low, high)
            painter.restore()
            self._paint_cursor(painter, plot, low, high)
            if self.hasFocus():
                paint.focus_ring(painter, plot)

    def _paint_axes(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        font = theme.ui_font(11)
        for value in ticks.values(low, high, max(int(plot.height() / 36), 2)):
            y = plot.bottom() - plot.height() * ticks.share(value, low, high)
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), colour("line"))
            paint.text(
                painter, QRectF(0, y - 8, _LEFT - 6, 16), ticks.short(value), font, "dim", Qt.AlignmentFlag.AlignRight
            )
        for index in ticks.steps(0, max(self.row.size, 1), plot.width() / 72):
            x = plot.left() + plot.width() * self._share(index)
            where = QRectF(x - 36, plot.bottom() + 3, 72, 16)
            paint.text(painter, where, f"{index:,}", font, "dim", Qt.AlignmentFlag.AlignHCenter)

    def _share(self, index: float) -> float:
        return index / max(self.row.size - 1, 1)

    def _paint_line(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        found = self.found
        if found is None:
            return
        painter.setPen(QPen(colour("accent"), 1.5))
        count = found.lows.size
        step = plot.width() / max(count - 1, 1)
        run: list[QPointF] = []
        for place, (least, most, gap) in enumerate(
            zip(found.lows.tolist(), found.highs.tolist(), found.gaps.tolist(), strict=True)
        ):
            x = plot.left() + place * step
            if gap:
                painter.fillRect(QRectF(x - 1, plot.top(), 2, plot.height()), colour("error", 0.7))
            if math.isnan(least):
                _draw(painter, run)
                run = []
                continue
            run.append(QPointF(x, plot.bottom() - plot.height() * ticks.share(most, low, high)))
            if least != most:
                run.append(QPointF(x, plot.bottom() - plot.height() * ticks.share(least, low, high)))
        _draw(painter, run)

    def _paint_cursor(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        if self.marked is None or self.marked >= self.row.size:
            return
        x = plot.left() + plot.width() * self._share(self.marked)
        painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), colour("text", 0.6))
        value = float(self.row[self.marked])
        if np.isfinite(value):
            paint.dot(painter, QPointF(x, plot.bottom() - plot.height() * ticks.share(value, low, high)), 7, "accent")

    def _point(self, index: int) -> None:
        if self.row.size:
            self.marked = min(max(index, 0), self.row.size - 1)
            self.update()
            self.pointed.emit(self.marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves the cursor, with Ctrl by a hundredth; pages through the slices."""
        by = max(self.row.size // 100, 1) if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        moves = {Qt.Key.Key_Left: -by, Qt.Key.Key_Right: by}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.row.size - 1}
        key = Qt.Key(event.key())
        if key in moves and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._point(0 if self.marked is None else self.marked + moves[key])
        elif key in ends:
            self._point(ends[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not event.modifiers():
            self.paged.emit(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Points out what is nearest to the pointer."""
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follows the pointer while a button is held."""
        share = (event.position().x() - self.plot().left()) / self.plot().width()
        self._point(round(share * max(self.row.size - 1, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There are as many columns as pixels."""
        super().resizeEvent(event)
        if self.row.size:
            self._look()


def _draw(painter: QPainter, run: list[QPointF]) -> None:
    if len(run) == 1:
        painter.drawEllipse(run[0], 1.5, 1.5)
    elif run:
        painter.drawPolyline(QPolygonF(run))


class LineView(Viewer):
    """The row at the cursor of the plane, or the one chosen by its number."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self._shown: tuple[int, Plane, int] | None = None
        self.plot = LinePlot()
        self.plot.setObjectName(names.Tensors.LINE)
        self.place, self.value, self.note = MonoLabel("", "dim"), MonoLabel(""), Label("", "dim", 12)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for widget in (self.place, self.value):
            foot.addWidget(widget)
        foot.addStretch(1)
        foot.addWidget(self.note)
        self.slider = SliceBar(self.slices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.slider)
        column.addWidget(self.plot, 1)
        column.addLayout(foot)
        self.slices.changed.connect(self._show)
        self.slices.pointed.connect(self._show)
        self.plot.pointed.connect(self._point)
        self.plot.paged.connect(self._page)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows the first row of a tensor, or the one that is looked at."""
        self._tensor = tensor
        self.slices.set_shape(tensor.array.shape)
        self._show()

    @property
    def _row_number(self) -> int:
        return self.slices.cell[0] if self.slices.cell else 0

    def _show(self) -> None:
        if self._tensor is None or self.slices.plane.shape != self._tensor.array.shape:
            return
        plane = self.slices.plane.of(self._tensor.array)
        number = min(self._row_number, plane.shape[0] - 1)
        self.plot.marked = self.slices.cell[1] if self.slices.cell else None
        shown = (id(self._tensor.array), self.slices.plane, number)
        if shown != self._shown:
            self._shown = shown
            self.plot.set_row(plane[number], f"{self._tensor.name}, row {number}")
        self.plot.update()
        rows = plane.shape[0]
        self.note.setText(f"row {number:,} of {rows:,}; Page Up and Down go on" if rows > 1 else "")
        self._tell()

    def _page(self, by: int) -> None:
        """The next row, and past the last one the next slice."""
        if self._tensor is None:
            return
        rows = self.slices.plane.of(self._tensor.array).shape[0]
        row, column = self.slices.cell or (0, 0)
        if 0 <= row + by < rows:
            self.slices.point((row + by, column))
        else:
            self.slices.step(by)

    def _point(self, column: int) -> None:
        self.slices.point((self._row_number, column))

    def _tell(self) -> None:
        cursor = self.plot.marked
        if cursor is None or cursor >= self.plot.row.size:
            self.place.setText("")
            self.value.setText("")
            return
        self.place.setText(str(list(self.slices.plane.at(self._row_number, cursor))))
        self.value.setText(format_value(self.plot.row[cursor]))

    def sizeHint(self) -> QSize:
        """Room for the line and the sliders."""
        more = self.slider.sizeHint().height() + 6 if not self.slider.isHidden() else 0
        return QSize(320, 230 + more)
