"""The life of one server, from launch to its end, on one worker: nobody else calls the engine's server.

The worker owns the server. However it leaves (told to stop, cancelled, its owner gone, an error), it stops what was
launched and lets go of what was attached.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from studio.app.tasks import TaskContext
from studio.core.inference.requests import ModelState
from studio.core.serving.launch import EngineKind, Exit, LaunchSpec, LogLine
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.engines.engine import Server

T = TypeVar("T")

_CALL_TIMEOUT = 2.0
_ANSWER_TIMEOUT = 60.0
_STOP_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """What the server said when it was asked: whether it lives, and its index (None: it did not say).

    `problem` is why it did not; `gone` why an attached server does not answer.
    """

    live: bool
    index: tuple[ModelState, ...] | None = None
    problem: str = ""
    gone: str = ""


class Line:
    """The client that several workers share. One that calls after the end closes what its call opened anew."""

    def __init__(self, client: Triton) -> None:
        self._client = client
        self._ended = threading.Event()

    def call(self, what: Callable[[Triton], T]) -> T:
        """Do something with the client; blocks."""
        try:
            return what(self._client)
        finally:
            if self._ended.is_set():
                self._client.close()

    def end(self) -> None:
        """End the connections, and with them what waits on them."""
        self._ended.set()
        self._client.close()


class Listener(Protocol):
    """What is told of the life of a server, on the UI thread."""

    def life_started(self, server: Server, line: Line) -> None:
        """It was launched or found."""

    def life_logged(self, lines: list[LogLine]) -> None:
        """New lines of its log."""

    def life_looked(self, look: Look) -> None:
        """It was asked how it is."""


class Life:
    """Runs one server. `run` is the work of a task; `stop` and `look_now` may be called from any thread."""

    def __init__(self, spec: LaunchSpec, listener: Listener, start: Callable[[LaunchSpec], Server]) -> None:
        self.spec = spec
        self._listener = listener
        self._start = start
        self._stop = threading.Event()
        self._look_now = threading.Event()
        self._last: Look | None = None

    def stop(self) -> None:
        """Tell it to end."""
        self._stop.set()

    @property
    def was_stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()

    def look_now(self) -> None:
        """Ask the server at the next tick rather than when it is due."""
        self._look_now.set()

    def run(self, context: TaskContext) -> Exit:
        """Start the server and stay with it to its end."""
        from studio.client.triton import Triton

        server = self._start(self.spec)
        # Whether it lives must not wait behind a slow answer, nor a slow answer be cut off by that question's limit.
        line = Line(Triton(server.addresses, _ANSWER_TIMEOUT))
        quick = Triton(server.addresses, _CALL_TIMEOUT)
        try:
            context.deliver(self._listener.life_started, server, line)
            end = self._follow(server, quick, context)
        finally:
            line.end()
            quick.close()
            server.stop(_STOP_TIMEOUT)
        self._pass_log(server, context)
        return end

    def _follow(self, server: Server, client: Triton, context: TaskContext) -> Exit:
        from studio.engines.following import follow

        is_attached = self.spec.kind is EngineKind.ATTACHED
        over = lambda seconds: self._stop.wait(seconds) or context.cancelled()  # noqa: E731
        for tick in follow(server, over, self._look_now.is_set):
            if tick.log:
                context.deliver(self._listener.life_logged, tick.log)
            if tick.end is not None and not is_attached:
                return tick.end
            if tick.is_due:
                self._look_now.clear()
                self._tell(Look(False, gone=tick.end.reason) if tick.end else look(client), context)
        return Exit(0, "Detached." if is_attached else "It was stopped.")

    def _pass_log(self, server: Server, context: TaskContext) -> None:
        lines = server.read_log()
        if lines:
            context.deliver(self._listener.life_logged, lines)

    def _tell(self, found: Look, context: TaskContext) -> None:
        if found != self._last:
            self._last = found
            context.deliver(self._listener.life_looked, found)


def look(client: Triton) -> Look:
    """Ask a server whether it lives and what it has loaded."""
    from studio.client.triton import ClientError

    try:
        if not client.live():
            return Look(False)
        return Look(True, client.index())
    except ClientError as failure:
        # Other servers of the protocol have no index; a busy one answers the next time.
        lives = failure.kind in ("unsupported", "refused")
        return Look(lives, problem=failure.reason)
    except Failure as failure:
        return Look(False, problem=failure.reason)
