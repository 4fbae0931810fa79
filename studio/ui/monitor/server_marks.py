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
        servers.removed.connect(self._forget)
        servers.switched.connect(self._switched)

    @property
    def current(self) -> Marks:
        """Those of the current server."""
        return self._marks[self._servers.current]

    def _add(self, server: ServerControl) -> None:
        self._marks[server] = Marks()
        follower = _Follower(server, self)
        follower.read.connect(self._read)
        follower.told.connect(self._note)
        self._read(server, list(server.log))

    def _forget(self, server: ServerControl) -> None:
        self._marks.pop(server, None)

    def _switched(self, *_: object) -> None:
        self.changed.emit()

    def _note(self, server: ServerControl, name: str) -> None:
        """What a reload came to is told after the log has told it."""
        found = server.reloads.of(name)
        if found is not None and server in self._marks:
            self._marks[server].note_outcome(name, found.words, found.at - self._offset())
            self.changed.emit()

    def _read(self, server: ServerControl, lines: list[LogLine]) -> None:
        if server in self._marks and self._marks[server].read_log(lines, self._offset()):
            self.changed.emit()


class _Follower(QObject):
    """Says of which server the log and the reloads are; goes with its parent, though the server stays."""

    read = Signal(object, object)
    """ServerControl, list[LogLine]"""
    told = Signal(object, str)
    """ServerControl, and the model that was reloaded."""

    def __init__(self, server: ServerControl, parent: QObject) -> None:
        super().__init__(parent)
        self._server = server
        server.log_appended.connect(self._read)
        server.reloads.changed.connect(self._tell)

    def _read(self, lines: list[LogLine]) -> None:
        self.read.emit(self._server, lines)

    def _tell(self, name: str) -> None:
        self.told.emit(self._server, name)
