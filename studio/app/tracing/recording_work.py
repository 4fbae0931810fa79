"""Recording requests of a server, on a worker: its tracer is set, its files are taken, and the setting is put back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from studio.app.failure import AppError
from studio.app.serving.connection import Connection
from studio.app.tasks import TaskContext
from studio.app.tracing import kept_settings
from studio.core.serving.alive import PROBE_ID
from studio.core.serving.kinds import EngineKind
from studio.core.tracing.setting import FOLLOW_SERVER, Change, TraceSetting, next_requests
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.core.tracing.trace import Trace
    from studio.engines.engine import Server
    from studio.engines.tracing import TraceFiles

ATTEMPT = "Trace requests"
_LOOK_SECONDS = 0.1
_ASK_SECONDS = 1.0
QUIET_SECONDS = 30.0
"""How long nothing comes of requests that the server has counted, until they are given up: they are counted as they
begin, may run long, and one that is refused then leaves nothing.
"""
_TAKEN = "Another studio may have asked for them. Wait until it has them, or stop it there."
_RELAUNCH = "Launch it with Trace set to On demand."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be recorded: the next `count` requests, of one model or of all; `id` is the one that is waited for."""

    count: int
    tensors: bool = False
    model: str = ""
    id: str = ""


def why_not(setting: TraceSetting) -> AppError | None:
    """Why a server that is set so cannot be asked to record; None where it can."""
    if setting.mode != "triton":
        return AppError(ATTEMPT, f"the server sends what it records to {setting.mode}, not to a file.", _RELAUNCH)
    if not setting.file:
        return AppError(ATTEMPT, "the server was launched without a trace file.", _RELAUNCH)
    return None


