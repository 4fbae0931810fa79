"""Recording requests of one server: whether it can be done, what came, and the setting put back at the end."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.failure import AppError
from studio.app.serving.connection import Connection
from studio.app.serving.guard import Guard
from studio.app.serving.ladder import ServerStatus
from studio.app.tasks import Task
from studio.app.tracing.askers import Askers, Found, OneRequest, read_row
from studio.app.tracing.recording_work import (
    ATTEMPT,
    QUIET_SECONDS,
    RecordingWork,
    Wanted,
    may_answer_later,
    sentence,
    why_it_cannot,
)
from studio.core.inference.requests import InferRequest, InferResult
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.core.tracing.setting import tensors_risk
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace
    from studio.engines.engine import Server

_log = logging.getLogger(__name__)
_AGAIN_MS = 5000
_LATE_MS = 2000
"""So long what a server recorded may come after its answer."""
MOST_REQUESTS, MOST_WITH_TENSORS = 100_000, 1_000
"""That are recorded at once."""


class TraceRecording(QObject):
    """Records requests of the server that it is told of. UI thread only; what waits runs in tasks."""

    changed = Signal()
    """Whether it records, or can."""
    grew = Signal(object)
    """The Trace of what came so far."""
    failed = Signal(object)
    """The Failure that ended a recording; what came before stays."""

    def __init__(self, guard: Guard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted = 0
        """How many requests were asked for last."""
        self._trace: Trace | None = None
        self.quiet_seconds = QUIET_SECONDS
        self._guard = guard
        self._server: Server | None = None
        self._connection: Connection | None = None
        self._why_not = self._version = ""
        self._is_known = False
        self._work: RecordingWork | None = None
        self._task: Task[Trace] | None = None
        self._askers = Askers()
        self._one: OneRequest | None = None
        self._next: list[Callable[[], object]] = []

    @property
    def trace(self) -> Trace:
        """What was recorded last."""
        if self._trace is None:
            self._trace = _nothing()
        return self._trace

    @property
    def is_recording(self) -> bool:
        """Whether the next requests are recorded, or are about to be."""
        return self._is_busy and self._one is None

    @property
    def why_not(self) -> str:
        """Why nothing can be recorded, in a sentence or two; "" where it can."""
        if self._server is None:
            return "No server runs."
        if self._guard.is_read_only and self._guard.connection is not None:
            return f"{self._guard.connection.name} is read-only here. Allow changes on the server’s page."
        return self._why_not if self._is_known else self._why_not or "The server has not said yet whether it can."

    @property
    def tensors_risk(self) -> str:
        """What may go wrong where tensors are recorded; "" where nothing is known of it. Our own engine has NumPy 1."""
        is_ours = self._server is not None and self._server.spec.kind is EngineKind.EMBEDDED
        return "" if is_ours else tensors_risk(self._version)

    def begin(self, count: int, *, tensors: bool = False) -> None:
        """Records the next so many requests, of whatever model; with their tensors where that is wanted."""
        wanted = Wanted(max(1, min(count, MOST_WITH_TENSORS if tensors else MOST_REQUESTS)), tensors)
        self._guard.permit_change(f"Trace the next {wanted.count:,} requests", lambda: self._begin(wanted))

    def trace_one(
        self,
        request: InferRequest,
        send: Callable[[InferRequest], object],
        found: Found,
        *,
        tensors: bool = False,
    ) -> None:
        """Has one request recorded: `send` is called with it once its model is traced, `found` with what came of it.

        It is given an id where it has none. Where it cannot be recorded, or a person would have to be asked, it is sent
        as it is, and `found` is not called.
        """
        if self.why_not or self._guard.asks:
            send(request)
            return
        named = request if request.request_id else replace(request, request_id=f"trireme-{secrets.token_hex(4)}")
        if self.is_recording:
            # It is recorded with the others.
            self._askers.wait(named.request_id, found, self._trace)
            send(named)
            return
        self._after_one(lambda: self._begin_one(OneRequest(named, send, found), tensors))

    def stop(self) -> None:
        """Ends what is recorded; what came stays."""
        if self._work is not None:
            self._work.stop()

    def leave_one(self) -> None:
        """Waits no longer for what comes of one request."""
        if self._one is not None:
            self.stop()

    def note_answered(self, result: InferResult) -> None:
        """Takes an answer to a request of ours."""
        self._askers.note_answered(result.request_id)
        self._leave_soon(result.request_id)

    def note_refused(self, request: InferRequest, failure: Failure) -> None:
        """Takes what came of a request of ours instead of an answer: a trace itself tells of no failure."""
        self._leave_soon(request.request_id)
        is_kept = self._askers.note_refused(request.request_id, failure)
        if is_kept and self._trace is not None and self._trace.rows_of(request.request_id):
            self._grow(self._trace)

    # What is told of the server

    def begin_server(self, server: Server, connection: Connection) -> None:
        """A server was launched or found."""
        self._server, self._connection = server, connection
        self._is_known, self._why_not = False, ""
        self._askers.forget_errors()
        self.changed.emit()

    def end_server(self) -> None:
        """It is there no more."""
        self.stop()
        self._server = self._connection = None
        self.changed.emit()

    def follow(self, status: ServerStatus) -> None:
        """Takes how the server is: once it is ready it is asked whether it can record."""
        self._version = status.version
        if status.state is State.READY and not self._is_known and self._server is not None:
            self._look()

    # Inside

    def _look(self) -> None:
        server, connection = self._server, self._connection
        if server is None or connection is None:
            return

        def told(reason: str, is_known: bool = True) -> None:
            if self._server is server:
                self._is_known, self._why_not = is_known, reason
                self.changed.emit()

        def failed(failure: Failure) -> None:
            may_pass = may_answer_later(failure)
            told(sentence(failure), not may_pass)
            if may_pass:
                QTimer.singleShot(_AGAIN_MS, self, lambda: self._look_again(server))

        tasks.run(self, lambda _: why_it_cannot(server, connection), told, failed, key="look")

    def _look_again(self, server: Server) -> None:
        if self._server is server and not self._is_known:
            self._look()

    @property
    def _is_busy(self) -> bool:
        return self._task is not None and self._task.running

    def _begin(self, wanted: Wanted) -> None:
        if self.is_recording:
            self.failed.emit(AppError(ATTEMPT, "requests are recorded already.", "Wait for them, or stop it."))
        elif self.why_not:
            self.failed.emit(AppError(ATTEMPT, self.why_not))
        else:
            self._after_one(lambda: self._begin_all(wanted))

    def _after_one(self, begin: Callable[[], object]) -> None:
        """Begins at once, or when the request that is waited for is given up."""
        if self._is_busy:
            self._next.append(begin)
            self.stop()
        else:
            begin()

    def _begin_all(self, wanted: Wanted) -> None:
        self.wanted = wanted.count
        self._askers.forget_errors()
        self._grow(_nothing())
        self._run(wanted, self.changed.emit, self._grow)

    def _begin_one(self, one: OneRequest, tensors: bool) -> None:
        self._one = one
        self._askers.wait(one.request.request_id, one.found)
        # Others may ask the same model meanwhile.
        wanted = Wanted(100, tensors, one.request.model, one.request.request_id)
        if not self._run(wanted, one.go, self._hand_out):
            self._over()

    def _run(self, wanted: Wanted, begun: Callable[[], object], came: Callable[[Trace], object]) -> bool:
        if self._server is None or self._connection is None:
            return False
        work = self._work = RecordingWork(self._server, self._connection, wanted, self.quiet_seconds)
        self._task = tasks.run(
            self, lambda context: work.run(context, begun, came), self._end, self._fail, key="record"
        )
        self.changed.emit()
        return True

    def _grow(self, trace: Trace) -> None:
        self._trace = self._askers.told(trace)
        self._hand_out(trace)
        self.grew.emit(self._trace)

    def _hand_out(self, trace: Trace) -> None:
        """Gives those their requests who wait for one; to read one with its tensors takes time."""
        told = self._askers.told(trace)
        for row, found in self._askers.came(trace):
            tasks.run(self, partial(read_row, told, row), found, _not_read)

    def _leave_soon(self, request_id: str) -> None:
        """Gives up what the server does not record: it was refused before, or the server ran out of room."""
        one = self._one
        if one is not None and one.request.request_id == request_id:
            QTimer.singleShot(_LATE_MS, self, lambda: self.leave_one() if self._one is one else None)

    def _end(self, trace: Trace) -> None:
        if self._one is None:
            self._grow(trace)
        else:
            self._hand_out(trace)
        self._over()

    def _fail(self, failure: Failure) -> None:
        if self._one is None:
            self.failed.emit(failure)
        else:
            _log.info("a request was not traced: %s", failure)
        self._over()

    def _over(self) -> None:
        one, self._one = self._one, None
        if self._work is not None and not self._work.is_put_back:
            # A look puts it back, and comes again until the server answers.
            self._is_known = False
            self._look()
        self._work = self._task = None
        self._askers.leave()
        if one is not None:
            one.go()
        self.changed.emit()
        if self._next and not self._is_busy:
            self._next.pop(0)()


def _nothing() -> Trace:
    # Not with the window: numpy takes as long to load as all the rest.
    from studio.core.tracing.trace import trace_of

    return trace_of(())


def _not_read(failure: Failure) -> None:
    _log.info("what was recorded of a request could not be read: %s", failure)
