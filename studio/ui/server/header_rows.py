"""Headers that go with each call: their names are kept, their values are secrets."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.core.serving.saved import header_secret, restricted_secret
from studio.ui.server import names
from studio.ui.widgets import Chooser, IconButton, QuietButton, Row, TextField

_KINDS = ("Header", "Restricted API")


class _Line(QWidget):
    """One header: which kind, its name, its value."""

    def __init__(self, number: int, name: str, *, restricted: bool, known: bool) -> None:
        super().__init__()
        self.kind = Chooser(_KINDS)
        self.kind.setObjectName(names.Attach.HEADER_KIND.format(number))
        self.kind.setAccessibleName("Kind of header")
        self.kind.setCurrentIndex(int(restricted))
        self.name = TextField(name, mono=True)
        self.name.setObjectName(names.Attach.HEADER.format(number))
        self.name.setAccessibleName("Name of the header")
        self.name.setPlaceholderText("Authorization")
        self.value = TextField(mono=True)
        self.value.setObjectName(names.Attach.HEADER_VALUE.format(number))
        self.value.setAccessibleName("Value of the header")
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.value.setPlaceholderText("As it was" if known else "Its value")
        self.away = IconButton("x", "Take the header away")
        self.away.setObjectName(names.Attach.REMOVE_HEADER.format(number))
        row = Row(self.kind, self.name, self.value, self.away)
        row.box.setStretch(1, 1)
        row.box.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)

    @property
    def is_restricted(self) -> bool:
        """Whether it is the header of a restricted API, whose name gRPC puts something before."""
        return self.kind.currentIndex() == 1


class HeaderRows(QWidget):
    """Any number of them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._number = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.add = QuietButton("Add a header", "plus", "dense")
        self.add.setObjectName(names.Attach.ADD_HEADER)
        self.add.clicked.connect(lambda: self._add("", restricted=False, known=False).name.setFocus())
        self._column.addWidget(Row(self.add, "stretch"))

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of the headers of a kind: "header" or "restricted"."""
        wanted = [line for line in self._lines if line.is_restricted is (kind == "restricted")]
        return tuple(line.name.text().strip() for line in wanted if line.name.text().strip())

    def secrets(self) -> dict[str, str]:
        """The values that were typed, by the names of their secrets."""
        found = {}
        for line in self._lines:
            name, value = line.name.text().strip(), line.value.text()
            if name and value:
                found[restricted_secret(name) if line.is_restricted else header_secret(name)] = value
        return found

    def show_names(self, headers: tuple[str, ...], restricted: tuple[str, ...]) -> None:
        """Shows other headers; their values are where they are kept."""
        for line in tuple(self._lines):
            self._remove(line)
        for name in headers:
            self._add(name, restricted=False, known=True)
        for name in restricted:
            self._add(name, restricted=True, known=True)

    def _add(self, name: str, *, restricted: bool, known: bool) -> _Line:
        line = _Line(self._number, name, restricted=restricted, known=known)
        self._number += 1
        self._lines.append(line)
        self._column.insertWidget(self._column.count() - 1, line)
        line.away.clicked.connect(lambda: self._remove(line))
        line.name.textEdited.connect(lambda _text: self.changed.emit())
        line.kind.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.changed.emit()
        return line

    def _remove(self, line: _Line) -> None:
        self._lines.remove(line)
        line.hide()
        line.deleteLater()
        self.changed.emit()
