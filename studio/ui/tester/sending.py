"""One request under way: made and sent on other threads, told of as it comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.app.serving.server import ServerControl
from studio.app.tasks import Task
from studio.app.tracing.recording import TraceRecording
from studio.core.inference.asking.generating import generating
from studio.core.inference.requests import InferRequest, InferResult
from studio.core.inference.streams import EventPart, EventRequest, StreamPart, StreamTimes
from studio.core.tracing.values import RequestTrace
from studio.failure import Failure
from studio.ui.widgets.deletion import unless_deleted

Way = Literal["infer", "stream", "generate", "generate_stream"]
"""One answer; answers over a gRPC stream; text over HTTP, whole or as events."""
_CANCELLED = {
    "grpc": "Cancelled: the server was told so",
    "http": "Cancelled: over HTTP the server is not told, and may go on to its end",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: `make` gives the request on another thread, and may raise."""

    make: Callable[[], InferRequest]
    way: Way
    seconds: float
    protocol: str
    traced: Callable[[RequestTrace], object] | None = None
    """What is called with what the server recorded of it, where that is wanted and can be done."""


class Sending(QObject):
    """Sends one request at a time. UI thread only."""

    changed = Signal()
    """Whether it is busy."""
    answered = Signal(object, object)
    """InferRequest and its InferResult."""
    failed = Signal(object, object)
    """InferRequest, None where it could not be made, and the Failure."""
    sent = Signal(object)
    """InferRequest that goes out now."""
    cancelled = Signal()
    """A person ended it."""
    began = Signal(object, str)
    """InferRequest whose answers come in parts, and the way."""
    came = Signal(object)
    """StreamPart or EventPart"""
    over = Signal(object)
    """StreamTimes"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task[Any] | None = None
        self._asked: Asked | None = None
        self._tracing: TraceRecording | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._task is not None

    def start(self, server: ServerControl, asked: Asked) -> None:
        """Make a request and send it."""
        self._asked = asked

        def go(request: InferRequest) -> None:
            if self._asked is not asked or not self.is_busy:
                # It was cancelled while the server was made ready to record it.
                return
            self.sent.emit(request)
            self._task = self._send(server, asked, request)
            if self._task is None:
                self.changed.emit()

        def send(request: InferRequest) -> None:
            if asked.traced is not None and asked.way == "infer":
                self._tracing = server.tracing
                server.tracing.trace_one(request, unless_deleted(self, go), unless_deleted(self, asked.traced))
            else:
                go(request)

        def not_made(failure: Failure) -> None:
            self._fail(None, failure)

        self._task = tasks.run(self, lambda _context: asked.make(), send, not_made, key="request")
        self.changed.emit()

    def cancel(self) -> str:
        """End it, on the server too where that can be told; what it came to, in words."""
        if self._task is not None:
            self._task.cancel()
        if self._tracing is not None:
            self._tracing.leave_one()
        self._task = None
        self.cancelled.emit()
        self.changed.emit()
        way = self._asked.way if self._asked else "infer"
        protocol = self._asked.protocol if self._asked else "grpc"
        if way == "generate_stream":
            return "Stopped: the connection was closed, which the model sees before its next part"
        return _CANCELLED["grpc" if protocol == "grpc" else "http"]

    def _send(self, server: ServerControl, asked: Asked, request: InferRequest) -> Task[Any] | None:
        def failed(failure: Failure) -> None:
            self._fail(request, failure)

        def answered(result: InferResult) -> None:
            self._end()
            self.answered.emit(request, result)

        def over(times: StreamTimes) -> None:
            self._end()
            self.over.emit(times)

        not_answered = unless_deleted(self, failed)
        if asked.way == "infer":
            return server.infer(request, unless_deleted(self, answered), not_answered, asked.seconds)
        came: Callable[[StreamPart | EventPart], None] = unless_deleted(self, self.came.emit)
        self.began.emit(request, asked.way)
        if asked.way == "stream":
            grpc = replace(request, protocol="grpc")
            return server.stream(grpc, came, unless_deleted(self, over), not_answered, asked.seconds)
        try:
            event = _event(request, asked.way)
        except Failure as error:
            self._fail(request, error)
            return None
        return server.events(event, came, unless_deleted(self, over), not_answered, asked.seconds)

    def _fail(self, request: InferRequest | None, failure: Failure) -> None:
        self._end()
        self.failed.emit(request, failure)

    def _end(self) -> None:
        self._task = None
        self.changed.emit()


def _event(request: InferRequest, way: Way) -> EventRequest:
    return generating(request, stream=way == "generate_stream")
