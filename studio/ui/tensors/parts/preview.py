"""A picture as it is shown small, beside what it is of."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.tensors.parts.colours import table

Pixels: TypeAlias = npt.NDArray[np.uint8]


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
        self.setObjectName(names.Tensors.PREVIEW)
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
