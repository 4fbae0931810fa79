"""What the numbers of a tensor are like: statistics and a histogram, counted beside the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.figures import Statistics, histogram, statistics
from studio.core.inference.requests import Tensor
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Label, MonoLabel, paint

SMALL = 200_000
"""Elements that are counted at once; more are counted on another thread."""


def suits(tensor: Tensor) -> bool:
    """Numbers, more than one."""
    return tensor.data_type.family in "FIU" and tensor.array.size > 1


@dataclass(frozen=True, slots=True)
class Counted:
    """Statistics with the histogram between minimum and maximum."""

    statistics: Statistics | None
    bins: npt.NDArray[np.int64]


def count(tensor: Tensor) -> Counted:
    """Counts a tensor; takes seconds for hundreds of millions of elements."""
    found = statistics(tensor.array)
    bins = histogram(tensor.array, found.minimum, found.maximum, 40).counts if found else np.zeros(0, dtype=np.int64)
    return Counted(found, bins)


class _Bars(QWidget):
    """The histogram; its ends are named below it."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counted | None = None
        self.setFixedHeight(132)
        self.setMinimumWidth(160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the histogram's bars from zero up."""
        del event
        with QPainter(self) as painter:
            plot = QRectF(0, 4, self.width(), self.height() - 26)
            painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), colour("line"))
            found = self.counted
            if found is None or found.statistics is None or not found.bins.size or not found.bins.max():
                words = "Counting …" if found is None else "No finite value"
                paint.text(painter, plot, words, theme.ui_font(12), "dim", Qt.AlignmentFlag.AlignHCenter)
                return
            step, top = plot.width() / found.bins.size, int(found.bins.max())
            for place, value in enumerate(found.bins.tolist()):
                height = max(plot.height() * value / top, 1 if value else 0)
                bar = QRectF(plot.left() + place * step, plot.bottom() - height, max(step - 1, 1), height)
                painter.fillRect(bar, colour("accent", 0.8))
            ends = QRectF(0, plot.bottom() + 4, self.width(), 18)
            low, high = f"{found.statistics.minimum:.4g}", f"{found.statistics.maximum:.4g}"
            paint.text(painter, ends, low, theme.ui_font(11), "dim")
            paint.text(painter, ends, high, theme.ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)


class NumbersView(Viewer):
    """The histogram beside the statistics."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = _Bars()
        self.values: dict[str, Label] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        for row, title in enumerate(("Min", "Max", "Mean", "Deviation", "Zeros", "NaN", "Inf")):
            self.values[title] = MonoLabel("–")
            grid.addWidget(Label(title, "dim", 12), row, 0)
            grid.addWidget(self.values[title], row, 1, Qt.AlignmentFlag.AlignRight)
        side = QVBoxLayout()
        side.addLayout(grid)
        side.addStretch(1)
        row_ = QHBoxLayout(self)
        row_.setContentsMargins(0, 10, 0, 4)
        row_.setSpacing(24)
        row_.addWidget(self.bars, 1, Qt.AlignmentFlag.AlignTop)
        row_.addLayout(side)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Counts a tensor and shows it."""
        self.bars.counted = None
        if tensor.array.size <= SMALL:
            self._show(count(tensor))
        else:
            tasks.run(self, lambda _context: count(tensor), self._show, key="count")

    def _show(self, found: Counted) -> None:
        self.bars.counted = found
        self.bars.update()
        told = found.statistics
        if told is None:
            return
        numbers = (told.minimum, told.maximum, told.mean, told.deviation)
        texts = [*(f"{value:.6g}" for value in numbers), *(f"{n:,}" for n in (told.zeros, told.nan, told.inf))]
        for label, text in zip(self.values.values(), texts, strict=True):
            label.setText(text)
        for title in ("NaN", "Inf"):
            self.values[title].set_role("error" if self.values[title].text() != "0" else "text")
        self.bars.setAccessibleName(f"Histogram from {texts[0]} to {texts[1]}")

    def sizeHint(self) -> QSize:
        """Room for seven lines."""
        return QSize(320, 150)
