"""Which server is talked to, where it is not ours: its sign, what may be changed there, and what it lacks."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.ui.server import names
from studio.ui.server.colours import ConnectionBadge
from studio.ui.widgets import ElidedLabel, HairLine, Switch

_REQUESTS = (
    "Each model is sent a small made-up request every few seconds, by which it shows that it answers. Without, it is "
    "judged by what the server counts of others’ requests."
)


class ConnectionLine(QWidget):
    """A line of 36 below the header of the server's page; hidden where a server of ours runs, or none."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.CONNECTION)
        self._session = session
        self.badge = ConnectionBadge()
        self.words = ElidedLabel("", "dim", 12)
        self.words.setObjectName(names.Serve.CONNECTION_WORDS)
        self.changes = Switch("Allow changes")
        self.changes.setObjectName(names.Serve.ALLOW_CHANGES)
        self.requests = Switch("Ask models")
        self.requests.setObjectName(names.Serve.ALLOW_REQUESTS)
        self.requests.setToolTip(_REQUESTS)
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.badge)
        row.addWidget(self.words, 1)
        row.addWidget(self.requests)
        row.addWidget(self.changes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(HairLine())
        self.requests.clicked.connect(session.connections.allow_requests)
        self.changes.clicked.connect(session.connections.allow_changes)
        session.server.guard_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        guard = self._session.server.guard
        connection = guard.connection
        self.setVisible(connection is not None)
        if connection is None:
            return
        self.badge.show_connection(connection.name, connection.colour, read_only=guard.is_read_only)
        self.changes.setChecked(not guard.is_read_only)
        self.requests.setChecked(guard.may_ask)
        self.changes.setToolTip("Loading and unloading there; each is asked about first" if guard.asks else "")
        words = ["not on this machine" if guard.asks else "on this machine", "which folder it serves is not told"]
        words += [f"no {lack.partition(':')[0]}" for lack in guard.lacks]
        self.words.setText(", ".join(words))
        self.setToolTip("\n".join(guard.lacks))
