"""The parameters of a request: a name, a type and a value each."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.failure import CoreError
from studio.ui.tester.options.names import Options
from studio.ui.widgets import Chooser, IconButton, Label, QuietButton, Row, SectionHeader, TextField

Value = str | int | float | bool
KINDS = ("text", "integer", "double", "boolean")
_EMPTY = "None. A model reads them as request parameters; a generate request sends them beside the inputs."


class ParameterRow(QWidget):
    """One parameter."""

    changed = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.name = TextField(dense=True, mono=True)
        self.name.setPlaceholderText("name")
        self.kind = Chooser(KINDS, dense=True)
        self.value = TextField(dense=True, mono=True)
        self.value.setPlaceholderText("value")
        self.remove = IconButton("x", "Remove the parameter", size=14)
        pairs = (
            (self.name, Options.PARAMETER_NAME, "Name"),
            (self.kind, Options.PARAMETER_KIND, "Type"),
            (self.value, Options.PARAMETER_VALUE, "Value"),
            (self.remove, Options.REMOVE_PARAMETER, "Remove"),
        )
        for widget, name, title in pairs:
            widget.setObjectName(name.format(number))
            widget.setAccessibleName(f"{title} of parameter {number + 1}")
        row = Row(self.name, self.kind, self.value, self.remove)
        row.box.setStretch(0, 3)
        row.box.setStretch(2, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        self.name.textChanged.connect(lambda _text: self._tell())
        self.value.textChanged.connect(lambda _text: self._tell())
        self.kind.currentIndexChanged.connect(lambda _index: self._tell())

    def _tell(self) -> None:
        try:
            self.parameter()
            self.value.set_state("")
        except CoreError:
            self.value.set_state("error")
        self.changed.emit()

    def parameter(self) -> tuple[str, Value] | None:
        """The name and the value; None while it has no name. Raises CoreError for a value that is not of its type."""
        name, text = self.name.text().strip(), self.value.text()
        if not name:
            return None
        return name, _typed(name, self.kind.currentText(), text)

    def show_parameter(self, name: str, value: Value) -> None:
        """Shows another parameter."""
        self.name.setText(name)
        self.kind.setCurrentText(_kind_of(value))
        self.value.setText(str(value).lower() if isinstance(value, bool) else str(value))


class Parameters(QWidget):
    """The list of them, under a head with a button that adds one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ParameterRow] = []
        self._made = 0
        self.head = SectionHeader("Parameters", height=32)
        self.head.box.setContentsMargins(0, 0, 0, 0)
        self.add = QuietButton("Add", "plus", "small")
        self.add.setObjectName(Options.ADD_PARAMETER)
        self.add.setAccessibleName("Add a parameter")
        self.head.add_action(self.add)
        self._empty = Label(_EMPTY, "dim", 12)
        self._empty.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.head)
        self._column.addWidget(self._empty)
        self.add.clicked.connect(lambda: self.add_row().name.setFocus())

    def add_row(self) -> ParameterRow:
        """One more, empty."""
        row = ParameterRow(self._made)
        self._made += 1
        row.remove.clicked.connect(lambda: self._remove(row))
        row.changed.connect(self._tell)
        self.rows.append(row)
        self._column.addWidget(row)
        self._tell()
        return row

    def _remove(self, row: ParameterRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        (self.rows[-1].name if self.rows else self.add).setFocus()
        self._tell()

    def _tell(self) -> None:
        self._empty.setVisible(not self.rows)
        self.head.detail.setText(str(len(self.rows)) if self.rows else "")
        self.changed.emit()

    def values(self) -> tuple[tuple[str, Value], ...]:
        """The parameters that have a name. Raises CoreError for one that cannot be sent."""
        return tuple(found for row in self.rows if (found := row.parameter()) is not None)

    def show_values(self, values: tuple[tuple[str, Value], ...]) -> None:
        """Shows these in place of what stands there."""
        for row in list(self.rows):
            self._remove(row)
        for name, value in values:
            self.add_row().show_parameter(name, value)


def _kind_of(value: Value) -> str:
    if isinstance(value, bool):  # before int, which it is too
        return "boolean"
    return "integer" if isinstance(value, int) else "double" if isinstance(value, float) else "text"


def _typed(name: str, kind: str, text: str) -> Value:
    try:
        if kind == "integer":
            return int(text, 0)
        if kind == "double":
            # Neither NaN nor the infinities can be sent over HTTP.
            return {True: float(text)}[math.isfinite(float(text))]
        if kind == "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
    except (ValueError, KeyError):
        words = {"integer": "a whole number", "double": "a number", "boolean": "true or false"}[kind]
        raise CoreError(f"Sending the parameter '{name}'", f"“{text}” is not {words}.", "Mend it.") from None
    return text
