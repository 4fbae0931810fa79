"""The log of one server as the panel shows it: kept on while another server's is in front."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.app.serving.ladder import ServerStatus
from studio.app.serving.server import ServerControl
from studio.core.serving.launch import LogLine, State
from studio.ui.server.log_panel.model import CAUSE, LogModel


class ServerLog(QObject):
    """Follows one server. A new start begins a new log; an end that nobody asked for is told below its last line."""

    changed = Signal()
    """There are new lines, or none any more."""

    def __init__(self, server: ServerControl, parent: QObject) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self.follows = True
        """Whether the view was at its end when another log came in front."""
        self.scrolled = 0
        """Where the view was otherwise."""
        self.filtered: tuple[object, ...] = (("E", "W", "I"), "", "")
        """The filter that its lines are shown by: levels, words and a model."""
        self._server = server
        self._state = server.status.state
        self._note_gpus(server.status)
        server.log_appended.connect(self._append)
        server.status_changed.connect(self._follow)
        self._append(list(server.log))

    def _append(self, lines: list[LogLine]) -> None:
        self.model.append(lines)
        self.changed.emit()

    def _follow(self, status: ServerStatus) -> None:
        before, self._state = self._state, status.state
        if status.state is State.STARTING and before is not State.STARTING and not self._server.log:
            self.model.clear()
            self._note_gpus(status)
        if status.state is State.FAILED and before is not State.FAILED and status.exit and status.exit.reason:
            self.model.append([LogLine(CAUSE, status.exit.reason)])
        self.changed.emit()

    def _note_gpus(self, status: ServerStatus) -> None:
        self.model.has_gpu = status.spec is not None and not status.spec.gpus.none
