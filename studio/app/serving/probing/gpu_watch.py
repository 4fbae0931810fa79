"""Looks again and again whether a server has the GPUs that were asked for, and which of its models use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.serving.connection import Connection
from studio.core.serving.devices.use import GpuUse, says_none, verdict
from studio.core.serving.launch import Addresses, LogLine

_EVERY_MS = 5000


class GpuWatch(QObject):
    """Follows one server that was launched with GPUs. UI thread only."""

    seen = Signal(str, str)
    """The state of the rung and what was seen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._connection: Callable[[], Connection | None] = lambda: None
        self._addresses: Callable[[], Addresses] = Addresses
        self._models: tuple[str, ...] = ()
        self._refused: tuple[str, ...] = ()
        self._has_none = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self, connection: Callable[[], Connection | None], addresses: Callable[[], Addresses]) -> None:
        """A server starts; `connection` gives what may be asked now, None while nothing may be or no GPU was wanted."""
        self._connection, self._addresses = connection, addresses
        self._models, self._refused, self._has_none = (), (), False
        self._timer.stop()

    def read_log(self, lines: Iterable[LogLine]) -> None:
        """Takes from the server's log whether it finds a GPU."""
        self._has_none = self._has_none or any(says_none(line.text) for line in lines)

    def follow(self, models: Iterable[str], refused: Iterable[str]) -> None:
        """These models have an instance on a GPU, and those were refused for want of one."""
        self._models, self._refused = tuple(models), tuple(refused)
        if self._connection() is not None:
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Asks which GPUs the server uses now, beside the window; stops looking once there is no server."""
        connection = self._connection()
        if connection is None:
            self._timer.stop()
            return
        known, addresses = GpuUse(self._models, self._refused, has_none=self._has_none), self._addresses()
        tasks.run(self, lambda _: _looked(known, connection, addresses), self._told, lambda _: None, key="gpus")

    def _told(self, use: GpuUse) -> None:
        if self._connection() is not None:
            self.seen.emit(*verdict(use))


def _looked(known: GpuUse, connection: Connection, addresses: Addresses) -> GpuUse:
    from studio.metrics.gpu_look import look

    return look(known, addresses, connection.processes())
