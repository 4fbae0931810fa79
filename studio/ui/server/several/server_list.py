"""The servers of the session on the server's page: one row each, to switch to, to stop, and to take off the list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.ladder import GPU, PROCESS, REPOSITORY, REQUEST
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.serving.launch import State
from studio.ui.look import server_colours
from studio.ui.look.theme import colour
from studio.ui.server import names
from studio.ui.server.words import STATES
from studio.ui.widgets import Clickable, ElidedLabel, IconButton, Label, Pill, QuietButton, paint

_ROW = 36
_MOST = 5
"""So many rows are seen at once."""


class ServerRow(Clickable):
    """One server. Enter makes it current, Delete stops it or takes it off the list, the arrows go to its neighbours."""

    def __init__(self, session: Session, server: ServerControl, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.server = server
        self.setFixedHeight(_ROW)
        self._colour, self._is_current = "grey", False
        self.name = Label("", px=13, weight=600)
        self.where = ElidedLabel("", "dim", 12)
        self.look = Pill("Needs a look", "warn")
        self.state = Pill()
        self.stop = QuietButton("Stop", size="dense")
        self.close_ = IconButton("x", "Take it off the list")
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 0, 12, 0)
        row.setSpacing(8)
        for widget in (self.name, self.where, self.look, self.state, self.stop, self.close_):
            row.addWidget(widget, 1 if widget is self.where else 0)
        self.clicked.connect(lambda: session.servers.choose(server))
        self.stop.clicked.connect(server.stop)
        self.close_.clicked.connect(lambda: session.servers.close(server))
        self.refresh()

    def refresh(self) -> None:
        """Shows how the server is now."""
        servers, status = self._session.servers, self.server.status
        known = servers.identity(self.server)
        self._colour, self._is_current = known.colour, self.server is servers.current
        self.name.setText(known.name)
        self.where.setText(known.where)
        self.state.set_state(*_state(self.server))
        self.look.setVisible(servers.alarms.is_unseen(self.server))
        self.stop.setVisible(not self.server.is_free)
        stops = self.server.is_stopping
        self.stop.setEnabled(status.is_running or stops)
        self.stop.setText("Stop now" if stops else "Stop" if known.is_ours else "Detach")
        self.stop.setAccessibleName(f"{self.stop.text()} {known.name}")
        self.close_.setVisible(self.server.is_free)
        self.close_.setAccessibleName(f"Take {known.name} off the list")
        current = ", current" if self._is_current else ""
        self.setAccessibleName(f"{known.name}, {known.where}, {self.state.text()}{current}")
        self.setObjectName(names.Serve.SERVER.format(known.name))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        elif event.key() == Qt.Key.Key_Delete and self.server.is_free:
            self._session.servers.close(self.server)
        elif event.key() == Qt.Key.Key_Delete:
            self.server.stop()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            fill = "select" if self._is_current else "hover" if self.hovered else "panel"
            painter.fillRect(rect, colour(fill))
            server_colours.paint_sign(painter, QRectF(12, (_ROW - 16) / 2, 16, 16), self._colour)
            if self._is_current:
                painter.fillRect(QRectF(0, 0, 4, _ROW), server_colours.of(self._colour))
            if self.hasFocus():
                paint.focus_ring(painter, rect)


class ServerList(QScrollArea):
    """All servers; hidden where there is but one."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName(names.Serve.SERVERS)
        self.setAccessibleName("Servers")
        self._session = session
        self.rows: dict[ServerControl, ServerRow] = {}
        self._body = _Body()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 1)
        self._column.setSpacing(0)
        self.setWidget(self._body)
        session.servers.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        listed = self._session.servers.listed
        for server in [server for server in self.rows if server not in listed]:
            self.rows.pop(server).deleteLater()
        for place, server in enumerate(listed):
            if server not in self.rows:
                self.rows[server] = ServerRow(self._session, server, self._body)
                self._column.insertWidget(place, self.rows[server])
            self.rows[server].refresh()
        self.setFixedHeight(min(len(listed), _MOST) * _ROW + 1)
        self.setVisible(len(listed) > 1)
        current = self.rows.get(self._session.servers.current)
        if current is not None and len(listed) > _MOST:
            self.ensureWidgetVisible(current, 0, 0)


class _Body(QWidget):
    """What the rows stand in, with a line below."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))


def _state(server: ServerControl) -> tuple[str, str]:
    """The state in a word, and its role."""
    words, role = STATES[server.status.state]
    ready, should = server.readiness()
    failing = next((rung.name for rung in server.status.rungs if rung.state == "fail"), "")
    if server.status.state is State.READY and server.status.rung(REPOSITORY).state == "unknown":
        return "Not known", "warn"
    if failing and role != "error":
        return _wrong(server, failing, ready, should), "error"
    if server.status.state is State.READY and ready < should:
        return f"{ready} of {should} models", "warn"
    return words, role


def _wrong(server: ServerControl, failing: str, ready: int, should: int) -> str:
    """What is wrong with one that runs, in a few words."""
    if failing == REQUEST:
        dead = sum(proof.state == "fail" for proof in server.prober.proofs.values())
        return f"{dead or 1} of {should} silent"
    if failing == GPU:
        return "No GPU used"
    return "Does not answer" if failing in (PROCESS, REPOSITORY) else f"{ready} of {should} models"
