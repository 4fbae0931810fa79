"""The engine, restart and stop of the top bar, as the session's server has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app.settings import settings

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.shell.frame.top_bar import TopBar

_ENGINES = (("", "Engine: automatic"), ("embedded", "Embedded Triton"), ("docker", "Triton in Docker"))


class ServerBar(QObject):
    """Follows the server in the top bar, and keeps the engine that is chosen there."""

    def __init__(self, session: Session, top: TopBar) -> None:
        super().__init__(top)
        self._session = session
        self._top = top
        top.engine.set_choices(list(_ENGINES))
        top.engine.chosen.connect(lambda key: settings().set("engine", key))
        settings().changed.connect(self._show)
        session.server.status_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        status = self._session.server.status
        chosen = str(settings().get("engine"))
        text = dict(_ENGINES).get(chosen, chosen)
        if status.is_running and status.description:
            # Two parts of the version are enough to know which it is, and fit.
            text = re.sub(r"(\d+\.\d+)\.\d+", r"\1", status.description)
        self._top.engine.set_text(text)
        self._top.restart.set_icon("arrow-clockwise" if status.is_running else "rocket-launch")
        self._top.restart.setToolTip("Restart (F5)" if status.is_running else "Launch (F5)")
        self._top.restart.setAccessibleName("Restart" if status.is_running else "Launch")
