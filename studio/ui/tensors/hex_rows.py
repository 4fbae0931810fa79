"""The bytes of a tensor, sixteen a row, as numbers and as text; of strings one element at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.formats.elements import raw
from studio.core.inference.requests import Array, Tensor
from studio.ui.tensors import names
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DenseTable, IndexField, Label
from studio.ui.widgets.tables import MONO, ROLE, Index

_WIDE = 16
_PAGE_ROWS = 4096
_PAGE = _WIDE * _PAGE_ROWS
_ROW = 20
_TITLES = ("Offset", "Bytes", "Text")
_NO_INDEX = QModelIndex()


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._start = b"", 0

    def show_bytes(self, data: bytes, start: int) -> None:
        self.beginResetModel()
        self._data, self._start = data, start
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else -(-len(self._data) // _WIDE)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _TITLES[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == MONO:
            return True
        if role == ROLE:
            return "text" if index.column() == 1 else "dim"
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        start = index.row() * _WIDE
        row = self._data[start : start + _WIDE]
        if index.column() == 0:
            return f"{self._start + start:08x}"
        if index.column() == 1:
            return f"{row[:8].hex(' ')}  {row[8:].hex(' ')}".strip()
        return "".join(chr(each) if 32 <= each < 127 else "·" for each in row)


class HexView(Viewer):
    """A page of rows at a time; Alt with Page Up and Page Down goes from page to page."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self.table = DenseTable(_ROW)
        self.table.setObjectName(names.Tensors.HEX)
        self.table.setAccessibleName("Bytes of the tensor")
        self.model = _Model(self.table)
        self.table.setModel(self.model)
        self.table.setColumnWidth(0, 84)
        self.table.setColumnWidth(1, 372)
        self.element, self.page = IndexField(), IndexField()
        for box, name, words in (
            (self.element, names.Tensors.ELEMENT, "Which string"),
            (self.page, names.Tensors.PAGE, "Which part of the bytes"),
        ):
            box.setObjectName(name)
            box.setAccessibleName(words)
        self.note = Label("", "dim", 12)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._element_title, self._page_title = Label("element", "dim", 12), Label("part", "dim", 12)
        for widget in (self._element_title, self.element, self._page_title, self.page, self.note):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self.element.valueChanged.connect(self._set_element)
        self.page.valueChanged.connect(lambda _value: self._show())

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows the first bytes of a tensor."""
        self._tensor = tensor
        is_text = tensor.data_type.wire == "BYTES"
        many = int(tensor.array.size) if is_text else 1
        self.element.blockSignals(True)
        self.element.set_count(many)
        self.element.setValue(0)
        self.element.blockSignals(False)
        for widget in (self.element, self._element_title):
            widget.setVisible(many > 1)
        self._set_element()

    def _set_element(self, _index: int = 0) -> None:
        size = self._size()
        pages = max(-(-size // _PAGE), 1)
        self.page.blockSignals(True)
        self.page.set_count(pages)
        self.page.setValue(0)
        self.page.blockSignals(False)
        for widget in (self.page, self._page_title):
            widget.setVisible(pages > 1)
        self._show()

    def _size(self) -> int:
        if self._tensor is None:
            return 0
        array = self._tensor.array
        return len(self._string(array)) if array.dtype == np.object_ else int(array.nbytes)

    def _string(self, array: Array) -> bytes:
        return raw(array.reshape(-1)[self.element.value()])

    def _show(self) -> None:
        if self._tensor is None:
            return
        array, start = self._tensor.array, self.page.value() * _PAGE
        if array.dtype == np.object_:
            data = self._string(array)[start : start + _PAGE]
        else:
            wide = array.dtype.itemsize
            first = start // wide
            part = array.reshape(-1)[first : first + _PAGE // wide + 1].tobytes()
            data = part[start - first * wide :][:_PAGE]
        self.model.show_bytes(data, start)
        little = "" if array.dtype == np.object_ else ", little-endian"
        self.note.setText(f"{self._size():,} bytes{little}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From page to page."""
        is_page = event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if is_page and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.page.stepBy(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as ten rows."""
        return QSize(560, 74 + _ROW * min(max(self.model.rowCount(), 3), 10))
