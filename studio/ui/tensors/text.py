"""Strings as text: a single one large, several as a list."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QTextOption
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.parts.array_model import ArrayModel, IndexHeader, format_value
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DenseTable, Label

_MOST_CHARACTERS = 100_000
_SHORT = 64
_LINES = 8
_ROW = 24


def suits(tensor: Tensor) -> bool:
    """Strings, if there are any, and a single number."""
    return tensor.array.size == 1 or (tensor.data_type.wire == "BYTES" and tensor.array.size > 0)


class _Whole(QPlainTextEdit):
    """One string, to read and to copy; as high as its lines."""

    def __init__(self) -> None:
        self._wanted = theme.ui_font(16, 600)
        super().__init__()
        self.setObjectName(names.Tensors.TEXT)
        self.setReadOnly(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)

    def changeEvent(self, event: QEvent) -> None:
        """A new place under the style sheet resets the font; the text keeps its own."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.document().setDefaultFont(self._wanted)

    def show_text(self, text: str) -> None:
        """A short text is large, a long one as it is read in code."""
        short = len(text) <= _SHORT and "\n" not in text
        font = theme.ui_font(16, 600) if short else theme.mono_font()
        self._wanted = font
        self.document().setDefaultFont(font)
        self.setPlainText(text[:_MOST_CHARACTERS])
        lines = 1 if short else min(max(text.count("\n") + 1, len(text) // 60 + 1), _LINES)
        self.setFixedHeight(QFontMetrics(font).lineSpacing() * lines + 4)
        self.setAccessibleName(f"Text: {text[:200]}")


class TextView(Viewer):
    """The strings of a tensor; bytes that are no UTF-8 stand as escapes."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self.whole = _Whole()
        self.list = DenseTable(_ROW)
        self.list.setObjectName(names.Tensors.TABLE)
        self.list.setAccessibleName("Strings of the tensor")
        self.model = ArrayModel(self.list)
        self.list.setModel(self.model)
        self.list.setVerticalHeader(IndexHeader(self.list, Qt.Orientation.Vertical, _ROW))
        self.list.horizontalHeader().hide()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.note = Label("", "dim", 12)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.whole)
        self._stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._stack)
        column.addWidget(self.note)

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows the strings of a tensor in C order."""
        values = tensor.array.reshape(-1)
        if values.size == 1:
            text = _decoded(values[0])
            self.whole.show_text(text)
            self._stack.setCurrentWidget(self.whole)
            self._stack.setFixedHeight(self.whole.height())
            self._tell(len(text))
            return
        self.model.set_array(np.asarray(values).reshape(-1, 1))
        self._stack.setCurrentWidget(self.list)
        self._stack.setFixedHeight(_ROW * min(values.size, 2 * _LINES) + 6)
        self.note.hide()

    def _tell(self, length: int) -> None:
        self.note.setVisible(length > _SHORT)
        cut = f", the first {_MOST_CHARACTERS:,} shown" if length > _MOST_CHARACTERS else ""
        self.note.setText(f"{length:,} characters{cut}")

    def sizeHint(self) -> QSize:
        """As high as what is shown."""
        return QSize(320, self._stack.height() + 10 + (20 if self.note.isVisibleTo(self) else 0))


def _decoded(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else format_value(value)
