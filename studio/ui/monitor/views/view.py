"""The parts that the monitor's views have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from studio.core.serving.series import ModelKey
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.widgets import DenseTable, Label, without_room
from studio.ui.widgets.tables import AT_RIGHT, ROLE, DenseDelegate, Index


class View(Protocol):
    """One of them: it is told to draw while it is seen."""

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Draws what is recorded of a stretch of time."""


Offset = Callable[[], float]
"""Wall clock minus monotonic."""


class TextRows(QAbstractTableModel):
    """Rows of texts under titles; numbers stand at the right. A row may have a colour."""

    def __init__(self, titles: Sequence[str], numbers: int, parent: QWidget) -> None:
        """`numbers` is the first column of numbers."""
        super().__init__(parent)
        self._titles, self._numbers = tuple(titles), numbers
        self._rows: list[tuple[str, ...]] = []
        self._roles: list[str] = []

    def show_rows(self, rows: Sequence[tuple[str, ...]], roles: Sequence[str] = ()) -> None:
        """Shows these instead."""
        given, wanted = list(roles) or ["text"] * len(rows), list(rows)
        if (wanted, given) == (self._rows, self._roles):
            return
        self.beginResetModel()
        self._rows, self._roles = wanted, given
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section >= self._numbers:
            return AT_RIGHT
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= self._numbers:
            return AT_RIGHT
        return self._roles[index.row()] if role == ROLE else None


class _Cells(DenseDelegate):
    """The first column begins where the sentences above the table begin."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        left = 8 if index.column() == 0 else 0
        super().paint_content(painter, inner.adjusted(left, 0, 0, 0), index, selected)


class TextTable(DenseTable):
    """Such rows as a table; `opened` tells the row that was double-clicked, or on which Enter was pressed."""

    opened = Signal(int)

    def __init__(self, name: str, titles: Sequence[str], widths: Sequence[int], numbers: int = 99) -> None:
        super().__init__(28)
        self.setItemDelegate(_Cells(28, self))
        self.horizontalHeader().setStyleSheet("QHeaderView::section:first { padding-left: 16px; }")
        self.setAccessibleName(name)
        self.rows = TextRows(titles, numbers, self)
        self.setModel(self.rows)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.activated.connect(lambda index: self.opened.emit(index.row()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offers the cell and the row as text."""
        index = self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        if not index.isValid():
            return
        value = str(index.data() or "")
        cells = [str(index.siblingAtColumn(column).data() or "") for column in range(self.rows.columnCount())]
        menu, copy = QMenu(self), QGuiApplication.clipboard().setText
        for title, text in ((f"Copy {value}"[:60], value), ("Copy the row", "\t".join(cells).strip())):
            menu.addAction(title).triggered.connect(lambda _=False, text=text: copy(text))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())


def column_of(parent: QWidget, *widgets: QWidget, stretch: QWidget | None = None) -> None:
    """Lays widgets out below one another; one of them takes the room that is left."""
    column = without_room(QVBoxLayout(parent))
    for widget in widgets:
        column.addWidget(widget, 1 if widget is stretch else 0)


def sentence(role: str = "text") -> Label:
    """A label for a sentence or two, over the whole width."""
    made = Label("", role)
    made.setWordWrap(True)
    made.setContentsMargins(16, 10, 16, 8)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
    return made
