"""Two dimensions of an array as a table model."""

from __future__ import annotations

from typing import Any, SupportsFloat

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from studio.core.inference.requests import Array
from studio.ui.look import theme
from studio.ui.widgets.tables import MONO, ROLE

Index = QModelIndex | QPersistentModelIndex
MOST = 100_000
"""Rows or columns that are shown: a header of Qt costs memory and time for each of its sections."""
_NO_INDEX = QModelIndex()


def format_value(value: object) -> str:
    """One element as a person reads it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")[:200]
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    is_float = isinstance(value, float | np.floating) or type(value).__name__ == "bfloat16"
    if is_float and isinstance(value, SupportsFloat):
        return f"{float(value):.6g}"
    return str(value)


def ordinal(number: int) -> str:
    """Which one: 2nd, 4th, 32nd."""
    endings = {1: "st", 2: "nd", 3: "rd"} if number // 10 % 10 != 1 else {}
    return f"{number:,}{endings.get(number % 10, 'th')}"


class IndexHeader(QHeaderView):
    """Indices of rows or columns. Qt's own measures some hundred of them, again and again, to know how wide it is."""

    def __init__(self, table: QTableView, orientation: Qt.Orientation, size: int) -> None:
        super().__init__(orientation, table)
        self.setMinimumSectionSize(1)
        self.setDefaultSectionSize(size)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setFont(theme.mono_font(11))

    def sizeHint(self) -> QSize:
        """As wide as the last index."""
        return QSize(self.fontMetrics().horizontalAdvance(str(max(self.count() - 1, 0))) + 16, 26)


class ArrayModel(QAbstractTableModel):
    """Two dimensions of an array; nothing is copied."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._array: Array = np.zeros((0, 0))

    def set_array(self, array: Array) -> None:
        """Shows an array of two dimensions."""
        self.beginResetModel()
        self._array = array
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """The size of the first dimension, bounded by `MOST`."""
        return 0 if parent.isValid() else min(int(self._array.shape[0]), MOST)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The size of the second dimension, bounded by `MOST`."""
        return 0 if parent.isValid() else min(int(self._array.shape[1]), MOST)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Rows and columns are headed by their index."""
        del orientation
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side()
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def _side(self) -> int:
        """Numbers and their heads stand at the right, words at the left."""
        left = self._array.dtype == np.object_
        return int(
            (Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One element; what is not finite is told by colour and by its word."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side()
        if role == MONO:
            return True
        value = self._array[index.row(), index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return format_value(value)
        if role == ROLE:
            numeric = self._array.dtype.kind == "f"
            return "error" if numeric and not np.isfinite(value) else "text"
        return None
