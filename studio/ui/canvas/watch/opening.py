"""A value of a wire in the viewer of tensors, and two of them against each other."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from studio.core.inference.wires.seen import Seen
from studio.ui.canvas import names

_SIZE = (760, 620)


def said_when(seen: Seen) -> str:
    """By which request a value was seen, and when."""
    return f"{seen.request}, {time.strftime('%H:%M:%S', time.localtime(seen.at))}"


class TensorDialog(QDialog):
    """One value in a window of its own; it goes when it is closed."""

    def __init__(self, seen: Seen, labels: tuple[str, ...], parent: QWidget) -> None:
        from studio.ui.tensors.view import TensorView

        super().__init__(parent)
        self.setObjectName(names.Canvas.TENSOR)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        area = QScrollArea(self)
        area.setObjectName(names.Canvas.FIELD.format("tensor_area"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        if seen.tensor is not None:
            self.setWindowTitle(f"{seen.tensor.name} of {said_when(seen)}")
            area.setWidget(TensorView(seen.tensor, labels))
        self.resize(*_SIZE)


def open_tensor(seen: Seen, labels: tuple[str, ...], over: QWidget) -> TensorDialog | None:
    """Opens a value beside the window; None where it is not kept any more."""
    if seen.tensor is None:
        return None
    dialog = TensorDialog(seen, labels, over.window())
    dialog.show()
    return dialog


def compare(one: Seen, other: Seen, over: QWidget) -> None:
    """Shows how two values of a wire differ."""
    from studio.ui.tensors.compare.view import open_difference

    if one.tensor is not None and other.tensor is not None:
        title = f"{one.tensor.name}: {one.request} against {other.request}"
        titles = (said_when(one), said_when(other))
        open_difference(over.window(), title, one.tensor.array, other.tensor.array, titles)
