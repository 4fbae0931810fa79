"""A tensor as a table: the last axis across, the one before down, every other axis sliced."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QSpinBox, QVBoxLayout, QWidget

from studio.core.inference.requests import Array, Tensor
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.array_model import MOST, ArrayModel, format_value
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DenseTable, Label

__all__ = ["TableView", "format_value"]

_ROW = 22
_MOST_ROWS_HIGH = 10


class TableView(Viewer):
    """The table with a slice for each further axis. A single row stands upright, which is easier to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._array: Array = np.zeros((0, 0))
        self.slices: list[QSpinBox] = []
        self.table = DenseTable(_ROW)
        self.table.setObjectName(names.Tensors.TABLE)
        self.table.setAccessibleName("Elements of the tensor")
        self.model = ArrayModel(self.table)
        self.table.setModel(self.model)
        self.table.verticalHeader().setVisible(True)
        self.table.verticalHeader().setFont(theme.mono_font(11))
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self.note = Label("", "dim", 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._row)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor from its first slice on."""
        self._array = _upright(tensor.array)
        self._remake_slices()
        self.table.horizontalHeader().setDefaultSectionSize(360 if tensor.data_type.wire == "BYTES" else 92)
        self._show()

    def _remake_slices(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.slices = [self._slice(axis, size) for axis, size in enumerate(self._array.shape[:-2])]
        for axis, box in enumerate(self.slices):
            self._row.addWidget(Label(f"axis {axis}", "dim", 12))
            self._row.addWidget(box)
        self._row.addStretch(1)

    def _slice(self, axis: int, size: int) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(names.Tensors.SLICE)
        box.setAccessibleName(f"Index on axis {axis}")
        box.setRange(0, max(size - 1, 0))
        box.setSuffix(f" of {size}")
        box.setProperty("dense", True)
        box.valueChanged.connect(self._show)
        return box

    def _show(self) -> None:
        where = tuple(box.value() for box in self.slices)
        shown = self._array[where] if self._array.size else np.zeros((0, 0))
        self.model.set_array(shown)
        cut = max(shown.shape) > MOST
        self.note.setText(f"The first {MOST:,} of an axis are shown; save the tensor for all." if cut else "")
        self.note.setVisible(cut)
        rows = min(max(shown.shape[0], 3), _MOST_ROWS_HIGH)
        self.table.setFixedHeight(30 + _ROW * rows + 12)

    def sizeHint(self) -> QSize:
        """As high as ten rows at most."""
        slices = 34 if self.slices else 0
        return QSize(320, self.table.height() + slices + 10 + (24 if self.note.isVisibleTo(self) else 0))


def _upright(array: Array) -> Array:
    if array.ndim < 2 or all(size == 1 for size in array.shape[:-1]):
        return array.reshape(-1, 1)
    return array
