"""Which tensor lies over a picture as a heat map, and how much of the picture is seen through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from studio.core.inference.figures import statistics
from studio.core.inference.requests import Tensor
from studio.core.inference.viewing.overlays import is_heat, plane_over, planes_of
from studio.core.inference.viewing.planes import reduced
from studio.ui.tensors import names
from studio.ui.tensors.parts.colours import MAPS, cells
from studio.ui.widgets import Chooser, IndexField, Label

_NONE = "no heat map"
_MOST_CELLS = 1 << 18
_USUAL = 40


class Opacity(QWidget):
    """A slider of 0 to 100 % with its number."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(names.Tensors.OPACITY)
        self.slider.setAccessibleName("Opacity of the heat map")
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setValue(_USUAL)
        self.slider.setMinimumWidth(64)
        self._words = Label("", "dim", 12)
        self._words.setFixedWidth(40)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.slider, 1)
        row.addWidget(self._words)
        self.slider.valueChanged.connect(self._tell)
        self._tell(_USUAL)

    def _tell(self, percent: int) -> None:
        self._words.setText(f"{percent} %")
        self.changed.emit()

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.slider.value() / 100


class HeatBar(QWidget):
    """Offers the tensors that may be a heat map over a picture; hidden where there is none."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: list[Tensor] = []
        self._pictures = 1
        self.source = Chooser((_NONE,), dense=True)
        self.source.setObjectName(names.Tensors.HEAT_OVER)
        self.source.setAccessibleName("Heat map over the picture")
        self.plane = IndexField()
        self.plane.setPrefix("plane ")
        self.plane.setAccessibleName("Which plane of the heat map")
        self.opacity = Opacity()
        self.opacity.setFixedWidth(160)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.source, self.plane, self.opacity):
            row.addWidget(widget)
        row.addStretch(1)
        self.source.currentIndexChanged.connect(lambda _index: self._choose())
        self.plane.valueChanged.connect(lambda _value: self.changed.emit())
        self.opacity.changed.connect(self.changed)
        self.offer([])

    def offer(self, tensors: Sequence[Tensor]) -> None:
        """Offers those of the tensors that may be a heat map; none lies over the picture before one is chosen."""
        self._offered = [each for each in tensors if is_heat(each)]
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItems([_NONE, *(f"heat: {each.name}" for each in self._offered)])
        self.source.blockSignals(False)
        self.setVisible(bool(self._offered))
        self._choose()

    def set_pictures(self, count: int) -> None:
        """How many pictures it may lie over, one after the other."""
        if count != self._pictures:
            self._pictures = count
            self._choose()

    @property
    def tensor(self) -> Tensor | None:
        """The one that is chosen; None where none is wanted."""
        place = self.source.currentIndex() - 1
        return self._offered[place] if 0 <= place < len(self._offered) else None

    def _choose(self) -> None:
        found = self.tensor
        planes = planes_of(found.array, self._pictures) if found is not None else 1
        self.plane.blockSignals(True)
        self.plane.set_count(planes)
        self.plane.blockSignals(False)
        self.plane.setVisible(planes > 1)
        self.opacity.setVisible(found is not None)
        self.changed.emit()

    def image(self, number: int) -> QImage | None:
        """The heat map over one of the pictures, a pixel for each of its cells."""
        found = self.tensor
        if found is None:
            return None
        shown, _ = reduced(plane_over(found.array, self._pictures, number, self.plane.value()), _MOST_CELLS)
        told = statistics(np.ascontiguousarray(shown))
        low, high = (told.minimum, told.maximum) if told is not None and np.isfinite(told.minimum) else (0.0, 1.0)
        return cells(shown, low, high, MAPS["Viridis"])


def paint_over(
    painter: QPainter, point: Callable[[float, float], QPointF], size: tuple[int, int], image: QImage, opacity: float
) -> None:
    """Paints an image over all cells of a map of so many rows and columns."""
    before = painter.opacity()
    painter.setOpacity(opacity)
    painter.drawImage(QRectF(point(0, 0), point(size[1], size[0])), image)
    painter.setOpacity(before)
