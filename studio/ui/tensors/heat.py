"""Two axes of a tensor as a heat map: cells in colours, NaN and Inf flagged, the value at the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.figures import statistics
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.overlays import is_picture
from studio.core.inference.viewing.pictures import count, guess, pixels
from studio.core.inference.viewing.planes import reduced
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.parts.array_model import format_value, ordinal
from studio.ui.tensors.parts.cell_map import CellMap
from studio.ui.tensors.parts.colour_bar import ColourBar
from studio.ui.tensors.parts.colours import MAPS, cells
from studio.ui.tensors.parts.heat_bar import Opacity, paint_over
from studio.ui.tensors.parts.preview import to_image
from studio.ui.tensors.parts.slices import SliceBar, Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Chooser, Label, MonoLabel, Segmented

MOST_CELLS = 1 << 18
"""Cells that are coloured; of a larger plane every second, fourth … row and column is."""


def suits(tensor: Tensor) -> bool:
    """Numbers, more than one."""
    return tensor.data_type.family in "FIUB" and tensor.array.size > 1


class HeatView(Viewer):
    """The map with its colours, the value pointed at, and a slider for each further axis."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._array: Array = np.zeros((0, 0), np.float32)
        self._plane: Array = self._array
        self.map = CellMap()
        self.map.setObjectName(names.Tensors.HEAT)
        self.bar = ColourBar()
        self.colours = Chooser(("Viridis", "Magma", "Grey"), dense=True)
        self.colours.setObjectName(names.Tensors.HEAT_COLOURS)
        self.colours.setAccessibleName("Colours of the heat map")
        self.range = Segmented([("data", "Data"), ("unit", "0–1")], dense=True)
        self.range.setObjectName(names.Tensors.HEAT_RANGE)
        self.range.setAccessibleName("Range of the colours")
        self.place, self.value = MonoLabel("–", "dim"), MonoLabel("")
        self.value.setFont(theme.mono_font(16))
        self.odd = Label("", "error", 12)
        self.note = Label("", "dim", 12)
        for label in (self.odd, self.note):
            label.setWordWrap(True)
        self.over = QCheckBox("Over the image")
        self.over.setObjectName(names.Tensors.OVER_PICTURE)
        self.opacity = Opacity()
        self._pictures: list[Tensor] = []
        self._below: QImage | None = None
        self.slider = SliceBar(self.slices)
        self._build()
        self._connect()

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(4)
        parts: tuple[tuple[str, QWidget], ...] = (("Colours", self.colours), ("Range", self.range))
        for title, control in parts:
            side.addWidget(Label(title, "dim", 12))
            side.addWidget(control)
        side.addSpacing(4)
        for widget in (self.over, self.opacity):
            side.addWidget(widget)
            widget.hide()
        side.addSpacing(4)
        for label in (Label("Cursor", "dim", 12), self.place, self.value, self.odd, self.note):
            side.addWidget(label)
        side.addStretch(1)
        panel = QWidget()
        panel.setFixedWidth(132)
        panel.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.map, 1)
        row.addWidget(self.bar)
        row.addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.slider)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.slices.changed.connect(self._show)
        self.slices.pointed.connect(self._follow)
        self.map.pointed.connect(lambda row, column: self.slices.point((row, column)))
        self.map.hovered.connect(self._tell)
        self.map.paged.connect(self.slices.step)
        self.colours.currentIndexChanged.connect(lambda _index: self._show())
        self.range.changed.connect(lambda _key: self._show())
        self.over.toggled.connect(lambda _on: self._lay_over())
        self.opacity.changed.connect(self.map.update)
        self.map.overlay = self._paint_below
        theme.changes().themed.connect(self._show)

    def set_companions(self, tensors: Sequence[Tensor]) -> None:
        """The first picture among them can be seen through the map."""
        self._pictures = [each for each in tensors if is_picture(each)]
        self.over.setVisible(bool(self._pictures))
        self.over.setToolTip(f"Shows {self._pictures[0].name} through the map" if self._pictures else "")
        self._lay_over()

    def _lay_over(self) -> None:
        wanted = self._pictures[0] if self._pictures and self.over.isChecked() else None
        self.opacity.setVisible(wanted is not None)
        self._below = self._picture(wanted) if wanted is not None else None
        self.map.update()

    def _picture(self, tensor: Tensor) -> QImage | None:
        settings = guess(tensor.array)
        many = count(tensor.array.shape, settings.layout)
        first = self.slices.plane.indices[:1] if self._array.ndim > 2 and self._array.shape[0] == many else ()
        found = pixels(tensor.array, replace(settings, number=next(iter(first), 0)))
        return to_image(found.shown) if found is not None and found.shown.size else None

    def _paint_below(self, painter: QPainter, point: Callable[[float, float], QPointF]) -> None:
        # The picture over the map at what is left is the map over the picture.
        if self._below is not None:
            paint_over(painter, point, self.map.cells, self._below, 1 - self.opacity.share)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor from its first plane on, or from what is looked at already."""
        self._array = tensor.array
        self.map.setAccessibleName(f"Heat map of {tensor.name}")
        self.slices.set_shape(tensor.array.shape)
        self._show()

    def _show(self) -> None:
        if self.slices.plane.shape != self._array.shape:
            return
        self._plane = self.slices.plane.of(self._array)
        shown, step = reduced(self._plane, MOST_CELLS)
        found = statistics(shown)
        low, high = (found.minimum, found.maximum) if found else (0.0, 1.0)
        if self.range.value() == "unit":
            low, high = 0.0, 1.0
        if not np.isfinite(low):
            low, high = 0.0, 1.0
        stops = MAPS[self.colours.currentText()]
        self.map.words = lambda row, column: format_value(self._plane[row, column])
        rows, columns = self._plane.shape
        self.map.set_image(cells(shown, low, high, stops), (int(rows), int(columns)), "Heat map")
        self.bar.set_range(low, high, stops)
        few = f"Every {ordinal(step)} row and column is drawn and counted." if step > 1 else ""
        self.note.setText(few)
        odd = [(found.nan, "NaN"), (found.inf, "Inf")] if found else []
        self.odd.setText(", ".join(f"{count:,} {word}" for count, word in odd if count))
        self._lay_over()
        self._follow()

    def _follow(self) -> None:
        cell = self.slices.cell
        if cell is None or cell[0] >= self._plane.shape[0] or cell[1] >= self._plane.shape[1]:
            self.map.cell = None
            self.map.update()
            return
        self.map.point(*cell)
        self._tell(*cell)

    def _tell(self, row: int, column: int) -> None:
        value = self._plane[row, column]
        self.place.setText(str(list(self.slices.plane.at(row, column))))
        self.value.setText(format_value(value))
        number = float(value) if value.dtype.kind != "O" else 0.0
        self.value.set_role("text" if np.isfinite(number) else "error")
        self.bar.set_value(number)

    def sizeHint(self) -> QSize:
        """Room for the map and the sliders."""
        more = self.slider.sizeHint().height() + 8 if not self.slider.isHidden() else 0
        flat = self._plane.shape[0] * 8 < self._plane.shape[1]
        return QSize(360, (190 if flat else 300) + more)
