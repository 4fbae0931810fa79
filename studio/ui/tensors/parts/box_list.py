"""The boxes beside their picture: label, score and corners of each; the chosen one is marked in both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QWidget

from studio.core.inference.viewing.boxes import Box
from studio.ui.tensors import names
from studio.ui.tensors.parts.box_layer import box_colour, box_name
from studio.ui.widgets import DenseTable
from studio.ui.widgets.tables import AT_RIGHT, ICON, MONO, ROLE

_TITLES = ("label", "score", "corners")
_ROW, _WIDE, _CORNERS = 24, 292, 122
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class _Boxes(QAbstractTableModel):
    """A row for each box, the best first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._boxes: tuple[Box, ...] = ()
        self._labels: Sequence[str] = ()

    def show_boxes(self, boxes: tuple[Box, ...], labels: Sequence[str]) -> None:
        """Shows others."""
        self.beginResetModel()
        self._boxes, self._labels = boxes, labels
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._boxes)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return AT_RIGHT
        if role == Qt.ItemDataRole.ToolTipRole and section == 2:
            return "left, top, right and bottom in pixels"
        return _TITLES[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        box, column = self._boxes[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(box, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return AT_RIGHT
        if role == ICON and not column:
            return "square-fill", box_colour(box)
        if role == MONO:
            return column == 2
        return "dim" if role == ROLE and column == 2 else None

    def _text(self, box: Box, column: int) -> str:
        if column == 0:
            return box_name(box, self._labels) or f"box {box.number}"
        if column == 1:
            return "–" if np.isnan(box.score) else f"{box.score:.2f}"
        return " ".join(f"{each:.0f}" for each in (box.left, box.top, box.right, box.bottom))


class BoxList(DenseTable):
    """Tells which box a person chose; hidden where there are none."""

    chosen = Signal(int)
    """The place of a box among those shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW, parent)
        self.setObjectName(names.Tensors.BOX_LIST)
        self.setAccessibleName("Boxes")
        self.setFixedWidth(_WIDE)
        self.boxes = _Boxes(self)
        self.setModel(self.boxes)
        head = self.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 52), (2, _CORNERS)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.chosen.emit(now.row()))
        self.hide()

    def set_narrow(self, narrow: bool) -> None:
        """Leaves the corners out."""
        self.setColumnHidden(2, narrow)
        self.setFixedWidth(_WIDE - _CORNERS if narrow else _WIDE)

    def show_boxes(self, boxes: tuple[Box, ...], labels: Sequence[str], chosen: int) -> None:
        """Shows others; `chosen` is the place of the one that is marked, -1 for none."""
        self.selectionModel().blockSignals(True)
        self.boxes.show_boxes(boxes, labels)
        self.selectionModel().blockSignals(False)
        self.setVisible(bool(boxes))
        self.choose(chosen)

    def choose(self, place: int) -> None:
        """Marks one."""
        self.selectionModel().blockSignals(True)
        if place >= 0:
            self.selectRow(place)
        else:
            self.clearSelection()
        self.selectionModel().blockSignals(False)
        self.viewport().update()
