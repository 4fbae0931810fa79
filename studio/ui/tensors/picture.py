"""A tensor as a picture, enlarged without smoothing, with boxes and a heat map from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.results import image_layout
from studio.core.inference.viewing.boxes import Box
from studio.core.inference.viewing.pictures import (
    LAYOUTS,
    SCALES,
    Order,
    PictureSettings,
    Pixels,
    channels,
    count,
    guess,
    pixels,
)
from studio.ui.tensors import names
from studio.ui.tensors.parts.array_model import format_value, ordinal
from studio.ui.tensors.parts.box_bar import BoxBar
from studio.ui.tensors.parts.box_layer import paint_boxes
from studio.ui.tensors.parts.box_list import BoxList
from studio.ui.tensors.parts.cell_map import CellMap
from studio.ui.tensors.parts.colours import MAPS
from studio.ui.tensors.parts.heat_bar import HeatBar, paint_over
from studio.ui.tensors.parts.preview import to_image
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Chooser, IndexField, Label, MonoLabel, Segmented

_ROOM_FOR_CORNERS = 600
_AT_ONCE = 1 << 20
"""Elements of a picture that is made at once; larger ones are made on another thread."""


def suits(tensor: Tensor) -> bool:
    """Numbers in a shape that a picture has."""
    return tensor.data_type.family in "FIUB" and tensor.array.size > 0 and bool(image_layout(tensor.array.shape))


class PictureView(Viewer):
    """The picture with its layout, colours, scale and place in the batch. Zoomed far enough it says the values."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self._labels: tuple[str, ...] = ()
        self._found: Pixels | None = None
        self._boxes: tuple[Box, ...] = ()
        self.layout_choice = Chooser(LAYOUTS, dense=True)
        self.order = Segmented([("RGB", "RGB"), ("BGR", "BGR")], dense=True)
        self.channel = Chooser((), dense=True)
        self.scale = Chooser(SCALES, dense=True)
        self.colours = Chooser(tuple(MAPS), dense=True)
        self.number = IndexField()
        self.map = CellMap(ticks=False)
        self.boxes, self.list, self.heat = BoxBar(), BoxList(), HeatBar()
        self._picked = -1
        """The number of the box that is chosen; -1 where none is."""
        self._heat: QImage | None = None
        self.note, self.place = Label("", "dim", 12), MonoLabel("", "dim")
        self._name()
        self._build()
        self._connect()

    def _name(self) -> None:
        for widget, name, words in (
            (self.layout_choice, names.Tensors.LAYOUT, "Layout of the axes"),
            (self.order, names.Tensors.ORDER, "Order of the colours"),
            (self.channel, names.Tensors.CHANNEL, "Channel"),
            (self.scale, names.Tensors.SCALE, "Scale of the values"),
            (self.colours, names.Tensors.PICTURE_COLOURS, "Colours of one channel"),
            (self.number, names.Tensors.NUMBER, "Which of the batch"),
            (self.map, names.Tensors.PICTURE, "Picture"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(words)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.layout_choice, self.order, self.channel, self.scale, self.colours, self.number):
            row.addWidget(widget)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.place)
        foot.addStretch(1)
        foot.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.boxes)
        column.addWidget(self.heat)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.map, 1)
        body.addWidget(self.list)
        column.addLayout(body, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.layout_choice.currentIndexChanged.connect(self._set_layout)
        for chooser in (self.channel, self.scale):
            chooser.currentIndexChanged.connect(lambda _index: self._make())
        self.order.changed.connect(lambda _key: self._make())
        self.number.valueChanged.connect(lambda _value: self._make())
        self.colours.currentIndexChanged.connect(lambda _index: self._paint())
        self.map.overlay = self._paint_over
        self.map.words = self._words
        self.map.pointed.connect(self._point)
        self.map.hovered.connect(self._tell)
        self.map.paged.connect(self.number.stepBy)
        self.slices.pointed.connect(self._follow)
        self.boxes.changed.connect(self._find_boxes)
        self.heat.changed.connect(self._find_heat)
        self.list.chosen.connect(self._pick)

    def set_companions(self, tensors: Sequence[Tensor]) -> None:
        """Boxes may be in one of these, a heat map in another."""
        self.boxes.offer(tensors)
        self.heat.offer(tensors)

    def set_tensor(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor in the layout and on the scale that its shape and values suggest."""
        self._tensor, self._labels = tensor, labels
        found = guess(tensor.array)
        for choice, value in ((self.layout_choice, found.layout), (self.colours, "Grey"), (self.scale, found.scale)):
            choice.blockSignals(True)
            choice.setCurrentText(value)
            choice.blockSignals(False)
        self._set_layout()

    def _set_layout(self, _index: int = 0) -> None:
        if self._tensor is None:
            return
        shape, layout = self._tensor.array.shape, self.layout_choice.currentText()
        wide, many = channels(shape, layout), count(shape, layout)
        self.number.set_count(many)
        self.number.setVisible(many > 1)
        self.order.setVisible(wide in (3, 4))
        self.channel.blockSignals(True)
        self.channel.clear()
        first = ["All channels"] if wide in (3, 4) else []
        self.channel.addItems([*first, *(f"channel {number}" for number in range(min(wide, 256)))])
        self.channel.blockSignals(False)
        self.channel.setVisible(wide > 1)
        self._make()

    def settings(self) -> PictureSettings:
        """How the tensor is seen."""
        has_all = self.channel.itemText(0).startswith("All")
        return PictureSettings(
            self.layout_choice.currentText(),
            cast(Order, self.order.value()),
            self.scale.currentText(),
            self.channel.currentIndex() - has_all if self.channel.count() > 1 else -1,
            self.number.value(),
        )

    def _make(self) -> None:
        tensor, settings = self._tensor, self.settings()
        if tensor is None:
            return
        array = tensor.array
        if array.size / max(count(array.shape, settings.layout), 1) <= _AT_ONCE:
            self._show(pixels(array, settings))
        else:
            self.note.setText("Making the picture …")
            tasks.run(self, lambda _context: pixels(array, settings), self._show, key="picture")

    def _show(self, found: Pixels | None) -> None:
        shape = list(self._tensor.array.shape) if self._tensor else []
        if found is None:
            self.note.setText(f"{shape} is not {self.layout_choice.currentText()}")
            return
        self._found = found
        self.note.setText(f"Every {ordinal(found.step)} row and column is shown." if found.step > 1 else "")
        self.colours.setVisible(found.shown.ndim == 2)
        self.place.setText(f"{found.size[1]:,} × {found.size[0]:,} pixels" if found.size[0] else "")
        self._find_boxes()
        self._find_heat()
        self._paint()

    def _paint(self) -> None:
        if self._found is not None and self._found.shown.size:
            name = self._tensor.name if self._tensor else "Picture"
            self.map.set_image(to_image(self._found.shown, self.colours.currentText()), self._found.size, name)

    def _find_boxes(self) -> None:
        self._boxes = self.boxes.boxes(self._found.size, self.number.value()) if self._found else ()
        self.list.show_boxes(self._boxes, self._labels, self._chosen())
        self.map.update()

    def _find_heat(self) -> None:
        shape = self._tensor.array.shape if self._tensor else ()
        self.heat.set_pictures(max(count(shape, self.layout_choice.currentText()), 1))
        self._heat = self.heat.image(self.number.value())
        self.map.update()

    def _paint_over(self, painter: QPainter, point: Callable[[float, float], QPointF]) -> None:
        if self._heat is not None:
            paint_over(painter, point, self.map.cells, self._heat, self.heat.opacity.share)
        paint_boxes(painter, point, self._boxes, self._labels, self._chosen())

    def _chosen(self) -> int:
        """The place of the box that is chosen among those shown."""
        return next((place for place, box in enumerate(self._boxes) if box.number == self._picked), -1)

    def _pick(self, place: int) -> None:
        self._picked = self._boxes[place].number if 0 <= place < len(self._boxes) else -1
        self.map.update()

    def _point(self, row: int, column: int) -> None:
        """Chooses the smallest box around the cursor."""
        self.slices.point((row, column))
        around = [
            (abs((box.right - box.left) * (box.bottom - box.top)), place)
            for place, box in enumerate(self._boxes)
            if box.left <= column <= box.right and box.top <= row <= box.bottom
        ]
        self._pick(min(around)[1] if around else -1)
        self.list.choose(self._chosen())

    def _values(self, row: int, column: int) -> Array:
        return self._found.values[row, column] if self._found else np.zeros(0)

    def _words(self, row: int, column: int) -> str:
        values, chosen = self._values(row, column), self.settings().channel
        return " ".join(format_value(each) for each in (values if chosen < 0 else values[chosen : chosen + 1])[:3])

    def _follow(self) -> None:
        cell, size = self.slices.cell, self._found.size if self._found else (0, 0)
        if cell is not None and cell[0] < size[0] and cell[1] < size[1]:
            self.map.point(*cell)
            self._tell(*cell)

    def _tell(self, row: int, column: int) -> None:
        values = ", ".join(format_value(each) for each in self._values(row, column)[:4])
        self.place.setText(f"row {row}, column {column}: {values}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps its room before the corners of boxes do."""
        super().resizeEvent(event)
        self.list.set_narrow(self.width() < _ROOM_FOR_CORNERS)

    def sizeHint(self) -> QSize:
        """Room for a usual picture and the rows of controls above it."""
        rows = sum(not bar.isHidden() for bar in (self.boxes, self.heat))
        return QSize(360, 320 + 34 * rows)
