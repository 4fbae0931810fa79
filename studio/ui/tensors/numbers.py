"""What the numbers of a tensor are like: the histogram of the slice or the whole beside their statistics."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.tensors.parts import ticks
from studio.ui.tensors.parts.counting import Counted, Counting
from studio.ui.tensors.parts.slices import SliceBar, Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Label, MonoLabel, Segmented, paint

_TITLES = ("Min", "Max", "Mean", "Deviation", "Zeros", "NaN", "Inf")
_LEFT, _BELOW = 44, 20


def suits(tensor: Tensor) -> bool:
    """Numbers, more than one."""
    return tensor.data_type.family in "FIUB" and tensor.array.size > 1


class _Bars(QWidget):
    """The histogram; both axes begin where they say, counts at zero or, in decades, at one."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counted | None = None
        self.decades = False
        self.setMinimumSize(160, 132)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Histogram")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the bars, the counts at the left and the values below."""
        del event
        with QPainter(self) as painter:
            plot = QRectF(_LEFT, 6, self.width() - _LEFT - 4, self.height() - 6 - _BELOW)
            found = self.counted
            if found is None or not found.bins.counts.any():
                paint.text(painter, plot, "No finite value", theme.ui_font(12), "dim", Qt.AlignmentFlag.AlignHCenter)
                return
            heights = found.bins.counts.astype(np.float64)
            top = float(heights.max())
            self._paint_counts(painter, plot, top)
            shares = np.log10(heights.clip(min=1)) / max(np.log10(top), 1e-9) if self.decades else heights / top
            step = plot.width() / heights.size
            for place, (count, share) in enumerate(zip(heights.tolist(), shares.tolist(), strict=True)):
                height = max(plot.height() * share, 2) if count else 0
                bar = QRectF(plot.left() + place * step, plot.bottom() - height, max(step - 1, 1), height)
                painter.fillRect(bar, colour("accent", 0.8))
            painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), colour("edge"))
            self._paint_values(painter, plot, found)

    def _paint_counts(self, painter: QPainter, plot: QRectF, top: float) -> None:
        font = theme.ui_font(11)
        if self.decades:
            values = [10.0**power for power in range(int(np.log10(max(top, 1))) + 1)]
            shares = [np.log10(value) / max(np.log10(top), 1e-9) for value in values]
        else:
            values = ticks.values(0, top, max(int(plot.height() / 32), 2))
            shares = [value / top for value in values]
        for value, share in zip(values, shares, strict=True):
            y = plot.bottom() - plot.height() * float(share)
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), colour("line"))
            where = QRectF(0, y - 8, _LEFT - 6, 16)
            paint.text(painter, where, _count_words(value), font, "dim", Qt.AlignmentFlag.AlignRight)

    def _paint_values(self, painter: QPainter, plot: QRectF, found: Counted) -> None:
        low, high = found.bins.low, found.bins.high
        font = theme.ui_font(11)
        if high <= low:
            where = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 16)
            paint.text(painter, where, ticks.short(low), font, "dim")
            return
        for value in ticks.values(low, high, max(int(plot.width() / 80), 2)):
            x = plot.left() + plot.width() * ticks.share(value, low, high)
            left = min(max(x - 40, plot.left() - 20), plot.right() - 76)
            where = QRectF(left, plot.bottom() + 3, 80, 16)
            paint.text(painter, where, ticks.short(value), font, "dim", Qt.AlignmentFlag.AlignHCenter)


class NumbersView(Viewer):
    """The histogram beside the statistics."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self.whole, self.part = Counting(self), Counting(self)
        self.bars = _Bars()
        self.scope = Segmented([("whole", "Whole"), ("slice", "Slice")], dense=True)
        self.scope.setObjectName(names.Tensors.SCOPE)
        self.scope.setAccessibleName("What is counted")
        self.decades = QCheckBox("Counts in decades")
        self.decades.setObjectName(names.Tensors.DECADES)
        self.note = Label("", "warn", 12)
        self.slider = SliceBar(self.slices)
        self.values: dict[str, Label] = {}
        self._build()
        self.slices.changed.connect(self._count)
        self.scope.changed.connect(lambda _key: self._count())
        self.decades.toggled.connect(self._set_decades)
        self.part.told.connect(self._show)
        self.whole.told.connect(self._show)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        for widget in (self.scope, self.decades, self.note):
            head.addWidget(widget)
        head.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        for row, title in enumerate(_TITLES):
            self.values[title] = MonoLabel("–")
            grid.addWidget(Label(title, "dim", 12), row, 0)
            grid.addWidget(self.values[title], row, 1, Qt.AlignmentFlag.AlignRight)
        side = QVBoxLayout()
        side.addLayout(grid)
        side.addStretch(1)
        row_ = QHBoxLayout()
        row_.setSpacing(24)
        row_.addWidget(self.bars, 1)
        row_.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 4)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addLayout(row_, 1)

    def set_counting(self, counting: Counting) -> None:
        """Takes the figures of the whole from elsewhere, where they are counted already."""
        self.whole.told.disconnect(self._show)
        self.whole = counting
        counting.told.connect(self._show)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Counts a tensor and shows it."""
        self._tensor = tensor
        self.slices.set_shape(tensor.array.shape)
        self.scope.setVisible(bool(self.slices.plane.sliced))
        self.whole.start(tensor.array)
        self._count()

    def _count(self) -> None:
        if self._tensor is None or self.slices.plane.shape != self._tensor.array.shape:
            return
        is_part = self.scope.value() == "slice"
        self.slider.setVisible(is_part)
        if is_part:
            self.part.start(self.slices.plane.of(self._tensor.array))
        self._show()

    def _set_decades(self, on: bool) -> None:
        self.bars.decades = on
        self.bars.update()

    def _show(self) -> None:
        found = (self.part if self.scope.value() == "slice" else self.whole).counted
        self.bars.counted = found
        self.bars.update()
        if found is None:
            return
        told = found.statistics
        numbers = (told.minimum, told.maximum, told.mean, told.deviation)
        texts = [*(f"{value:.6g}" for value in numbers), *(f"{n:,}" for n in (told.zeros, told.nan, told.inf))]
        for label, text in zip(self.values.values(), texts, strict=True):
            label.setText(text if found.is_exact else f"≈ {text}")
        for title, count in (("NaN", told.nan), ("Inf", told.inf)):
            self.values[title].set_role("error" if count else "text")
        self.note.setText(found.note)
        self.bars.setAccessibleName(f"Histogram from {texts[0]} to {texts[1]} {found.note}".strip())

    def sizeHint(self) -> QSize:
        """Room for seven lines."""
        more = self.slider.sizeHint().height() + 8 if not self.slider.isHidden() else 0
        return QSize(320, 216 + more)


def _count_words(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
