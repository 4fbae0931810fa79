"""Data that is typed as one text: nested lists of JSON, whose nesting is the shape, and bytes in hex."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.asking import pasted
from studio.core.inference.requests import Array
from studio.ui.tester import names
from studio.ui.tester.sources.source import Plan, Source, batched
from studio.ui.tester.sources.typed import text_field


class _Literal(Source):
    """A text that is read as the tensor, sizes that the model leaves open included."""

    hint: ClassVar[str] = ""
    name: ClassVar[str] = ""
    read: ClassVar[Callable[[TensorInfo, str], Array]]

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.field = text_field(self.name.format(info.name), f"{self.title} of {info.name}", self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.field.textChanged.connect(self.changed)

    def plan(self, batch: int) -> Plan:
        """The text as a tensor; one element of a batch stands for all of it."""
        info, text, read = self.info, self.field.toPlainText(), type(self).read
        if not text.strip():
            raise CoreError(f"Sending {info.name}", "nothing is typed yet.")
        return lambda: batched(read(info, text), info, batch)


class JsonSource(_Literal):
    """Nested lists of JSON, whose nesting is the shape."""

    title = "JSON"
    hint = "[[1, 2, 3]]: the nesting is the shape"
    name = names.Tester.JSON
    read = pasted.from_json


class HexSource(_Literal):
    """Bytes: a string as it is, or numbers as they lie in memory, the lowest byte first."""

    title = "Hex"
    hint = "00 00 80 3f: little-endian, as on the wire"
    name = names.Tester.HEX
    read = pasted.from_hex
