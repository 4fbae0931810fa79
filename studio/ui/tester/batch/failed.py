"""The files of a run that failed, with why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from studio.core.inference.batches.results import FileResult
from studio.ui.tester.batch.names import BatchNames
from studio.ui.widgets import DenseTable
from studio.ui.widgets.tables import AT_RIGHT, ICON, ROLE, Index, column_head

_HEADERS = ("File", "Tries", "Why it failed")
FILE, TRIES, WHY = range(3)


class FailedModel(QAbstractTableModel):
    """In the order in which they failed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.results: list[FileResult] = []

    def show_results(self, results: Sequence[FileResult]) -> None:
        """Shows these; those that are there already stay where they are."""
        if list(results[: len(self.results)]) == self.results and len(results) > len(self.results):
            self.beginInsertRows(QModelIndex(), len(self.results), len(results) - 1)
            self.results = list(results)
            self.endInsertRows()
        elif list(results) != self.results:
            self.beginResetModel()
            self.results = list(results)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.results)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(_HEADERS, section, orientation, role, numbers=TRIES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        result, column = self.results[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (result.file, str(result.tries), result.failure)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return result.failure if column == WHY else result.file
        if role == ICON and column == FILE:
            return "x-circle-fill", "error"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == TRIES:
            return AT_RIGHT
        return "dim" if role == ROLE and column == TRIES else None


class FailedTable(DenseTable):
    """Rows 24 high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(24, parent)
        self.setObjectName(BatchNames.FAILED)
        self.setAccessibleName("Files that failed")
        self.rows = FailedModel(self)
        self.setModel(self.rows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(FILE, 240)
        header.resizeSection(TRIES, 56)
        self.setFixedHeight(26 + 4 * 24)