class RecordingWork:
    """One recording. `run` is the work of a task; `stop` may be called from any thread."""

    def __init__(
        self, server: Server, connection: Connection, wanted: Wanted, quiet_seconds: float = QUIET_SECONDS
    ) -> None:
        # Not with the window: numpy takes as long to load as all the rest.
        from studio.core.tracing.recording import Recording

        self._server = server
        self._connection = connection
        self._wanted = wanted
        self._quiet_seconds = quiet_seconds
        self._stop = threading.Event()
        self._recording = Recording()
        self._trace: Trace | None = None
        self._allowed = wanted.count
        """How many the server was told to record so far, the studio's own with them."""
        self._recorded = 0
        self._asked = self._came = 0.0
        self._is_given_up = False
        self.is_put_back = True
        """Whether the tracer is set to what it was before."""

    def stop(self) -> None:
        """Leave it; what came is kept, and the setting put back."""
        self._stop.set()

    def run(self, context: TaskContext, begun: Callable[[], object], came: Callable[[Trace], object]) -> Trace:
        """Records until all came that are wanted. `begun` and `came` are called on the UI thread. Raises Failure."""
        before, files = self._claim()
        model = self._wanted.model
        try:
            files.forget()
            change = next_requests(self._wanted.count, tensors=self._wanted.tensors)
            self._connection.call(lambda client: client.set_trace(change, model))
            context.deliver(begun)
            self._asked = self._came = time.monotonic()
            while not self._is_over(context):
                self._take(files, context, came)
                self._make_up()
                self._stop.wait(_LOOK_SECONDS)
        finally:
            self._put_back(before)
        # The files of a server that was stopped may have gone with it.
        with suppress(Failure) if self._stop.is_set() else nullcontext():
            self._take(files, context, came)
        return self._told(_of_others(self._recording.trace()))

    def _claim(self) -> tuple[TraceSetting, TraceFiles]:
        """What the tracer is set to, and where its files are: nobody else records from now on. Raises Failure."""
        from studio.engines.tracing import trace_files

        put_back_left(self._server, self._connection)
        before = self._connection.call(lambda client: client.trace_setting(self._wanted.model))
        if problem := why_not(before):
            raise problem
        files = trace_files(self._server, before.file)
        is_taken = before.is_of_studio and before.is_on
        if is_taken or not kept_settings.keep(self._address, self._wanted.model, self._back(before)):
            raise AppError(ATTEMPT, "requests of this server are recorded already.", _TAKEN)
        return before, files

    def _told(self, trace: Trace) -> Trace:
        missing = self._wanted.count - len(trace)
        if not self._is_given_up or missing <= 0:
            return trace
        text = f"{missing:,} of {self._wanted.count:,} requests left no trace: they were refused, or still run."
        return replace(trace, losses=(*trace.losses, text))

    def _is_over(self, context: TaskContext) -> bool:
        if self._stop.is_set() or context.cancelled() or self._recording.is_full:
            return True
        if self._trace is not None and self._is_enough(self._trace):
            return True
        return self._is_all_counted()

    def _make_up(self) -> None:
        """Has as many more recorded as the studio asked by itself meanwhile: the server counts those too."""
        if self._trace is None or self._recorded < self._allowed or self._is_enough(self._trace):
            return
        missing = self._wanted.count - len(self._trace)
        change = next_requests(missing, tensors=self._wanted.tensors)
        with suppress(Failure):
            self._connection.call(lambda client: client.set_trace(change, self._wanted.model))
            self._allowed += missing

    def _is_enough(self, trace: Trace) -> bool:
        return len(trace) >= self._wanted.count or self._has_wanted(trace)

    def _has_wanted(self, trace: Trace) -> bool:
        return bool(self._wanted.id) and bool(trace.rows_of(self._wanted.id))

    def _is_all_counted(self) -> bool:
        """Whether the server has recorded all that it was asked to, and yet no file comes any more."""
        now = time.monotonic()
        if now - self._asked < _ASK_SECONDS:
            return False
        self._asked = now
        # One that is busy does not answer now; how long nothing comes is counted all the same.
        with suppress(Failure):
            setting = self._connection.call(lambda client: client.trace_setting(self._wanted.model))
            if setting.is_on:
                self._came = now
        self._is_given_up = now - self._came > self._quiet_seconds
        return self._is_given_up

    def _take(self, files: TraceFiles, context: TaskContext, came: Callable[[Trace], object]) -> None:
        found = files.take()
        if found:
            self._recording.add(found)
            self._came = time.monotonic()
            whole = self._recording.trace()
            self._recorded, self._trace = len(whole), _of_others(whole)
            context.deliver(came, self._trace)

    @property
    def _address(self) -> str:
        return address_of(self._server)

    def _back(self, before: TraceSetting) -> Change:
        """What undoes the change. A model that followed its server does so again."""
        return FOLLOW_SERVER if self._wanted.model and not before.is_on else before.changes

    def _put_back(self, before: TraceSetting) -> None:
        back = self._back(before)
        try:
            self._connection.call(lambda client: client.set_trace(back, self._wanted.model))
        except Failure:
            # One that does not answer gets it back the next time. A server of ours that ended never comes back.
            if self._server.spec.kind is not EngineKind.EMBEDDED:
                kept_settings.leave(self._address, self._wanted.model)
                self.is_put_back = False
                return
        kept_settings.forget(self._address, self._wanted.model)


def _of_others(trace: Trace) -> Trace:
    """A trace without the requests by which the studio asks whether a model answers."""
    return trace.without(PROBE_ID)


def address_of(server: Server) -> str:
    """What the kept setting of a server is found by."""
    return server.addresses.http or server.addresses.grpc


def put_back_left(server: Server, connection: Connection) -> None:
    """Puts back what a studio that was killed left on a server, where it is still set so: it may be another one now."""
    address = address_of(server)
    for model, change in kept_settings.left(address).items():
        # The model may be gone, or the server does not take it now: it is no more than was tried.
        with suppress(Failure):
            connection.call(partial(_put_back, model=model, change=change))
            kept_settings.forget(address, model)


def why_it_cannot(server: Server, connection: Connection) -> str:
    """Why a server cannot record, in a sentence or two; "" where it can. What was left on it is put back. Raises
    Failure.
    """
    from studio.engines.tracing import trace_files

    put_back_left(server, connection)
    setting = connection.call(lambda client: client.trace_setting())
    if problem := why_not(setting):
        return sentence(problem)
    trace_files(server, setting.file)
    return ""


def may_answer_later(failure: Failure) -> bool:
    """Whether a server that was asked in vain may answer the next time."""
    from studio.client.failure import ClientError

    return isinstance(failure, ClientError) and failure.kind in ("unreachable", "deadline")


def sentence(failure: Failure) -> str:
    """Why, and what to do, as it is shown by itself."""
    text = failure.detail
    return text[:1].upper() + text[1:]


def _put_back(client: Triton, model: str, change: Change) -> None:
    if client.trace_setting(model).is_of_studio:
        client.set_trace(change, model)
