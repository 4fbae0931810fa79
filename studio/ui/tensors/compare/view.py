"""One tensor against another: the verdict, both and their difference, where it is largest, and how it spreads.

`open_difference` is what tables and cards open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.compare import EXACT, Difference, Tolerance, compare
from studio.core.inference.requests import Array
from studio.core.inference.viewing import differences
from studio.core.inference.viewing.differences import Decades
from studio.ui.tensors import names
from studio.ui.tensors.compare.decades import DecadeBars
from studio.ui.tensors.compare.index_bars import MOST, IndexBars
from studio.ui.tensors.compare.maps import CompareMaps
from studio.ui.tensors.compare.verdict import Verdict
from studio.ui.tensors.parts.array_model import ArrayModel
from studio.ui.tensors.parts.colours import MAPS
from studio.ui.tensors.parts.slices import SliceBar, Slices
from studio.ui.widgets import Chooser, DenseTable, HairLine, Label, NumberField, Segmented

_MASKS = (("off", "All"), ("over", "Over allowed"), ("odd", "Where NaN"))
_MOST_STRINGS = 1000
_MOST_WORST = 50


@dataclass(frozen=True, slots=True)
class _Found:
    """All that a comparison found."""

    difference: Difference
    worst: tuple[tuple[int, ...], ...] = ()
    spread: Decades | None = None
    by_index: tuple[tuple[int, float], ...] = ()
    strings: Array | None = None


class CompareView(QWidget):
    """Compares when it is given two tensors, on another thread where they are large.

    F8 goes to the next worst place, M changes the mask, Page Up and Down the slice, arrows move the cursor.
    """

    def __init__(self, titles: tuple[str, str] = ("Output", "Expected"), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slices = Slices(self)
        self._titles = titles
        self._pair: tuple[Array, Array] = (np.zeros(0), np.zeros(0))
        self.difference: Difference | None = None
        self.worst: tuple[tuple[int, ...], ...] = ()
        self._at = -1
        self.verdict = Verdict("expected" if titles[1] == "Expected" else f"in the {titles[1].lower()}")
        self.maps = CompareMaps(self.slices, titles)
        self.slider, self.bars = SliceBar(self.slices), DecadeBars()
        self.by_index, self.by_title, self._axis = IndexBars(), Label("", "dim", 12), -1
        self.strings = DenseTable(22)
        self.strings_model = ArrayModel(self.strings)
        self._controls_made()
        self._build()
        self._connect()

    def _controls_made(self) -> None:
        self.absolute = NumberField(0, low=0, high=1e30, decimals=12, width=88, dense=True)
        self.relative = NumberField(0, low=0, high=1e30, decimals=12, width=88, dense=True)
        self.which = Segmented(_MASKS, dense=True)
        self.range = Segmented([("same", "Same range"), ("own", "Own")], dense=True)
        self.colours = Chooser(tuple(name for name in ("Viridis", "Magma", "Grey") if name in MAPS), dense=True)
        self.strings.setModel(self.strings_model)
        for widget, name, words in (
            (self.absolute, names.Tensors.ALLOWED, "Allowed, absolute"),
            (self.relative, names.Tensors.ALLOWED_RELATIVE, "Allowed, relative"),
            (self.which, names.Tensors.MASK, "Which cells are shown"),
            (self.range, names.Tensors.COMPARE_RANGE, "Range of the colours"),
            (self.colours, names.Tensors.COMPARE_COLOURS, "Colours"),
            (self.strings, names.Tensors.STRINGS, "Strings that differ"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(words)

    def _build(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for widget in (
            *(Label("allowed", "dim", 12), self.absolute, Label("absolute", "dim", 12)),
            *(self.relative, Label("relative", "dim", 12)),
        ):
            controls.addWidget(widget)
        controls.addStretch(1)
        for choice in (self.which, self.range, self.colours):
            controls.addWidget(choice)
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(controls)
        column.addWidget(self.maps, 1)
        column.addWidget(self.slider)
        column.addWidget(HairLine())
        self.spread = Label("", "dim", 12)
        column.addWidget(self.spread)
        foot = QHBoxLayout()
        foot.setSpacing(24)
        foot.addWidget(self.bars, 3)
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.by_title)
        side.addWidget(self.by_index)
        side.addStretch(1)
        foot.addLayout(side, 2)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.verdict)
        whole.addWidget(self.body, 1)
        whole.addWidget(self.strings, 1)

    def _connect(self) -> None:
        self.verdict.go.connect(self.go_worst)
        self.by_index.chosen.connect(self._go_index)
        self.maps.mask_asked.connect(self._next_mask)
        self.which.changed.connect(self._set_mask)
        self.range.changed.connect(self._set_range)
        self.colours.currentTextChanged.connect(self._set_colours)
        for field in (self.absolute, self.relative):
            field.committed.connect(lambda _value: self._compare())

    def set_pair(self, got: Array, wanted: Array, tolerance: Tolerance = EXACT) -> None:
        """Compares two tensors."""
        self._pair = got, wanted
        self.absolute.set_value(tolerance.absolute)
        self.relative.set_value(tolerance.relative)
        self._compare()

    @property
    def tolerance(self) -> Tolerance:
        """What is allowed now."""
        return Tolerance(self.absolute.value() or 0.0, self.relative.value() or 0.0)

    def _compare(self) -> None:
        got, wanted = self._pair
        tolerance = self.tolerance
        self.difference, self.worst, self._at = None, (), -1
        self.maps.tolerance = tolerance
        is_text = got.dtype.kind in "OSU" or wanted.dtype.kind in "OSU"
        fits = got.shape == wanted.shape and got.size > 0
        self.body.setVisible(fits and not is_text)
        self.strings.setVisible(fits and is_text)
        self.verdict.show_difference(None, tolerance)
        if fits and not is_text:
            self.slices.set_shape(got.shape)
            self.maps.set_pair(got, wanted)
        axes = [axis for axis in self.slices.plane.sliced if fits and not is_text and got.shape[axis] <= MOST]
        self._axis = axes[-1] if axes else -1
        tasks.run(self, partial(_found, got, wanted, tolerance, self._axis), self._show, key="compare")

    def _show(self, found: _Found) -> None:
        self.difference, self.worst, spread = found.difference, found.worst, found.spread
        self.by_index.set_counts(found.by_index)
        self.by_title.setText(f"By axis {self._axis}: values over what is allowed, and the largest |Δ|")
        self.by_title.setVisible(bool(found.by_index))
        self.verdict.show_difference(self.difference, self.tolerance)
        if spread is not None:
            self.bars.set_decades(spread, self.tolerance.absolute)
            equal = f"{spread.equal:,} are the same"
            self.spread.setText(f"|Δ| by decade: {self.difference.size:,} values, {equal}, mean {spread.mean:.3g}")
        elif found.strings is not None:
            self.strings_model.set_array(found.strings)
            self.strings.horizontalHeader().setDefaultSectionSize(max(self.strings.width() // 2 - 20, 200))

    def _go_index(self, index: int) -> None:
        self.slices.set_plane(self.slices.plane.with_index(self._axis, index))

    def go_worst(self) -> None:
        """Points out the worst place, and then the next one."""
        if not self.worst:
            return
        self._at = (self._at + 1) % len(self.worst)
        place, plane = self.worst[self._at], self.slices.plane
        self.slices.set_plane(plane.showing(place))
        row = place[plane.rows] if plane.rows >= 0 else 0
        self.slices.point((row, place[plane.columns] if plane.columns >= 0 else 0))

    def _next_mask(self) -> None:
        keys = [key for key, _ in _MASKS]
        self.which.set_value(keys[(keys.index(self.which.value()) + 1) % len(keys)])
        self._set_mask(self.which.value())

    def _set_mask(self, key: str) -> None:
        self.maps.which = key
        self.maps.refresh()

    def _set_range(self, key: str) -> None:
        self.maps.same_range = key == "same"
        self.maps.refresh()

    def _set_colours(self, name: str) -> None:
        self.maps.colours = name
        self.maps.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F8 goes to the next worst place."""
        if event.key() == Qt.Key.Key_F8:
            self.go_worst()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for three maps."""
        return QSize(1040, 640)


class DifferenceDialog(QDialog):
    """A comparison in a window of its own."""

    def __init__(self, title: str, titles: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Tensors.COMPARE)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = CompareView(titles)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        worst = QShortcut(QKeySequence(Qt.Key.Key_F8), self)
        worst.activated.connect(self.view.go_worst)


def open_difference(
    parent: QWidget,
    title: str,
    got: Array,
    wanted: Array,
    titles: tuple[str, str] = ("Output", "Expected"),
    tolerance: Tolerance = EXACT,
) -> DifferenceDialog:
    """Shows how one tensor differs from another, beside the window that asked; it goes when it is closed."""
    dialog = DifferenceDialog(title, titles, parent)
    dialog.view.set_pair(got, wanted, tolerance)
    dialog.show()
    return dialog


def _found(got: Array, wanted: Array, tolerance: Tolerance, axis: int, context: tasks.TaskContext) -> _Found:
    check = context.raise_if_cancelled
    found = compare(got, wanted, tolerance, check)
    if found.problem or not got.size:
        return _Found(found)
    if got.dtype.kind in "OSU":
        return _Found(found, strings=_differing(got.reshape(-1), wanted.reshape(-1)))
    worst = differences.worst(got, wanted, tolerance, _MOST_WORST, check) if found.count else ()
    spread = differences.decades(got, wanted, tolerance, check)
    by_index = differences.by_index(got, wanted, axis, tolerance, check) if axis >= 0 else ()
    return _Found(found, worst, spread, by_index)


def _differing(got: Array, wanted: Array) -> Array:
    off = [pair for pair in zip(got.tolist(), wanted.tolist(), strict=True) if pair[0] != pair[1]][:_MOST_STRINGS]
    rows = np.empty((len(off), 2), dtype=np.object_)
    for row, pair in enumerate(off):
        rows[row] = list(pair)
    return rows
