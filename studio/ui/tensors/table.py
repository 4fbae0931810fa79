"""A tensor as a table: two axes of it, every other one sliced. Cells are made as they are seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from studio.core.inference.requests import Array, Tensor
from studio.ui.tensors import names
from studio.ui.tensors.parts.array_model import MOST, ArrayModel, IndexHeader, format_value
from studio.ui.tensors.parts.slices import SliceBar, Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DenseTable, Label

__all__ = ["TableView", "format_value"]

_ROW = 22
_MOST_ROWS_HIGH = 10


class TableView(Viewer):
    """Any two axes, with a slider for each of the others. A single row stands upright, which is easier to read."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._array: Array = np.zeros((0, 0))
        self._upright = False
        self.table = DenseTable(_ROW)
        self.table.setObjectName(names.Tensors.TABLE)
        self.table.setAccessibleName("Elements of the tensor")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.model = ArrayModel(self.table)
        self.table.setModel(self.model)
        self.table.setVerticalHeader(IndexHeader(self.table, Qt.Orientation.Vertical, _ROW))
        self.table.setHorizontalHeader(IndexHeader(self.table, Qt.Orientation.Horizontal, 92))
        self.slider = SliceBar(self.slices)
        self.note = Label("", "dim", 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.slider)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        self.slices.changed.connect(self._show)
        self.slices.pointed.connect(self._follow)
        self.table.selectionModel().currentChanged.connect(self._point)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor from its first plane on, or from what is looked at already."""
        self._array = tensor.array
        self.table.horizontalHeader().setDefaultSectionSize(360 if tensor.data_type.wire == "BYTES" else 92)
        self.slices.set_shape(tensor.array.shape)
        self._show()

    def _show(self) -> None:
        if self.slices.plane.shape != self._array.shape or not self._array.size:
            return
        shown = self.slices.plane.of(self._array)
        self._upright = shown.shape[0] == 1
        shown = shown.T if self._upright else shown
        self.model.set_array(shown)
        cut = max(shown.shape) > MOST
        self.note.setText(f"The first {MOST:,} of an axis are shown; save the tensor for all." if cut else "")
        self.note.setVisible(cut)
        rows = min(max(shown.shape[0], 3), _MOST_ROWS_HIGH)
        self.table.setFixedHeight(30 + _ROW * rows + 12)
        self._follow()

    def _follow(self) -> None:
        """Brings the cell that is pointed out into view."""
        cell = self.slices.cell
        if cell is None:
            return
        row, column = cell[::-1] if self._upright else cell
        index = self.model.index(row, column)
        if index.isValid() and index != self.table.currentIndex():
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _point(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            cell = (index.row(), index.column())
            self.slices.point(cell[::-1] if self._upright else cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with Page Up and Page Down goes through the slices; without, through the rows."""
        is_page = event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if is_page and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.slices.step(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as ten rows at most."""
        more = self.slider.sizeHint().height() + 8 if not self.slider.isHidden() else 0
        return QSize(320, self.table.height() + more + 10 + (24 if self.note.isVisibleTo(self) else 0))
