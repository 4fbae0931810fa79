"""What the clipboard holds, as the tensor of an input: numbers, text, a table of a spreadsheet, or a picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication

from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import images
from studio.core.inference.asking import pasted
from studio.core.inference.requests import Array
from studio.ui.tester.sources.source import Plan

_AT_ONCE = 100_000
"""Characters that are read while a person waits."""


def clipboard_plan(info: TensorInfo) -> tuple[Plan, bool]:
    """What makes the tensor of what the clipboard holds now, and whether that is done at once.

    It works on any thread, and raises CoreError.

    A spreadsheet puts a picture of its cells beside their text: where there is text, that is what was meant.
    """
    held = QApplication.clipboard().mimeData()
    text = held.text() if held.hasText() else ""
    picture = QApplication.clipboard().image() if held.hasImage() else QImage()
    if picture.isNull() or (text.strip() and info.data_type.wire != "BYTES"):
        return lambda: pasted.from_text(info, text), len(text) < _AT_ONCE
    return lambda: _of_picture(info, picture), False


def _of_picture(info: TensorInfo, picture: QImage) -> Array:
    data = _png(picture)
    if info.data_type.wire == "BYTES":
        array = np.empty(1, object)
        array[0] = data
        return array
    if len(info.shape) < 3:
        why = f"{info.name} has the shape {list(info.shape)}, which no picture has."
        raise CoreError(f"Pasting a picture into {info.name}", why, "Paste numbers.")
    settings = images.ImageSettings(layout=images.guess_layout(info.shape))
    return images.to_tensor(images.decode_bytes(data), info.data_type, info.shape, settings)


def _png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"PNG").write(picture):
        raise CoreError("Pasting a picture", "it cannot be written as PNG.", "Save it as a file, and drop that.")
    return bytes(buffer.data().data())
