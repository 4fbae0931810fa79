"""The waterfall: rows of bars on one axis, chosen, opened, zoomed and moved by pointer and keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.widgets.waterfall.axis import TimeAxis, duration_words
from studio.ui.widgets.waterfall.crowd import Crowd
from studio.ui.widgets.waterfall.lanes import Lanes
from studio.ui.widgets.waterfall.painting import ROW, RowPainter, caret_left
from studio.ui.widgets.waterfall.ruler import LABELS
from studio.ui.widgets.waterfall.values import Line, Place

_DRAG = 4
"""Pixels from which on a press is a drag."""
_STEP = 0.12
"""Of what is in sight, by which one notch of the wheel moves."""


_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class WaterfallView(QAbstractScrollArea):
    """Shows lines that are given; who owns it gives others where a span is opened or folded."""

    chosen_changed = Signal()
    turned = Signal(int)
    """The span that is to be opened or folded."""
    entered = Signal(object)
    """The Place that was clicked twice."""
    other_chosen = Signal(int)
    """The number of another request that was clicked."""
    menu_asked = Signal(QPoint)

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self.lines: list[Line] = []
        self.lanes = Lanes(axis)
        self._chosen: Place | None = None
        self._hovered = -1
        self._pressed: tuple[QPointF, float] | None = None
        self._drags = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Waterfall")
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(ROW)
        axis.changed.connect(self.viewport().update)
        axis.pointed.connect(self.viewport().update)
        theme.changes().themed.connect(self.viewport().update)

    # What it shows

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Shows these rows; what is chosen stays so where it is still there."""
        self.lines = list(lines)
        self._fit_bar()
        self.viewport().update()

    def show_crowd(self, crowd: Crowd, own: int) -> None:
        """Shows what else was under way below the rows; `own` is the number of the request above."""
        self.lanes.crowd, self.lanes.own = crowd, own
        self._fit_bar()
        self.viewport().update()

    @property
    def chosen(self) -> Line | None:
        """The row that is chosen; None where none is."""
        return next((line for line in self.lines if line.place == self._chosen), None)

    def choose(self, place: Place | None, *, reveal: bool = True) -> None:
        """Chooses a row, and brings it into sight."""
        if place == self._chosen:
            return
        self._chosen = place
        line = self.chosen
        self.setAccessibleDescription(line.said() if line else "nothing chosen")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        if line is not None and reveal:
            self._scroll_to(self.lines.index(line))
            self.axis.reveal(line.start, line.end)
        self.viewport().update()
        self.chosen_changed.emit()

    def _scroll_to(self, row: int) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if row * ROW < bar.value():
            bar.setValue(row * ROW)
        elif (row + 1) * ROW > bar.value() + height:
            bar.setValue((row + 1) * ROW - height)

    def _fit_bar(self) -> None:
        height = len(self.lines) * ROW + self.lanes.height
        self.verticalScrollBar().setRange(0, max(0, round(height) - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    # Paint

    def paintEvent(self, event: QPaintEvent) -> None:
        width, height = self.viewport().width(), self.viewport().height()
        scrolled = self.verticalScrollBar().value()
        rows = RowPainter(self.axis, width)
        bottom = min(float(height), len(self.lines) * ROW + self.lanes.height - scrolled)
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), colour("panel"))
            rows.grid(painter, 0, bottom)
            chosen = -1
            for row in range(scrolled // ROW, min(len(self.lines), (scrolled + height) // ROW + 1)):
                line = self.lines[row]
                is_chosen = line.place == self._chosen
                chosen = row if is_chosen else chosen
                flags = {"chosen": is_chosen, "hovered": row == self._hovered, "focused": self.hasFocus()}
                rows.row(painter, line, row * ROW - scrolled, **flags)
            painter.fillRect(LABELS, 0, 1, round(bottom), colour("line"))
            lanes_top = len(self.lines) * ROW - scrolled
            if self.lanes.height and lanes_top < height:
                self.lanes.paint(painter, width, lanes_top)
            if chosen >= 0:
                rows.follow(painter, self.lines[chosen], (chosen + 1) * ROW - scrolled, bottom)
            painter.setClipRect(LABELS, 0, width - LABELS, height)
            rows.cursor(painter, 0, bottom)

    # Pointer

    def _row_at(self, y: float) -> int:
        row = int((y + self.verticalScrollBar().value()) // ROW)
        return row if 0 <= row < len(self.lines) else -1

    def _time(self, x: float) -> float:
        return self.axis.time(x - LABELS, self.viewport().width() - LABELS)

    def _other_at(self, at: QPointF) -> int:
        top = len(self.lines) * ROW - self.verticalScrollBar().value()
        return self.lanes.at(at.x(), at.y() - top, self.viewport().width()) if self.lanes.height else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._drags = (event.position(), self.axis.start), False
            self.axis.measure(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None:
            self._drag(at)
        row = self._row_at(at.y())
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()
        self.axis.point(self._time(at.x()) if at.x() >= LABELS else None)

    def _drag(self, at: QPointF) -> None:
        if self._pressed is None:
            return
        begun, start = self._pressed
        by = at.x() - begun.x()
        if self._drags or (abs(by) > _DRAG and begun.x() >= LABELS):
            self._drags = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            wanted = start - by / max(self.viewport().width() - LABELS, 1) * self.axis.length
            self.axis.move((wanted - self.axis.start) / self.axis.length)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.viewport().unsetCursor()
        if pressed is None or self._drags or event.button() != Qt.MouseButton.LeftButton:
            return
        row = self._row_at(event.position().y())
        if row >= 0:
            self._press_row(self.lines[row], event.position().x())
        elif (other := self._other_at(event.position())) >= 0:
            self.other_chosen.emit(other)

    def _press_row(self, line: Line, x: float) -> None:
        left = caret_left(line)
        if line.folds and left - 4 <= x <= left + 16:
            self.turned.emit(line.place.span)
        self.choose(line.place, reveal=False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.entered.emit(self.lines[row].place)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.axis.point(None)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row = self._row_at(event.pos().y())
            if row < 0:
                return
            self.choose(self.lines[row].place, reveal=False)
        if self.chosen is not None:
            self.menu_asked.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.axis.zoom(1.2 ** (turned.y() / 120), self._time(event.position().x()))
        elif turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.axis.move(-(turned.x() or turned.y()) / 120 * _STEP)
        elif self.verticalScrollBar().maximum():
            super().wheelEvent(event)
        else:
            self.axis.move(-turned.y() / 120 * _STEP)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip_at(self, at: QPointF) -> str:
        """What is at a place, in words."""
        row = self._row_at(at.y())
        if row < 0:
            other = self._other_at(at)
            return self.lanes.tip(other) if other >= 0 else ""
        line, time = self.lines[row], self._time(at.x())
        bar = next((each for each in line.bars if at.x() >= LABELS and each.start <= time <= each.end), None)
        said = [f"{line.title} {line.note}".strip(), duration_words(line.lasts)]
        if bar is not None and bar.stage != line.place.stage:
            said.append(f"{bar.words or bar.stage}: {duration_words(bar.end - bar.start)}")
        return "\n".join([*said, line.failed] if line.failed else said)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -len(self.lines), Qt.Key.Key_End: 10**9}
        key = Qt.Key(event.key())
        if key in steps and self.lines:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._fold_or_step(is_right=key == Qt.Key.Key_Right)
        elif key == Qt.Key.Key_Escape and self.axis.measured is not None:
            self.axis.measure(None)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        line = self.chosen
        row = self.lines.index(line) + by if line is not None else 0
        self.choose(self.lines[min(max(row, 0), len(self.lines) - 1)].place)

    def _fold_or_step(self, *, is_right: bool) -> None:
        """Right opens, and goes on to the next span; Left folds, and goes back to the span above."""
        line = self.chosen
        if line is not None and line.folds and line.is_open != is_right:
            self.turned.emit(line.place.span)
        elif is_right or line is None:
            self._step(1)
        else:
            above = [each for each in self.lines[: self.lines.index(line)] if each.depth < line.depth]
            self.choose(above[-1].place if above else line.place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.chosen is None and self.lines and event.reason() in _BY_KEY:
            self.choose(self.lines[0].place)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def bar_rect(self, place: Place) -> QRectF:
        """Where the row of a span is drawn in the viewport; empty for one that is not shown."""
        row = next((row for row, line in enumerate(self.lines) if line.place == place), -1)
        if row < 0:
            return QRectF()
        line, width = self.lines[row], self.viewport().width() - LABELS
        left, right = self.axis.x(line.start, width), self.axis.x(line.end, width)
        return QRectF(LABELS + left, row * ROW - self.verticalScrollBar().value(), right - left, ROW)
