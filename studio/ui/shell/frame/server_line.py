"""The line above a page that speaks of a server: which it is, and which folder it serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.serving.several.identity import called
from studio.ui.look import server_colours
from studio.ui.look.theme import colour
from studio.ui.shell import names
from studio.ui.widgets import ElidedLabel, Label, LinkButton

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.room.room import PageSpec


class ServerLine(QWidget):
    """28 high, with the server's colour at its left; where another folder is in front, one press serves that."""

    def __init__(self, session: Session, run: Callable[[str], object], parent: QWidget) -> None:
        """`run` runs a command of the window by its id."""
        super().__init__(parent)
        self.setObjectName(names.Shell.SERVER_LINE)
        self.setFixedHeight(28)
        self._session = session
        self._page: PageSpec | None = None
        self._colour = "grey"
        self.name = Label("", px=12, weight=600)
        self.folder = ElidedLabel("", "dim", 12)
        self.folder.setObjectName(names.Shell.SERVER_LINE_FOLDER)
        self.other = Label("", "warn", 12)
        self.switch = LinkButton("")
        self.switch.setObjectName(names.Shell.SERVER_LINE_SWITCH)
        self.restart = LinkButton("Restart on the open folder")
        self.restart.setObjectName(names.Shell.SERVER_LINE_RESTART)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(8)
        for widget in (self.name, self.folder, self.other, self.switch, self.restart):
            row.addWidget(widget, 1 if widget is self.folder else 0)
        self.switch.clicked.connect(self._switch)
        self.restart.clicked.connect(lambda: run("restart_here"))
        session.servers.changed.connect(self._show)
        session.server.status_changed.connect(self._show)
        session.repository_changed.connect(self._show)
        self._show()

    def follow(self, page: PageSpec | None) -> None:
        """Takes what is in front."""
        self._page = page
        self._show()

    def _is_wanted(self) -> bool:
        page, servers = self._page, self._session.servers
        if page is None or not page.speaks_of_server or not servers.identity(servers.current).name:
            return False
        names_it = page.lists_servers and (len(servers.listed) > 1 or servers.current.folder is None)
        return not names_it or servers.serves_another_folder

    def _show(self, *_: object) -> None:
        servers = self._session.servers
        known = servers.identity(servers.current)
        self.setVisible(self._is_wanted())
        if self.isHidden():
            return
        self._colour = known.colour
        self.name.setText(known.name)
        self.folder.setText(known.where if known.is_ours else f"{known.where}, which folder it serves is not told")
        is_other = servers.serves_another_folder
        in_front = servers.in_front()
        beside = servers.serving(in_front) if is_other and in_front is not None else None
        self.other.setVisible(is_other)
        self.other.setText(f"{called(in_front)} is open" if is_other and in_front is not None else "")
        self.switch.setVisible(beside is not None)
        self.switch.setText(f"Switch to {servers.identity(beside).name}" if beside is not None else "")
        self.restart.setVisible(is_other and beside is None)
        self.restart.setToolTip(f"Restart the server on {in_front}" if is_other else "")
        self.setAccessibleName(f"Server {known.name}, {known.where}")
        self.update()

    def _switch(self) -> None:
        in_front = self._session.servers.in_front()
        there = self._session.servers.serving(in_front) if in_front is not None else None
        if there is not None:
            self._session.servers.choose(there)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("panel"))
            painter.fillRect(QRectF(0, 0, 4, self.height() - 1), server_colours.of(self._colour))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
