"""Two tensors and their difference side by side, with one slice, one cursor and one range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.compare import Tolerance
from studio.core.inference.figures import statistics
from studio.core.inference.requests import Array
from studio.core.inference.viewing.differences import Mask, masked, over, signed
from studio.core.inference.viewing.planes import reduced
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.heat import MOST_CELLS
from studio.ui.tensors.parts.array_model import format_value, ordinal
from studio.ui.tensors.parts.cell_map import CellMap
from studio.ui.tensors.parts.colour_bar import ColourBar
from studio.ui.tensors.parts.colours import MAPS, cells, diverging
from studio.ui.tensors.parts.slices import Slices
from studio.ui.widgets import Label, MonoLabel


class _Panel(QWidget):
    """One map with its title, the value at the cursor and its colours."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.title, self.value = Label(title, weight=600), MonoLabel("", px=13)
        self.map, self.bar = CellMap(), ColourBar(flat=True)
        self.map.setObjectName(name)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.map, 1)
        column.addWidget(self.bar)

    def show_plane(self, plane: Array, low: float, high: float, stops: tuple[str, ...], size: tuple[int, int]) -> None:
        """Shows a plane in colours between two values."""
        self.map.set_image(cells(plane, low, high, stops), size, self.title.text())
        self.bar.set_range(low, high, stops)


class CompareMaps(QWidget):
    """Output, expected and difference; M changes the mask, Page Up and Down the slice."""

    mask_asked = Signal()

    def __init__(self, slices: Slices, titles: tuple[str, str]) -> None:
        super().__init__()
        self.slices = slices
        self._got: Array = np.zeros((0, 0), np.float32)
        self._wanted = self._got
        self._planes: tuple[Array, Array] = (self._got, self._got)
        self.tolerance, self.which, self.same_range, self.colours = Tolerance(), "off", True, "Viridis"
        self.note = Label("", "dim", 12)
        self.panels = (
            _Panel(titles[0], names.Tensors.COMPARED),
            _Panel(titles[1], names.Tensors.COMPARED_WITH),
            _Panel("Difference", names.Tensors.DIFFERENCE),
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        for panel in self.panels:
            row.addWidget(panel, 1)
            panel.map.pointed.connect(lambda row, column: self.slices.point((row, column)))
            panel.map.hovered.connect(self._tell)
            panel.map.paged.connect(self.slices.step)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row, 1)
        column.addWidget(self.note)
        self.slices.changed.connect(self.refresh)
        self.slices.pointed.connect(self._follow)
        theme.changes().themed.connect(self.refresh)

    def set_pair(self, got: Array, wanted: Array) -> None:
        """Shows two tensors of one shape."""
        self._got, self._wanted = got, wanted
        self.refresh()

    def refresh(self) -> None:
        """Colours the plane that is looked at anew."""
        plane = self.slices.plane
        if plane.shape != self._got.shape or not self._got.size:
            return
        self._planes = plane.of(self._got), plane.of(self._wanted)
        size = (int(self._planes[0].shape[0]), int(self._planes[0].shape[1]))
        (got, step), (wanted, _) = (reduced(each, MOST_CELLS) for each in self._planes)
        off = signed(got, wanted)
        beyond = over(off, wanted, self.tolerance)
        kept = masked(off, beyond, _mask(self.which))
        self._show_values(got, wanted, kept, size)
        most = float(np.nanmax(np.abs(off), initial=0.0)) or 1.0
        # What is allowed stays neutral: else noise and error look alike.
        shown = np.where(kept & (beyond | np.isnan(off)), off, 0.0)
        self.panels[2].show_plane(shown, -most, most, diverging(), size)
        few = f"Every {ordinal(step)} row and column is drawn. " if step > 1 else ""
        faded = f"{int(kept.sum()):,} shown, {int((~kept).sum()):,} faded" if self.which != "off" else ""
        self.note.setText(few + faded)
        self._follow()

    def _show_values(self, got: Array, wanted: Array, kept: Array, size: tuple[int, int]) -> None:
        ranges = [statistics(each) for each in (got, wanted)]
        lows = [each.minimum if each and np.isfinite(each.minimum) else 0.0 for each in ranges]
        highs = [each.maximum if each and np.isfinite(each.maximum) else 1.0 for each in ranges]
        if self.same_range:
            lows, highs = [min(lows)] * 2, [max(highs)] * 2
        for place, (panel, plane) in enumerate(zip(self.panels, (got, wanted), strict=False)):
            low, high = lows[place], highs[place]
            shown = plane if kept.all() else np.where(kept, plane.astype(np.float32), np.float32(low))
            panel.show_plane(shown, low, high if high > low else low + 1, MAPS[self.colours], size)

    def _follow(self) -> None:
        cell, shape = self.slices.cell, self._planes[0].shape
        if cell is None or cell[0] >= shape[0] or cell[1] >= shape[1]:
            return
        for panel in self.panels:
            panel.map.point(*cell)
        self._tell(*cell)

    def _tell(self, row: int, column: int) -> None:
        got, wanted = (plane[row, column] for plane in self._planes)
        off = float(signed(self._planes[0][row : row + 1, column], self._planes[1][row : row + 1, column])[0])
        for panel, text in zip(self.panels, (format_value(got), format_value(wanted), f"{off:+.4g}"), strict=True):
            panel.value.setText(text)
        values = (float(got), float(wanted), off)
        for panel, value in zip(self.panels, values, strict=True):
            panel.bar.set_value(value if np.isfinite(value) else None)
        self.panels[2].value.set_role("text" if off == 0 else "error")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """M asks for the next mask."""
        if event.text().lower() == "m":
            self.mask_asked.emit()
        else:
            super().keyPressEvent(event)


def _mask(text: str) -> Mask:
    return "over" if text == "over" else "odd" if text == "odd" else "off"
