"""The sequences of a model as lanes: a block for each request, and a line while the server holds their state."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.inference.asking.sequence_book import Book, Lane, Turn
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.tester.sequences.names import SequenceNames
from studio.ui.widgets import DenseDelegate, DenseTable, HairLine, QuietButton, SectionHeader, paint
from studio.ui.widgets.tables import Index

_ROW = 36
_MOST_SHOWN = 4
_LABELS, _STATE = 200, 170
_WINDOW = 60.0
_ROOM = 56
"""Between two blocks, for how long the first one took."""
_EACH_MS = 500
_LANE = Qt.ItemDataRole.UserRole + 130


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book = Book()
        self.names: list[str] = []

    def refresh(self) -> None:
        names = list(reversed(self.book.lanes))
        if names != self.names:
            self.beginResetModel()
            self.names = names
            self.endResetModel()
        elif names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(names) - 1, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        lane = self.book.lanes.get(self.names[index.row()])
        if lane is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{lane.name}: {_turns(lane)}, {lane.state(time.monotonic(), self.book.idle)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return next((turn.refused for turn in reversed(lane.turns) if turn.refused), None)
        return (lane, self.book.idle) if role == _LANE else None


def _turns(lane: Lane) -> str:
    count = len(lane.turns)
    return f"{count} turn{'' if count == 1 else 's'}"


def _stands(lane: Lane, idle: float) -> str:
    is_open = lane.is_open(time.monotonic(), idle)
    return f"{_turns(lane)}, {'open' if is_open else 'closed'}"


class _Delegate(DenseDelegate):
    """Paints a lane: who, when, and how it stands."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        found = index.data(_LANE)
        if found is None:
            return
        lane, idle = found
        now, right = time.monotonic(), Qt.AlignmentFlag.AlignRight
        dim = "text" if selected else "dim"
        paint.text(painter, inner, lane.name, mono_font(12), "text")
        paint.text(
            painter,
            QRectF(inner.left(), inner.top(), _LABELS - 12, inner.height()),
            _stands(lane, idle),
            ui_font(12),
            dim,
            right,
        )
        state = lane.state(now, idle)
        role = "error" if state == "refused" else dim
        paint.text(painter, inner, state, ui_font(12), role, right)
        plot = QRectF(inner.left() + _LABELS, inner.top(), max(inner.width() - _LABELS - _STATE, 1), inner.height())
        painter.save()
        painter.setClipRect(plot.adjusted(-2, 0, 2, 0))
        _paint_lane(painter, plot, lane, now, idle)
        painter.restore()


def _paint_lane(painter: QPainter, plot: QRectF, lane: Lane, now: float, idle: float) -> None:
    def x(moment: float) -> float:
        return plot.right() - (now - moment) / _WINDOW * plot.width()

    middle = plot.center().y()
    taken = lane.taken
    if taken:
        last = taken[-1].ended if taken[-1].is_end else min(now, lane.closes_at(idle) or now)
        left = x(taken[0].began)
        painter.fillRect(QRectF(left, middle - 1, x(last or now) - left, 2), colour("accent", 0.5))
    last_turn = lane.turns[-1]
    if last_turn.refused:
        # Left of the blocks: at their right time goes on.
        words = QRectF(plot.left(), middle - 9, x(lane.turns[0].began) - plot.left() - 8, 18)
        right = Qt.AlignmentFlag.AlignRight
        paint.text(painter, words, f"refused: {last_turn.refused}", ui_font(12), "error", right)
    for at, turn in enumerate(lane.turns):
        left, end_at = x(turn.began), x(turn.ended if turn.ended is not None else now)
        room = (x(lane.turns[at + 1].began) if at + 1 < len(lane.turns) else plot.right()) - end_at
        _paint_turn(painter, left, end_at, middle, turn, has_room=room >= _ROOM)
    painter.setPen(QPen(colour("accent"), 1))
    painter.drawLine(QPointF(plot.right(), plot.top()), QPointF(plot.right(), plot.bottom()))


def _paint_turn(painter: QPainter, left: float, right: float, middle: float, turn: Turn, *, has_room: bool) -> None:
    block = QRectF(left, middle - 8, max(right - left, 6), 16)
    paint.round_rect(painter, block, 2, fill="error" if turn.refused else "accent")
    painter.setPen(QPen(colour("ok"), 2))
    if turn.is_start and not turn.refused:
        _bracket(painter, block.left() - 2, middle, 4)
    if turn.is_end:
        painter.setPen(QPen(colour("text"), 2))
        _bracket(painter, block.right() + 3, middle, -4)
    if turn.ended is not None and not turn.refused and has_room:
        words = QRectF(block.right() + (8 if turn.is_end else 4), middle - 9, 60, 18)
        paint.text(painter, words, _took(turn.ended - turn.began), ui_font(11), "dim")


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1e3:.0f} ms"


def _bracket(painter: QPainter, x: float, middle: float, foot: float) -> None:
    for ends in ((-12, -12), (12, 12)):
        painter.drawLine(QPointF(x, middle + ends[0]), QPointF(x + foot, middle + ends[1]))
    painter.drawLine(QPointF(x, middle - 12), QPointF(x, middle + 12))


class _Table(DenseTable):
    picked = Signal(str)
    flagged = Signal(str)

    def keyPressEvent(self, event: Any) -> None:
        """S and E mark the next request as a start or an end."""
        if event.text().lower() in ("s", "e") and not event.modifiers():
            self.flagged.emit(event.text().lower())
        else:
            super().keyPressEvent(event)


class LanesPanel(QWidget):
    """Enter or a double click takes a sequence up; S marks a start, E an end."""

    picked = Signal(str)
    flagged = Signal(str)
    end_all = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(SequenceNames.LANES)
        self.model = _Model(self)
        self.head = SectionHeader("Sequences")
        self.end_button = QuietButton("End all", "sign-out", "dense")
        self.end_button.setObjectName(SequenceNames.END_ALL)
        self.end_button.setToolTip("Sends what stands in the form to each open sequence, as its end")
        self.head.add_action(self.end_button)
        self.table = _Table(_ROW)
        self.table.setObjectName(SequenceNames.TABLE)
        self.table.setAccessibleName("Sequences")
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Delegate(_ROW, self.table))
        self.table.horizontalHeader().hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (HairLine(), self.head, self.table):
            column.addWidget(widget)
        self._clock = QTimer(self, interval=_EACH_MS)
        self._clock.timeout.connect(self.refresh)
        self.end_button.clicked.connect(self.end_all)
        self.table.flagged.connect(self.flagged)
        self.table.activated.connect(lambda index: self.picked.emit(self.model.names[index.row()]))
        self.hide()

    def show_book(self, book: Book | None) -> None:
        """Shows the sequences of a model, once there are some."""
        self.model.book = book or Book()
        self.refresh()

    def refresh(self) -> None:
        """What holds now."""
        self.model.refresh()
        count = len(self.model.names)
        is_open = len(self.model.book.open_names(time.monotonic()))
        self.head.detail.setText(f"{is_open} open, one lane for each correlation id; the last {_WINDOW:.0f} s")
        self.end_button.setEnabled(is_open > 0)
        self.table.setFixedHeight(_ROW * min(max(count, 1), _MOST_SHOWN) + 2)
        self.setVisible(count > 0)
        if count and not self._clock.isActive():
            self._clock.start()
        elif not count:
            self._clock.stop()
