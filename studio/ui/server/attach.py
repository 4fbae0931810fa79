"""Attaching to a server that already runs: one that was given a name, or an address."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget

from studio.app.failure import AppError
from studio.app.serving.connections import Connections
from studio.app.serving.several.current import CurrentServer
from studio.core.serving.saved import SavedConnection
from studio.ui.server import names
from studio.ui.server.connection_fields import ConnectionFields
from studio.ui.widgets import Chooser, Label, QuietButton, Row
from studio.ui.widgets.dialogs import Question

_TEXT = "gRPC, HTTP and metrics are found by what answers."
_HEIGHT, _TALL = 216, 430
_USUAL = "127.0.0.1:8001"
_NEW = "New connection"


class AttachDialog(Question):
    """Chooses, edits, keeps and forgets connections, and attaches to one."""

    def __init__(self, parent: QWidget, connections: Connections, server: CurrentServer) -> None:
        super().__init__(parent, "Attach to a server", _TEXT, names.Attach.DIALOG)
        self._connections = connections
        self._server = server
        self._before = ""
        self.setMinimumWidth(640)
        self.known = Chooser()
        self.known.setObjectName(names.Attach.KNOWN)
        self.known.setAccessibleName("Connection")
        self.forget = QuietButton("Forget", "trash", "dense")
        self.forget.setObjectName(names.Attach.FORGET)
        self.fields = ConnectionFields()
        self.reason = Label("", "error", 12)
        self.reason.setObjectName(names.Attach.REASON)
        self.reason.setWordWrap(True)
        self.reason.hide()
        self._build()
        self._offer("")
        self._connect()

    def _build(self) -> None:
        choice = Row(self.known, self.forget)
        choice.box.setStretch(0, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumHeight(_HEIGHT)
        area.setWidget(self.fields)
        self.fields.more.toggled.connect(lambda is_open: area.setMinimumHeight(_TALL if is_open else _HEIGHT))
        for part in (choice, area, self.reason):
            self.column.addWidget(part)
        self.add_button("", "Cancel")
        self.add_button("save", "Save")
        self.add_button("yes", "Attach", "primary")
        self.finish()

    def _connect(self) -> None:
        self.known.activated.connect(lambda _index: self._choose())
        self.forget.clicked.connect(self._forget)
        self.fields.changed.connect(lambda: self._say(""))

    def _offer(self, chosen: str) -> None:
        self.known.clear()
        self.known.addItems([_NEW, *(each.name for each in self._connections.all)])
        current = chosen or (self._server.guard.connection.name if self._server.guard.connection else "")
        self.known.setCurrentIndex(max(self.known.findText(current), 0))
        self._choose()

    def _choose(self) -> None:
        found = self._connections.find(self.known.currentText()) if self.known.currentIndex() > 0 else None
        self._before = found.name if found else ""
        # While a server runs, the usual address is likely its own.
        self.fields.show_connection(found or SavedConnection("", "" if self._server.status.is_running else _USUAL))
        self.forget.setEnabled(found is not None)

    def _forget(self) -> None:
        self._connections.remove(self._before)
        self._offer("")

    def _say(self, reason: str) -> None:
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def accept(self) -> None:
        """Keeps what has a name, and attaches where that was pressed."""
        connection = self.fields.connection()
        attaches = self.chosen != "save"
        if not connection.name and attaches:
            self._attach_unnamed(connection)
            return
        try:
            self._connections.save(connection, self.fields.secrets(), self._before)
        except AppError as failure:
            self._say(failure.reason)
            return
        if attaches:
            self._connections.attach(connection.name)
            super().accept()
        else:
            self._offer(connection.name)

    def _attach_unnamed(self, connection: SavedConnection) -> None:
        named = connection.called(connection.http or connection.grpc)
        if reason := named.problem():
            self._say(reason)
            return
        self._server.attach(named.addresses(self.fields.secrets()), named)
        super().accept()


def ask_connection(parent: QWidget, connections: Connections, server: CurrentServer) -> AttachDialog:
    """Opens the dialog in which a connection is written or chosen."""
    dialog = AttachDialog(parent, connections, server)
    dialog.open()
    return dialog
