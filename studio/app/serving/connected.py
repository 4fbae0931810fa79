"""A server that can be asked: what is known of it, and requests to it. Everything that waits runs in tasks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.serving import ladder
from studio.app.serving.connection import Connection
from studio.app.serving.guard import Guard
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.served_models.answers import Answers
from studio.app.tasks import Task, TaskContext
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata
from studio.core.inference.streams import EventPart, EventRequest, StreamPart, StreamTimes
from studio.failure import Failure
from studio.net.cancel import Cancel

if TYPE_CHECKING:
    from studio.client.triton import Triton


class ConnectedServer(QObject):
    """Asks one server at a time. UI thread only."""

    status_changed = Signal(object)
    """ServerStatus"""
    answered = Signal(object)
    """InferResult of a request of ours."""
    refused = Signal(str, object)
    """The model that a request of ours was for, and the Failure that came instead of an answer."""
    request_failed = Signal(object, object)
    """The InferRequest of ours, and the Failure that came instead of an answer."""
    streamed = Signal(str, object)
    """The model of a stream of ours, and its StreamTimes, or the Failure that ended it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ServerStatus()
        self.guard = Guard(self)
        self.answers = Answers(self)
        self.answered.connect(self.answers.note_answer)
        self.refused.connect(self.answers.note_refusal)
        self._connection: Connection | None = None
        self._started = 0.0

    def infer(
        self,
        request: InferRequest,
        done: Callable[[InferResult], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[InferResult] | None:
        """Send one request; None where there is no server, which `failed` is told.

        To cancel the task ends the request, on the server too where the protocol can say so.
        """
        cancel = Cancel()

        def told(result: InferResult) -> None:
            result = self._marked(result)
            self.answered.emit(result)
            done(result)

        def not_answered(failure: Failure) -> None:
            self.refused.emit(request.model, failure)
            self.request_failed.emit(request, failure)
            (failed or notices.post_failure)(failure)

        def call(client: Triton) -> InferResult:
            return client.infer(request, timeout, cancel=cancel)

        task = self._ask("Send the request", call, told, not_answered)
        if task is not None:
            task.when_cancelled(cancel.set)
        return task

    def stream(
        self,
        request: InferRequest,
        came: Callable[[StreamPart], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[StreamTimes] | None:
        """Send one request whose answers `came` gets one by one; to cancel the task ends it on the server too."""

        def over(times: StreamTimes) -> None:
            self.streamed.emit(request.model, times)
            done(times)

        def not_over(failure: Failure) -> None:
            self.streamed.emit(request.model, failure)
            self.request_failed.emit(request, failure)
            (failed or notices.post_failure)(failure)

        return self._followed(
            "Send the request",
            lambda client, hand_on, cancel: client.stream(request, hand_on, timeout, cancel),
            came,
            over,
            not_over,
        )

    def events(
        self,
        request: EventRequest,
        came: Callable[[EventPart], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[StreamTimes] | None:
        """Send one request for text that `came` gets as it is written; to cancel the task is to stop that."""
        return self._followed(
            request.what,
            lambda client, hand_on, cancel: client.events(request, hand_on, timeout, cancel),
            came,
            done,
            failed,
        )

    def metadata(
        self,
        name: str,
        version: str,
        done: Callable[[ModelMetadata], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[ModelMetadata] | None:
        """Read the tensors of a loaded model."""
        return self._ask("Read the tensors", lambda client: client.metadata(name, version), done, failed)

    def config(
        self,
        name: str,
        done: Callable[[dict[str, Any]], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[dict[str, Any]] | None:
        """Read the configuration of a loaded model as the server completed it."""
        return self._ask("Read the configuration", lambda client: client.config(name), done, failed)

    def ask(
        self,
        attempted: str,
        call: Callable[[Triton], tasks.T],
        done: Callable[[tasks.T], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[tasks.T] | None:
        """Ask the server whatever a client can be asked; None where there is no server, which `failed` is told."""
        return self._ask(attempted, call, done, failed)

    # Inside

    def _marked(self, result: InferResult) -> InferResult:
        """An answer with what is known here of where it is from."""
        return result

    def processes(self) -> frozenset[int]:
        """The server's processes on this machine; empty where they cannot be seen. For any thread; may block."""
        connection = self._connection
        return connection.processes() if connection is not None else frozenset()

    def _ask(
        self,
        attempted: str,
        call: Callable[[Triton], tasks.T],
        done: Callable[[tasks.T], object],
        failed: Callable[[Failure], object] | None,
    ) -> Task[tasks.T] | None:
        connection = self._connection
        if connection is None:
            (failed or notices.post_failure)(_nobody(attempted))
            return None
        return tasks.run(self, lambda _: connection.call(call), done, failed)

    def _followed(
        self,
        attempted: str,
        call: Callable[[Triton, Callable[[tasks.T], None], Cancel], StreamTimes],
        came: Callable[[tasks.T], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object] | None,
    ) -> Task[StreamTimes] | None:
        connection, cancel = self._connection, Cancel()
        if connection is None:
            (failed or notices.post_failure)(_nobody(attempted))
            return None

        def work(context: TaskContext) -> StreamTimes:
            return connection.call(lambda client: call(client, lambda part: context.deliver(came, part), cancel))

        task = tasks.run(self, work, done, failed)
        task.when_cancelled(cancel.set)
        return task

    def _age(self) -> float:
        return time.monotonic() - self._started

    def _settle(self, name: str, state: ladder.RungState, evidence: str) -> None:
        self._set(self.status.settled(name, state, evidence, self._age()))

    def _set(self, status: ServerStatus) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)


def _nobody(attempted: str) -> AppError:
    return AppError(attempted, "no server runs.", "Launch one, or attach to one.")
