"""Staying with one server, from launch to its end, on one worker: nobody else calls the engine's server.

The worker owns the server. However it leaves (told to stop, cancelled, its owner gone, an error), it stops what was
launched and lets go of what was attached.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from studio.app.serving.connection import Connection, Health, Patience, check_health
from studio.app.tasks import TaskContext
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, LogLine

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.engines.engine import Server

_CALL_TIMEOUT = 2.0
_ANSWER_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0
"""So many seconds a server that is stopped has to end by itself."""


class Listener(Protocol):
    """Who is told of a server while it is followed, on the UI thread."""

    def server_started(self, server: Server, connection: Connection) -> None:
        """The server was launched or found; from now on it can be asked."""

    def server_logged(self, lines: list[LogLine]) -> None:
        """New lines of the server's log."""

    def server_checked(self, health: Health) -> None:
        """The answer to the latest question for health and models."""

    def server_polled(self, seconds: float) -> None:
        """That question was answered after so long."""


class ServerMonitor:
    """Runs one server. `run` is the work of a task; `stop` and `check_now` may be called from any thread."""

    def __init__(self, spec: LaunchSpec, listener: Listener, start: Callable[[LaunchSpec], Server]) -> None:
        self.spec = spec
        self._listener = listener
        self._start = start
        self._stop = threading.Event()
        self._stop_now = threading.Event()
        self._check_now = threading.Event()
        self._last: Health | None = None
        self._patience = Patience()

    def stop(self) -> None:
        """Tell it to end."""
        self._stop.set()

    def stop_now(self) -> None:
        """Tell it to end, and kill what has not ended yet."""
        self._stop_now.set()
        self._stop.set()

    @property
    def was_stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()

    def check_now(self) -> None:
        """Ask the server at the next tick rather than when it is due."""
        self._check_now.set()

    def run(self, context: TaskContext) -> Exit:
        """Start the server and stay with it to its end."""
        from studio.client.triton import Triton

        server = self._start(self.spec)
        # Whether it lives must not wait behind a slow answer, nor a slow answer be cut off by that question's limit.
        connection = Connection(Triton(server.addresses, _ANSWER_TIMEOUT), server.processes)
        quick = Triton(server.addresses, _CALL_TIMEOUT)
        try:
            context.deliver(self._listener.server_started, server, connection)
            end = self._follow(server, quick, context)
        finally:
            connection.end()
            quick.close()
            self._end(server, context)
        self._pass_log(server, context)
        return end

    def _follow(self, server: Server, client: Triton, context: TaskContext) -> Exit:
        from studio.engines.following import follow

        is_attached = self.spec.kind is EngineKind.ATTACHED

        def over(seconds: float) -> bool:
            return self._stop.wait(seconds) or context.cancelled()

        for tick in follow(server, over, self._check_now.is_set):
            if tick.log:
                context.deliver(self._listener.server_logged, tick.log)
            if tick.end is not None and not is_attached:
                return tick.end
            if tick.is_due:
                self._check_now.clear()
                asked = time.monotonic()
                found = Health(False, gone=tick.end.reason) if tick.end else check_health(client)
                if found.live:
                    context.deliver(self._listener.server_polled, time.monotonic() - asked)
                self._tell(self._patience.judge(found, asked), context)
        return Exit(0, "Detached." if is_attached else "It was stopped.")

    def _end(self, server: Server, context: TaskContext) -> None:
        """Lets it end by itself for a while, and tells what it logs meanwhile."""
        from studio.engines.following import end

        end(server, STOP_TIMEOUT, self._stop_now.wait, lambda: self._pass_log(server, context))

    def _pass_log(self, server: Server, context: TaskContext) -> None:
        lines = server.read_log()
        if lines:
            context.deliver(self._listener.server_logged, lines)

    def _tell(self, found: Health, context: TaskContext) -> None:
        if found != self._last:
            self._last = found
            context.deliver(self._listener.server_checked, found)
