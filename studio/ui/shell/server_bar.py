"""The servers, restart and stop of the top bar, as the session has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup

from studio.app.settings import settings
from studio.core.serving.launch import State
from studio.ui.look import server_colours
from studio.ui.shell.frame.server_line import ServerLine

if TYPE_CHECKING:
    from studio.app.serving.server import ServerControl
    from studio.app.session import Session
    from studio.ui.shell.commands import Commands
    from studio.ui.shell.frame.tabs import TabArea
    from studio.ui.shell.frame.top_bar import TopBar
    from studio.ui.shell.pages import Pages

_ENGINES = (("", "Engine: automatic"), ("embedded", "Embedded Triton"), ("docker", "Triton in Docker"))
_STATES = {
    State.STARTING: "starting",
    State.READY: "running",
    State.STOPPING: "stopping",
    State.STOPPED: "stopped",
    State.FAILED: "failed",
}


def show_servers(session: Session, top: TopBar, tabs: TabArea, pages: Pages, commands: Commands) -> None:
    """Shows the servers in the top bar, and the current one above the pages that speak of it."""
    ServerBar(session, top, commands.run)
    line = ServerLine(session, commands.run, tabs)
    tabs.add_line(line)
    pages.activity_changed.connect(lambda key: line.follow(pages.spec(key)))


class ServerBar(QObject):
    """Follows the servers in the top bar, and keeps the engine that is chosen there."""

    def __init__(self, session: Session, top: TopBar, run: Callable[[str], object]) -> None:
        """`run` runs a command of the window by its id."""
        super().__init__(top)
        self._session = session
        self._top = top
        self._run = run
        top.servers.opening.connect(self._fill)
        settings().changed.connect(self._show)
        session.server.status_changed.connect(self._show)
        session.servers.changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        servers, status = self._session.servers, self._session.server.status
        self._show_chooser()
        known = servers.identity(servers.current)
        self._top.warn_by("" if known.is_here or not status.is_running else known.colour)
        restarts = status.is_running and known.is_ours and not servers.serves_another_folder
        self._top.restart.set_icon("arrow-clockwise" if restarts else "rocket-launch")
        self._top.restart.setToolTip("Restart (F5)" if restarts else "Launch (F5)")
        self._top.restart.setAccessibleName("Restart" if restarts else "Launch")
        stop = "Stop now" if self._session.server.is_stopping else "Stop"
        self._top.stop.setToolTip(f"{stop} (Shift+F5)")
        self._top.stop.setAccessibleName(stop)

    def _show_chooser(self) -> None:
        servers, status = self._session.servers, self._session.server.status
        count = len(servers.listed)
        unseen = any(servers.alarms.is_unseen(server) for server in servers.listed)
        if count > 1 or (status.is_running and not servers.identity(servers.current).is_ours):
            known = servers.identity(servers.current)
            text = known.name or "No server"
            self._top.servers.show_server(text, known.colour, count, needs_look=unseen)
            return
        chosen = str(settings().get("engine"))
        text = dict(_ENGINES).get(chosen, chosen)
        if status.is_running and status.description:
            # Two parts of the version are enough to know which it is, and fit.
            text = re.sub(r"(\d+\.\d+)\.\d+", r"\1", status.description)
        self._top.servers.show_server(text, servers.identity(servers.current).colour if status.is_running else "")

    # The menu

    def _fill(self) -> None:
        menu = self._top.servers.menu
        menu.clear()
        listed = self._session.servers.listed
        if listed:
            group = QActionGroup(menu)
            for number, server in enumerate(listed, 1):
                menu.addAction(self._choice(server, number, group))
            menu.addSeparator()
            if len(listed) > 1:
                self._add("Next server", "next_server", "Ctrl+F6")
            self._add("Launch one more server", "launch_another", "Ctrl+F5")
            self._add("Attach to a server…", "attach", "Ctrl+Shift+A")
            menu.addSeparator()
        chosen = str(settings().get("engine"))
        engines = QActionGroup(menu)
        for key, text in _ENGINES:
            action = menu.addAction(text)
            action.setObjectName(f"engine.{key}")
            action.setCheckable(True)
            action.setChecked(key == chosen)
            engines.addAction(action)
            action.triggered.connect(lambda _=False, key=key: settings().set("engine", key))

    def _choice(self, server: ServerControl, number: int, group: QActionGroup) -> QAction:
        servers = self._session.servers
        known = servers.identity(server)
        told = "does not answer" if server.status.is_silent else _STATES[server.status.state]
        state = "needs a look" if servers.alarms.is_unseen(server) else told
        folder = known.folder.name if known.folder is not None else known.address
        made = QAction(server_colours.sign(known.colour), f"{known.name} – {known.kind}, {folder}, {state}", group)
        made.setObjectName(f"server.{number}")
        made.setToolTip(known.where)
        made.setCheckable(True)
        made.setChecked(server is servers.current)
        font = made.font()
        font.setBold(server is servers.current)
        made.setFont(font)
        made.triggered.connect(lambda _=False: servers.choose(server))
        return made

    def _add(self, text: str, command: str, key: str) -> None:
        # Behind a tab a menu shows a key that is bound elsewhere.
        action = self._top.servers.menu.addAction(f"{text}\t{key}")
        action.triggered.connect(lambda _=False: self._run(command))
