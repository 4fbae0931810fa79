"""The outputs of an answer that have no card yet: a list, from which each is opened when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.ui.tester import names
from studio.ui.widgets import DenseTable, Label
from studio.ui.widgets.tables import MONO, ROLE, TYPE, Index, column_head

_HEADERS = ("Output", "Data type", "Shape")
_ROWS_SHOWN = 10


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tensors: list[Tensor] = []

    def show_tensors(self, tensors: Sequence[Tensor]) -> None:
        self.beginResetModel()
        self.tensors = list(tensors)
        self.endResetModel()

    def take(self, row: int) -> Tensor:
        self.beginRemoveRows(QModelIndex(), row, row)
        taken = self.tensors.pop(row)
        self.endRemoveRows()
        return taken

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.tensors)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(_HEADERS, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        tensor, column = self.tensors[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (tensor.name, tensor.data_type.short, str(list(tensor.array.shape)))[column]
        if role == TYPE and column == 1:
            return tensor.data_type.short
        if role == MONO:
            return column == 2
        return "dim" if role == ROLE and column == 2 else None


class RestOfOutputs(QWidget):
    """Enter or a double click opens one."""

    opened = Signal(object)
    """Tensor"""

    def __init__(self) -> None:
        super().__init__()
        self.model = _Model(self)
        self.words = Label("", "dim", 12)
        self.table = DenseTable(24)
        self.table.setObjectName(names.Tester.REST)
        self.table.setAccessibleName("More outputs")
        self.table.setModel(self.model)
        self.table.horizontalHeader().resizeSection(0, 240)
        self.table.setFixedHeight(26 + 24 * _ROWS_SHOWN)
        self.table.activated.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.table)
        self.hide()

    def show_tensors(self, tensors: Sequence[Tensor]) -> None:
        """Lists these; nothing is shown where there are none."""
        self.model.show_tensors(tensors)
        self._tell()

    def _open(self, index: Index) -> None:
        tensor = self.model.take(index.row())
        self._tell()
        self.opened.emit(tensor)

    def _tell(self) -> None:
        count = len(self.model.tensors)
        self.words.setText(f"{count:,} more outputs: Enter or a double click opens one")
        self.setVisible(count > 0)
