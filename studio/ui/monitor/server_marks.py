"""The marks of each server, kept on while another server's figures are in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.app.serving.server import ServerControl
from studio.app.serving.several.servers import Servers
from studio.core.serving.launch import LogLine
from studio.ui.monitor.marks import Marks


class ServerMarks(QObject):
    """Reads the reloads of every server from its log."""

    changed = Signal()
    """There is a new mark, or another server's are shown."""

    def __init__(self, servers: Servers, offset: Callable[[], float], parent: QObject) -> None:
        """`offset` gives wall clock minus monotonic."""
        super().__init__(parent)
        self._servers = servers
        self._offset = offset
        self._marks: dict[ServerControl, Marks] = {}
        for server in servers.all:
            self._add(server)
        servers.added.connect(self._add)
        servers.removed.connect(lambda server: self._marks.pop(server, None))
        servers.switched.connect(lambda *_: self.changed.emit())

    @property
    def current(self) -> Marks:
        """Those of the current server."""
        return self._marks[self._servers.current]

    def _add(self, server: ServerControl) -> None:
        self._marks[server] = Marks()
        server.log_appended.connect(lambda lines: self._read(server, lines))
        server.reloads.changed.connect(lambda name: self._note(server, name))
        self._read(server, list(server.log))

    def _note(self, server: ServerControl, name: str) -> None:
        """What a reload came to is told after the log has told it."""
        found = server.reloads.of(name)
        if found is not None and server in self._marks:
            self._marks[server].note_outcome(name, found.words, found.at - self._offset())
            self.changed.emit()

    def _read(self, server: ServerControl, lines: list[LogLine]) -> None:
        if server in self._marks and self._marks[server].read_log(lines, self._offset()):
            self.changed.emit()
