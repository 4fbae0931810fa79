"""The responses of a stream as rows, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from studio.core.inference.stream_log import Row
from studio.ui.look.theme import colour
from studio.ui.tester.stream.figures import milliseconds
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import DenseDelegate, DenseTable, paint
from studio.ui.widgets.tables import AT_RIGHT, ICON, MONO, ROLE, Index

_HEADERS = ("index", "since start", "gap", "", "content", "bytes")
NUMBER, SINCE, GAP, BAR, CONTENT, BYTES = range(6)
_WIDTHS = {NUMBER: 56, SINCE: 92, GAP: 84, BAR: 72, BYTES: 64}
_SHARE = Qt.ItemDataRole.UserRole + 120
_RIGHT = (NUMBER, SINCE, GAP, BYTES)


class ResponsesModel(QAbstractTableModel):
    """The rows, and at their end the error that ended them where one did."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()
        self.count = 0
        """How many of them are shown, the last ones."""
        self.error = ""
        self._longest = 1

    def begin(self, rows: Sequence[Row]) -> None:
        """The rows of another stream, which grow."""
        self.beginResetModel()
        self.rows, self.count, self.error, self._longest = rows, 0, "", 1
        self.endResetModel()

    def add(self, count: int) -> None:
        """So many came since; as many of the oldest may be gone."""
        gone = min(self.count + count - len(self.rows), self.count)
        if gone > 0:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            self.count -= gone
            self.endRemoveRows()
        at, count = self.count, min(count, len(self.rows) - self.count)
        self.beginInsertRows(QModelIndex(), at, at + count - 1)
        self.count += count
        self.endInsertRows()
        longest = max((row.gap or 0 for row in self.rows[at : self.count]), default=0)
        if longest > self._longest:
            self._longest = longest
            self.dataChanged.emit(self.index(0, BAR), self.index(at, BAR))

    def fail(self, words: str) -> None:
        """Ends the rows with why no more came."""
        self.beginInsertRows(QModelIndex(), self.count, self.count)
        self.error = words
        self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self.count + bool(self.error)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _RIGHT:
            return AT_RIGHT
        return _HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if index.row() == self.count:
            return self._of_error(index.column(), role)
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == CONTENT:
            return row.shown
        if role == _SHARE and column == BAR:
            return (row.gap or 0) / self._longest
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return AT_RIGHT if column in _RIGHT else None
        if role == MONO:
            return column == CONTENT
        return _role(row, column) if role == ROLE else None

    def _of_error(self, column: int, role: int) -> Any:
        if role == ICON and column == NUMBER:
            return "x-circle-fill", "error"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.error if column == CONTENT else None
        return "error" if role == ROLE else None


def _text(row: Row, column: int) -> str:
    gap = "" if row.gap is None else f"{milliseconds(row.gap)} ms"
    return (str(row.number + 1), f"{milliseconds(row.at)} ms", gap, "", row.shown[:400], f"{row.size:,}")[column]


def _role(row: Row, column: int) -> str | None:
    content = "string_type" if row.shown.startswith('"') else "text"
    return {NUMBER: "dim", CONTENT: content}.get(column)


class _Delegate(DenseDelegate):
    """Paints the gap as a bar against the longest."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        if index.column() != BAR:
            super().paint_content(painter, inner, index, selected)
            return
        share = index.data(_SHARE)
        if share is None:
            return
        track = QRectF(inner.left(), inner.center().y() - 3, inner.width(), 6)
        paint.round_rect(painter, track, 3, fill="field")
        if share:
            track.setWidth(max(track.width() * share, 2.0))
            painter.fillRect(track, colour("accent"))


class ResponsesTable(DenseTable):
    """Follows the newest until a person scrolls up or chooses another."""

    followed = Signal(bool)
    chosen = Signal(object)
    """Row"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(22, parent)
        self.setObjectName(Stream.TABLE)
        self.setAccessibleName("Responses")
        self.rows = ResponsesModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(22, self))
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(32)
        header.setSectionResizeMode(CONTENT, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self.is_following = True
        self._is_moving = False
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.selectionModel().currentRowChanged.connect(self._choose)

    def follow(self, on: bool) -> None:
        """The newest is chosen and in sight from now on, or no more."""
        if on != self.is_following:
            self.is_following = on
            self.followed.emit(on)
        if on:
            self.show_newest()

    def show_newest(self) -> None:
        """Chooses the newest response where it is followed."""
        last = self.rows.rowCount() - 1
        if not self.is_following or last < 0:
            return
        self._is_moving = True
        self.setCurrentIndex(self.rows.index(last, 0))
        self.scrollToBottom()
        self._is_moving = False

    def _scrolled(self, value: int) -> None:
        if not self._is_moving and value < self.verticalScrollBar().maximum():
            self.follow(False)

    def _choose(self, now: Index) -> None:
        if not self._is_moving and now.isValid() and now.row() < self.rows.rowCount() - 1:
            self.follow(False)
        if 0 <= now.row() < self.rows.count:
            self.chosen.emit(self.rows.rows[now.row()])
