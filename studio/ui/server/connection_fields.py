"""The fields of a connection: name, colour, addresses, TLS, headers; what is secret is typed unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from studio.core.serving.address import AddressError
from studio.core.serving.saved import COLOURS, KEY_PASSWORD, SavedConnection
from studio.ui.server import names
from studio.ui.server.colours import ConnectionBadge
from studio.ui.server.header_rows import HeaderRows
from studio.ui.widgets import IconButton, Label, Row, SectionHeader, Segmented, Switch, TextField

_SECRETS = (
    "Values and passwords go to the keyring of this desktop; where there is none they live until the studio ends."
)
_FILES = {"ca": "CA file", "certificate": "Client certificate", "key": "Its key"}


class ConnectionFields(QWidget):
    """Edits a `SavedConnection` and its secrets."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self._read_only: bool | None = None
        self._asked = False
        self._lines: dict[str, TextField] = {}
        self.colour = Segmented([(each, each.capitalize()) for each in COLOURS], dense=True)
        self.colour.setObjectName(names.Attach.COLOUR)
        self.colour.setAccessibleName("Colour")
        self.sign = ConnectionBadge()
        self.changes = Switch("Models may be changed there")
        self.changes.setObjectName(names.Attach.CHANGES)
        self.password = self._line("password", "Password of the key", "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.headers = HeaderRows()
        self._build()
        self.changes.clicked.connect(self._choose_changes)
        self.colour.changed.connect(lambda _key: self._edited())
        self.headers.changed.connect(self.changed)

    def _build(self) -> None:
        first = self._form()
        first.addRow(_title("Address"), self._line("http", "Address", "host:port, https://… or grpcs://…"))
        first.addRow(_title("Name"), self._line("name", "Name", "Keeps it for the next time"))
        first.addRow(_title("Colour"), Row(self.colour, "stretch"))
        first.addRow(_title("Changes"), Row(self.changes, self.sign, "stretch"))
        more = QWidget()
        rest = self._form()
        more.setLayout(rest)
        rest.addRow(_title("gRPC"), self._line("grpc", "gRPC address", "Found beside the address"))
        rest.addRow(_title("Metrics"), self._line("metrics", "Metrics address", "Found beside the address"))
        for key, title in _FILES.items():
            rest.addRow(_title(title), self._file(key, title))
        rest.addRow(_title("Its password"), self.password)
        rest.addRow(_title("Server name"), self._line("server_name", "Server name", "The name in its certificate"))
        rest.addRow(_title("Headers"), self.headers)
        rest.addRow(_title("Proxy"), self._line("proxy", "Proxy", "http://host:port"))
        note = Label(_SECRETS, "dim", 12)
        note.setWordWrap(True)
        rest.addRow(note)
        self.more = SectionHeader("Other addresses, TLS, headers, proxy", body=more, height=28)
        self.more.setObjectName(names.Attach.MORE)
        self.more.box.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self.more)
        column.addWidget(more)
        column.addStretch(1)
        self.more.set_open(False)

    @staticmethod
    def _form() -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        return form

    def _line(self, key: str, title: str, placeholder: str) -> TextField:
        made = TextField()
        made.setObjectName(names.Attach.FIELD.format(key))
        made.setAccessibleName(title)
        made.setPlaceholderText(placeholder)
        made.textEdited.connect(lambda _text: self._edited())
        self._lines[key] = made
        return made

    def _file(self, key: str, title: str) -> Row:
        line = self._line(key, title, "A file in PEM")
        button = IconButton("folder-open", f"Choose the {title.lower()}")
        button.clicked.connect(lambda: self._choose_file(key, title))
        row = Row(line, button)
        row.box.setStretch(0, 1)
        return row

    def _choose_file(self, key: str, title: str) -> None:
        name, _ = QFileDialog.getOpenFileName(self, title, self._lines[key].text())
        if name:
            self._lines[key].setText(name)
            self._edited()

    def _edited(self) -> None:
        self._show_changes()
        self.changed.emit()

    def _choose_changes(self, allowed: bool) -> None:
        self._read_only = not allowed
        self._edited()

    def _show_changes(self) -> None:
        """Where nobody chose, what is on this machine may be changed, and nothing else."""
        connection = self.connection()
        try:
            is_read_only = connection.is_read_only
        except AddressError:
            is_read_only = True
        self.changes.setChecked(not is_read_only)
        self.sign.show_connection(connection.name, connection.colour, read_only=is_read_only)

    def connection(self) -> SavedConnection:
        """What the fields say."""
        texts: dict[str, Any] = {key: line.text().strip() for key, line in self._lines.items() if key != "password"}
        return SavedConnection(
            **texts,
            colour=self.colour.value(),
            read_only=self._read_only,
            headers=self.headers.names("header"),
            restricted=self.headers.names("restricted"),
            asked=self._asked,
        )

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed; what was left empty is as it was."""
        password = {KEY_PASSWORD: self.password.text()} if self.password.text() else {}
        return {**self.headers.secrets(), **password}

    def show_connection(self, connection: SavedConnection) -> None:
        """Shows another connection; its secrets stay where they are."""
        self._read_only, self._asked = connection.read_only, connection.asked
        shown = replace(connection, http=connection.http or connection.grpc)
        if not connection.http:
            shown = replace(shown, grpc="")
        for key, line in self._lines.items():
            line.setText("" if key == "password" else str(getattr(shown, key)))
        self.colour.set_value(connection.colour if connection.colour in COLOURS else COLOURS[0])
        self.headers.show_names(connection.headers, connection.restricted)
        if any((connection.ca, connection.certificate, connection.headers, connection.restricted, connection.proxy)):
            self.more.set_open(True)
        self._edited()


def _title(text: str) -> Label:
    """The title of a field: both parts of the form have one column for them."""
    made = Label(text, "dim")
    made.setFixedSize(116, 28)
    return made
