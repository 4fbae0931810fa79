"""One server of a session: launched, attached to, asked, stopped. Everything that waits runs in tasks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.serving import ladder
from studio.app.serving.connection import Connection, Health
from studio.app.serving.consent.launches import Consent, Waiting
from studio.app.serving.consent.polled import PolledCode
from studio.app.serving.ladder import Rung, ServerStatus
from studio.app.serving.models import ServedModels
from studio.app.serving.monitor import ServerMonitor
from studio.app.serving.sampling.batch_counts import BatchCounts
from studio.app.serving.sampling.memory_ledger import MemoryLedger
from studio.app.serving.sampling.sampler import Sampler
from studio.app.tracing.recording import TraceRecording
from studio.app.ui_thread import ui_thread
from studio.core.inference.model_index import by_name, is_ready
from studio.core.serving.access import Access
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine, State
from studio.core.serving.logs.log_buffer import LogBuffer
from studio.core.serving.logs.stopping import models_left, waits_for
from studio.core.serving.saved import SavedConnection
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.replies import ServerMetadata
    from studio.engines.engine import Server

STOPS_AGAIN_AFTER = 1.0
"""So many seconds after a stop another one is meant as such."""

__all__ = ["Rung", "ServerControl", "ServerStatus"]


class ServerControl(ServedModels):
    """The life of one server, and what is known of it; `Servers` holds all of them. UI thread only."""

    log_appended = Signal(object)
    """list[LogLine]: what was just added to `log`."""
    adopted = Signal(object)
    """LaunchSpec of a container that was just taken over."""

    def __init__(self, consent: Consent, parent: QObject | None = None) -> None:
        super().__init__(consent, parent)
        self.log = LogBuffer()
        self.sampler = Sampler(self, self)
        """Its figures of the last hour."""
        self.ledger = MemoryLedger(self, self)
        self.sampler.sampled.connect(self.ledger.note)
        self.sampler.cleared.connect(self.ledger.clear)
        self.batches = BatchCounts(self, self)
        self.sampler.cleared.connect(self.batches.clear)
        self.sampler.facts.may_ask = lambda name: not self.pending and is_ready(self.models.get(name, ()))
        self._next: LaunchSpec | None = None
        self._last: LaunchSpec | None = None
        self._takes_over = False
        self.named: SavedConnection | None = None
        """What a person calls the server that was attached to last; None where it has no name."""
        self.tracing = TraceRecording(self.guard, self)
        """Its requests, recorded when that is asked for."""
        self.status_changed.connect(self.tracing.follow)
        self.request_failed.connect(self.tracing.note_refused)
        self.answered.connect(self.tracing.note_answered)
        self._polled = PolledCode(self.consent, self.stop, self)
        self.status_changed.connect(self._follow_code)
        self._waiting: Waiting | None = None
        self._stopped = 0.0

    @property
    def is_free(self) -> bool:
        """Whether nothing runs here, starts or still stops, so that something else can be launched."""
        return self._monitor is None and self.status.state in (State.STOPPED, State.FAILED)

    def has_access(self, access: Access) -> bool:
        """Whether it is asked with these credentials."""
        return self.status.spec is not None and self.status.spec.addresses.access == access

    # Launch, attach, stop

    @ui_thread
    def launch(self, spec: LaunchSpec) -> None:
        """Start a server once its code may run; one that runs is stopped first."""
        self._last = spec
        if self._monitor is None:
            self._set(ladder.starting(spec).settled(ladder.PROCESS, "wait", "Looking what code will run.", 0.0))
        self._give_up_waiting()
        self._waiting = self.consent.before(spec, lambda: self._launch(spec), self._not_launched)

    def _launch(self, spec: LaunchSpec) -> None:
        if self._monitor is not None:
            self._next = spec
            self._end()
            return
        self._begin(spec)

    def attach(self, addresses: Addresses, connection: SavedConnection | None = None) -> None:
        """Talk to a server that somebody else runs; `connection` is what it is called, where it was given a name."""
        self.named = connection
        self.launch(LaunchSpec(EngineKind.ATTACHED, addresses=addresses))

    def restart(self) -> None:
        """Stop the server and launch it again as it was."""
        if self._last is not None:
            self.launch(self._last)

    @ui_thread
    def adopt(self, name: str, asker: str = "") -> None:
        """Take over a container of ours that still runs. Does nothing while there is a server.

        `asker` is who asks for it, in words, where another studio has it.
        """
        from studio.engines.docker import leftovers

        if self._monitor is None:
            self._give_up_waiting()
            self._takes_over = True
            self._begin(LaunchSpec(EngineKind.DOCKER), lambda _: leftovers.adopt(name, asker))

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end, and has not yet."""
        return self._monitor is not None and self._monitor.was_stopped and self._next is None

    @ui_thread
    def stop(self) -> None:
        """End what was launched, let go of what was attached. A second time nothing is waited for any more.

        The second press of a double click, or of a key that is held, is none.
        """
        self._give_up_waiting()
        again, self._next = self.is_stopping, None
        if again and time.monotonic() - self._stopped < STOPS_AGAIN_AFTER:
            return
        self._stopped = time.monotonic()
        if self._monitor is not None:
            self._end(at_once=again)
        elif self.status.is_running:
            self._not_launched()

    @ui_thread
    def stop_now(self) -> None:
        """End what was launched without waiting for anything, let go of what was attached."""
        if not self.is_stopping:
            self.stop()
        self._end(at_once=True)

    @property
    def is_silent(self) -> bool:
        """Whether none of its models answers."""
        proofs = self.prober.proofs
        names = [name for name, states in self.models.items() if is_ready(states)] or list(proofs)
        return bool(names) and all(name in proofs and proofs[name].state == "fail" for name in names)

    # What is told of the server while it is followed

    def server_started(self, server: Server, connection: Connection) -> None:
        """Takes the server that was launched or found, and the connection to it."""
        self._connection = connection
        self._last = server.spec
        self.tracing.begin_server(server, connection)
        is_attached = server.spec.kind is EngineKind.ATTACHED
        self.guard.note_lacks(_lacks(server) if is_attached else ())
        known = self.named if is_attached else None
        found, where = known.name if known else server.description, server.addresses
        self._set(replace(self.status, description=found, addresses=where, spec=server.spec))
        self._settle(ladder.PROCESS, "ok", server.description)
        if self._takes_over:
            self._takes_over = False
            self.guard.begin(server.spec)
            self.adopted.emit(server.spec)

    def server_logged(self, lines: list[LogLine]) -> None:
        """Adds new lines to the log."""
        lines = self._read_log(lines)
        self.log.extend(lines)
        self.log_appended.emit(lines)
        if self.status.state is State.STOPPING and self._monitor is not None:
            self._follow_end(self._monitor, lines)

    def server_polled(self, seconds: float) -> None:
        """Notes how long the question for health and models took."""
        self.sampler.polls.note("index of models", seconds)

    def server_checked(self, health: Health) -> None:
        """Takes the answer to the latest question for health and models."""
        if health.gone:
            self._set(
                replace(self.status, state=State.STARTING).settled(ladder.PROCESS, "fail", health.gone, self._age())
            )
            self._lose_models()
            return
        if not health.live:
            if self.status.state is State.READY and health.is_unsure:
                self._settle(ladder.REPOSITORY, "unknown", "It missed a question just now: not known.")
            elif self.status.state is State.READY:
                self._settle(ladder.REPOSITORY, "fail", health.problem or "The server does not answer.")
                self._doubt()
            return
        self._settle(ladder.PROCESS, "ok", self.status.description)
        if self.status.state is not State.READY:
            self._ask("Read what the server is", lambda client: client.server_metadata(), self._named, lambda _: None)
        self._set(replace(self.status, state=State.READY))
        if health.index is None:
            self._without_index(health.problem)
        else:
            self._see_models(by_name(health.index))

    # Inside

    def _follow_code(self, status: ServerStatus) -> None:
        # Before the first question is answered nothing runs.
        self._polled.follow(status.spec if self._monitor is not None and status.is_running else None)

    def _end(self, *, at_once: bool = False) -> None:
        if self._monitor is not None:
            told = self._monitor.stop_now if at_once else self._monitor.stop
            told()
            self._set(replace(self.status, state=State.STOPPING))
            self._settle(ladder.PROCESS, "wait", "Stopping at once." if at_once else "Stopping.")

    def _follow_end(self, monitor: ServerMonitor, lines: list[LogLine]) -> None:
        """Tells what it waits for; where that is only models that do not answer, which may be for ever, no longer."""
        if told := waits_for(lines):
            self._settle(ladder.PROCESS, "wait", f"Stopping, waiting for {told}.")
        left, silent = models_left(lines), sum(proof.state == "fail" for proof in self.prober.proofs.values())
        if left and left <= silent:
            monitor.stop_now()

    def _give_up_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _not_launched(self) -> None:
        """The code may not run: what ran before goes on."""
        if self._monitor is None:
            self._set(ServerStatus())

    def _begin(self, spec: LaunchSpec, start: Callable[[LaunchSpec], Server] | None = None) -> None:
        from studio.engines import registry

        self._started = time.monotonic()
        self._expect(spec)
        self.guard.begin(spec, self.named)
        self.log.clear()
        self._monitor = ServerMonitor(spec, self, start or registry.start)
        self._set(ladder.starting(spec))
        tasks.run(self, self._monitor.run, self._over, self._failed, key="server", lasts=True)

    def _over(self, end: Exit) -> None:
        told = end.handed_over or (self._monitor is not None and self._monitor.was_stopped)
        if end.handed_over:
            notices.post("info", "Another Trireme has the server now", end.reason)
        self._finish(end, State.STOPPED if told else State.FAILED)

    def _failed(self, failure: Failure) -> None:
        self._finish(Exit(-1, failure.detail), State.FAILED)

    def _finish(self, end: Exit, state: State) -> None:
        self._monitor = self._connection = None
        self._takes_over = False
        self.tracing.end_server()
        self.guard.begin(None)
        self._set(ladder.ended(self.status, end, state, self._age()))
        self._forget_models()
        following, self._next = self._next, None
        if following is not None:
            self._begin(following)

    def _named(self, told: ServerMetadata) -> None:
        self._set(replace(self.status, version=told.version))


def _lacks(server: Server) -> tuple[str, ...]:
    from studio.engines.attached import AttachedServer

    return server.lacks if isinstance(server, AttachedServer) else ()
