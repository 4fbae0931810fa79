"""Which two axes of a tensor are looked at, and where on the others: shared by the viewers of one card."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.core.inference.viewing.planes import Plane, first_plane
from studio.ui.tensors import names
from studio.ui.widgets import Chooser, IconButton, IndexField, Label


class Slices(QObject):
    """The plane in view and the cell in it that is pointed out. Viewers that share it show the same."""

    changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plane: Plane = first_plane(())
        self.cell: tuple[int, int] | None = None

    def set_shape(self, shape: tuple[int, ...]) -> None:
        """Begins with the first plane of another tensor; the same shape keeps what is looked at."""
        if shape != self.plane.shape:
            self.plane, self.cell = first_plane(shape), None
            self.changed.emit()

    def set_plane(self, plane: Plane) -> None:
        """Looks at another plane of the same tensor."""
        if plane != self.plane:
            self.plane = plane
            self.changed.emit()

    def point(self, cell: tuple[int, int] | None) -> None:
        """Points a cell out."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit()

    def step(self, by: int) -> None:
        """Moves on along the last axis that is sliced, as Page Up and Page Down do."""
        for axis in reversed(self.plane.sliced):
            index = self.plane.indices[axis] + by
            if 0 <= index < self.plane.shape[axis]:
                self.set_plane(self.plane.with_index(axis, index))
                return
            self.set_plane(self.plane.with_index(axis, 0 if by > 0 else self.plane.shape[axis] - 1))


class Links(QObject):
    """Slices that follow one another while they are in it; those of another shape are left alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._members: list[Slices] = []

    def join(self, member: Slices) -> None:
        """Follows the others from now on, beginning with what they show."""
        if member in self._members:
            return
        self._members.append(member)
        member.changed.connect(partial(self._tell, member))
        member.pointed.connect(partial(self._tell, member))
        member.destroyed.connect(partial(self._forget, member))
        leader = next((each for each in self._members if each is not member and self._fits(each, member)), None)
        if leader is not None:
            self._tell(leader)

    def leave(self, member: Slices) -> None:
        """Goes its own way again."""
        if member in self._members:
            self._members.remove(member)

    def _forget(self, member: Slices, *_: object) -> None:
        self.leave(member)

    @staticmethod
    def _fits(one: Slices, other: Slices) -> bool:
        return one.plane.shape == other.plane.shape

    def _tell(self, leader: Slices) -> None:
        if leader not in self._members:
            return
        for each in self._members:
            if each is not leader and self._fits(each, leader):
                each.set_plane(leader.plane)
                each.point(leader.cell)


class SliceBar(QWidget):
    """A slider with a number for each axis that is sliced, and which axes go down and across."""

    def __init__(self, slices: Slices, *, with_axes: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slices, self._with_axes = slices, with_axes
        self.boxes: dict[int, IndexField] = {}
        self.sliders: dict[int, QSlider] = {}
        self.rows, self.columns = Chooser(dense=True), Chooser(dense=True)
        self.rows.setObjectName(names.Tensors.ROWS)
        self.columns.setObjectName(names.Tensors.COLUMNS)
        self.rows.setAccessibleName("Axis that goes down")
        self.columns.setAccessibleName("Axis that goes across")
        self.swap = IconButton("arrows-left-right", "Swap rows and columns")
        self.swap.setObjectName(names.Tensors.SWAP)
        self._axes = QWidget()
        self._grid = QGridLayout()
        self._shape: tuple[int, ...] | None = None
        self._pair = (-1, -1)
        self._build()
        slices.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout(self._axes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (Label("rows", "dim", 12), self.rows, Label("columns", "dim", 12), self.columns, self.swap):
            row.addWidget(widget)
        row.addStretch(1)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._axes)
        column.addLayout(self._grid)
        self.rows.activated.connect(self._choose_rows)
        self.columns.activated.connect(self._choose_columns)
        self.swap.clicked.connect(self._swap)

    def refresh(self) -> None:
        """Shows the plane that is looked at now."""
        plane = self._slices.plane
        if (plane.shape, plane.rows, plane.columns) != (self._shape, *self._pair):
            self._shape, self._pair = plane.shape, (plane.rows, plane.columns)
            self._remake(plane)
        for axis, box in self.boxes.items():
            for control in (box, self.sliders[axis]):
                control.blockSignals(True)
                control.setValue(plane.indices[axis])
                control.blockSignals(False)

    def _remake(self, plane: Plane) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.boxes, self.sliders = {}, {}
        for row, axis in enumerate(plane.sliced):
            self._add(row, axis, plane.shape[axis])
        for chooser, chosen in ((self.rows, plane.rows), (self.columns, plane.columns)):
            chooser.blockSignals(True)
            chooser.clear()
            chooser.addItems([f"axis {axis} ({size:,})" for axis, size in enumerate(plane.shape)])
            chooser.setCurrentIndex(chosen)
            chooser.blockSignals(False)
        self._axes.setVisible(self._with_axes and sum(size > 1 for size in plane.shape) > 1)
        self.setVisible(bool(plane.sliced) or not self._axes.isHidden())
        self.updateGeometry()

    def _add(self, row: int, axis: int, size: int) -> None:
        slider, box = QSlider(Qt.Orientation.Horizontal), IndexField()
        slider.setObjectName(names.Tensors.SLIDER.format(axis))
        box.setObjectName(names.Tensors.SLICE.format(axis))
        for control in (slider, box):
            control.setAccessibleName(f"Index on axis {axis}")
            control.valueChanged.connect(partial(self._move, axis))
        slider.setPageStep(max(size // 10, 1))
        slider.setRange(0, size - 1)
        box.set_count(size)
        self._grid.addWidget(Label(f"axis {axis}", "dim", 12), row, 0)
        self._grid.addWidget(slider, row, 1)
        self._grid.addWidget(box, row, 2)
        self.boxes[axis], self.sliders[axis] = box, slider

    def _move(self, axis: int, index: int) -> None:
        self._slices.set_plane(self._slices.plane.with_index(axis, index))

    def _choose_rows(self, axis: int) -> None:
        self._slices.set_plane(self._slices.plane.with_axes(axis, self._slices.plane.columns))

    def _choose_columns(self, axis: int) -> None:
        plane = self._slices.plane
        rows = plane.rows if plane.rows != axis else plane.columns
        self._slices.set_plane(plane.with_axes(rows, axis))

    def _swap(self) -> None:
        plane = self._slices.plane
        if plane.rows >= 0:
            self._slices.set_plane(plane.with_axes(plane.columns, plane.rows))
