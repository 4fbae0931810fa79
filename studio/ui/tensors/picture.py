"""A tensor as a picture, enlarged without smoothing."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.results import image_layout, to_picture
from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.tensors.colours import MAPS, table
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Chooser, Label

_LAYOUTS = ("HW", "CHW", "HWC", "NCHW", "NHWC")
_AT_ONCE = 500_000
Pixels: TypeAlias = npt.NDArray[np.uint8]


def suits(tensor: Tensor) -> bool:
    """Numbers in a shape that a picture has."""
    return tensor.data_type.family in "FIU" and tensor.array.size > 0 and bool(image_layout(tensor.array.shape))


def to_image(pixels: Pixels, colours: str = "Grey") -> QImage:
    """Bytes of height x width (x 3) as an image of its own; a single channel in the colours of a map."""
    height, width = pixels.shape[:2]
    single = pixels.ndim == 2
    kind = QImage.Format.Format_Indexed8 if single else QImage.Format.Format_RGB888
    image = QImage(pixels.tobytes(), width, height, width if single else width * 3, kind)
    if single:
        image.setColorTable(table(colours))
    return image.copy()


class Picture(QWidget):
    """Paints an image as large as whole pixels allow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Tensors.PICTURE)
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)

    def set_image(self, image: QImage, name: str = "Picture") -> None:
        """Shows an image in place of the one before; `name` is for screen readers."""
        self.image = image
        self.setAccessibleName(f"{name}, {image.width()} by {image.height()} pixels")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a usual input."""
        return QSize(240, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The image in the middle; small ones keep their pixels, large ones are smoothed."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("canvas"))
            if self.image.isNull():
                return
            scale = min(self.width() / self.image.width(), self.height() / self.image.height())
            scale = max(int(scale), 1) if scale >= 1 else scale
            width, height = self.image.width() * scale, self.image.height() * scale
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            painter.drawImage(
                QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height), self.image
            )


class PictureView(Viewer):
    """The picture with its layout, its place in the batch and its colours. Made on another thread where it is large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tensor: Tensor | None = None
        self._pixels: Pixels = np.zeros((0, 0), dtype=np.uint8)
        self.layout_choice = Chooser(_LAYOUTS, dense=True)
        self.layout_choice.setAccessibleName("Layout of the axes")
        self.colours = Chooser(tuple(MAPS), dense=True)
        self.colours.setAccessibleName("Colours")
        self.number = QSpinBox()
        self.number.setProperty("dense", True)
        self.number.setAccessibleName("Which of the batch")
        self.picture = Picture()
        self.note = Label("", "dim", 12)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.layout_choice, self.colours, self.number, self.note):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.picture, 1)
        self.layout_choice.currentIndexChanged.connect(self._make)
        self.number.valueChanged.connect(self._make)
        self.colours.currentIndexChanged.connect(self._paint)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor in the layout that its shape suggests."""
        self._tensor = tensor
        layout = image_layout(tensor.array.shape) or "HW"
        for choice, value in ((self.layout_choice, layout), (self.colours, "Grey")):
            choice.blockSignals(True)
            choice.setCurrentText(value)
            choice.blockSignals(False)
        count = int(np.prod(tensor.array.shape[:-3])) if tensor.array.ndim > 3 else 1
        self.number.setRange(0, count - 1)
        self.number.setVisible(count > 1)
        self._make()

    def _make(self) -> None:
        tensor = self._tensor
        if tensor is None:
            return
        array, layout, number = tensor.array, self.layout_choice.currentText(), self.number.value()
        if array.size <= _AT_ONCE:
            self._show(_pixels(array, layout, number))
        else:
            self.note.setText("Making the picture …")
            tasks.run(self, lambda _context: _pixels(array, layout, number), self._show, key="picture")

    def _show(self, pixels: Pixels | None) -> None:
        shape = list(self._tensor.array.shape) if self._tensor else []
        if pixels is None:
            self.note.setText(f"{shape} is not {self.layout_choice.currentText()}")
            return
        self._pixels = pixels
        self.note.setText("")
        self.colours.setVisible(pixels.ndim == 2)
        self._paint()

    def _paint(self) -> None:
        if self._pixels.size:
            name = self._tensor.name if self._tensor else ""
            self.picture.set_image(to_image(self._pixels, self.colours.currentText()), name)

    def sizeHint(self) -> QSize:
        """Room for a usual picture."""
        return QSize(320, 300)


def _pixels(array: Array, layout: str, number: int) -> Pixels | None:
    """The picture of a tensor; None where its shape is not of that layout."""
    try:
        pixels = to_picture(array, layout, number)
    except (ValueError, IndexError, np.exceptions.AxisError):
        return None
    fits = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
    return pixels if fits else None
