"""The one server of a session: launched, attached to, asked, stopped. Everything that waits runs in tasks."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.serving import ladder
from studio.app.serving.ladder import Rung, ServerStatus
from studio.app.serving.lifecycle import Life, Line, Look
from studio.app.serving.machine import MachineDoor
from studio.app.serving.overrides import asks_for_missing_gpu
from studio.app.serving.probe import Probe, probe, rungs_of
from studio.app.tasks import Task, ui_thread
from studio.core.inference.model_index import ModelIndex, by_name, explained, ready_models
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, ModelState
from studio.core.serving.launch import Addresses, EngineKind, Exit, LaunchSpec, LogLine, State
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.replies import ServerMetadata
    from studio.client.triton import Triton
    from studio.engines.engine import Server

__all__ = ["Rung", "ServerControl", "ServerStatus"]

LOG_LINES = 20_000


class ServerControl(MachineDoor):
    """Controls one server at a time and tells what is known of it. UI thread only."""

    status_changed = Signal(object)
    """ServerStatus"""
    models_changed = Signal(object)
    """dict[str, tuple[ModelState, ...]]"""
    log_appended = Signal(object)
    """list[LogLine]: what was just added to `log`."""
    answered = Signal(object)
    """InferResult of a request of ours."""
    refused = Signal(str, object)
    """The model that a request of ours was for, and the Failure that came instead of an answer."""
    gpu_missing = Signal(str, str)
    """A model did not load since it asks for a GPU that the server has not: its name and the server's words."""
    pending_changed = Signal(object)
    """frozenset[str]: the models that are being loaded or unloaded at the person's wish."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ServerStatus()
        self.log: deque[LogLine] = deque(maxlen=LOG_LINES)
        self.models: dict[str, tuple[ModelState, ...]] = {}
        self.pending: frozenset[str] = frozenset()
        self.expected: Callable[[], Mapping[str, tuple[int, ...]]] = dict
        """The versions that the repository should give; asked at each launch. Empty: whatever the server lists."""
        self._life: Life | None = None
        self._line: Line | None = None
        self._wanted: dict[str, tuple[int, ...]] = {}
        self._started = 0.0
        self._next: LaunchSpec | None = None
        self._last: LaunchSpec | None = None
        self._probed: tuple[str, ...] = ()
        self._refused: set[str] = set()
        self._why: dict[str, str] = {}

    # Launch, attach, stop

    @ui_thread
    def launch(self, spec: LaunchSpec) -> None:
        """Start a server; one that runs is stopped first."""
        self._last = spec
        if self._life is not None:
            self._next = spec
            self.stop()
            return
        self._begin(spec)

    def attach(self, address: Addresses | str) -> None:
        """Talk to a server that somebody else runs, by its addresses or by one as a person writes it."""
        try:
            found = _addresses(address) if isinstance(address, str) else address
        except Failure as failure:
            notices.post_failure(failure)
            return
        self.launch(LaunchSpec(EngineKind.ATTACHED, addresses=found))

    def restart(self) -> None:
        """Stop the server and launch it again as it was."""
        if self._last is not None:
            self.launch(self._last)

    def find_running(self, done: Callable[[tuple[str, ...]], object]) -> None:
        """Look for containers that an earlier studio left running; tells their names, none where Docker is not."""
        from studio.engines import docker

        tasks.run(self, lambda _: docker.running(), done, lambda _: done(()), key="running")

    @ui_thread
    def adopt(self, name: str) -> None:
        """Take over a container of ours that still runs. Does nothing while there is a server."""
        from studio.engines import docker

        if self._life is None:
            self._begin(LaunchSpec(EngineKind.DOCKER), lambda _: docker.adopt(name))

    @ui_thread
    def stop(self) -> None:
        """End what was launched, let go of what was attached."""
        if self._life is not None:
            self._life.stop()
            self._set(replace(self.status, state=State.STOPPING))

    def can_restart(self) -> bool:
        """Whether there was a server to launch again."""
        return self._last is not None

    # Models

    def load(self, name: str, config: str | None = None) -> Task[None] | None:
        """Load or reload a model; `config` (pbtxt or JSON) stands in for its file."""
        return self._change(name, lambda client: client.load(name, config))

    def unload(
        self, name: str, dependents: bool = False, then: Callable[[], object] | None = None
    ) -> Task[None] | None:
        """Unload a model, and call `then` once the server has done so."""
        self._wanted.pop(name, None)
        return self._change(name, lambda client: client.unload(name, dependents), then)

    def refresh(self) -> None:
        """Ask the server for its models now."""
        if self._life is not None:
            self._life.look_now()

    # Requests

    def infer(
        self,
        request: InferRequest,
        done: Callable[[InferResult], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[InferResult] | None:
        """Send one request; None where there is no server, which `failed` is told."""

        def told(result: InferResult) -> None:
            self._settle(ladder.REQUEST, "ok", f"{result.model} answered in {result.times.total / 1e6:.1f} ms")
            self.answered.emit(result)
            done(result)

        def not_answered(failure: Failure) -> None:
            self.refused.emit(request.model, failure)
            (failed or notices.post_failure)(failure)

        return self._ask("Send the request", lambda client: client.infer(request, timeout), told, not_answered)

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

    # What the life of the server tells

    def life_started(self, server: Server, line: Line) -> None:
        """It was launched or found."""
        self._line = line
        self._last = server.spec
        found, where = server.description, server.addresses
        self._set(replace(self.status, description=found, addresses=where, spec=server.spec))
        self._settle(ladder.PROCESS, "ok", server.description)

    def life_logged(self, lines: list[LogLine]) -> None:
        """New lines of its log."""
        self.log.extend(lines)
        self.log_appended.emit(lines)

    def life_looked(self, look: Look) -> None:
        """It was asked how it is."""
        if look.gone:
            self._set(
                replace(self.status, state=State.STARTING).settled(ladder.PROCESS, "fail", look.gone, self._age())
            )
            return
        if not look.live:
            if self.status.state is State.READY:
                self._settle(ladder.REPOSITORY, "fail", look.problem or "The server does not answer.")
            return
        self._settle(ladder.PROCESS, "ok", self.status.description)
        if self.status.state is not State.READY:
            self._ask("Read what the server is", lambda client: client.server_metadata(), self._named, lambda _: None)
        self._set(replace(self.status, state=State.READY))
        if look.index is None:
            self._without_index(look.problem)
        else:
            self._see_models(by_name(look.index))

    # Inside

    def _begin(self, spec: LaunchSpec, start: Callable[[LaunchSpec], Server] | None = None) -> None:
        from studio.engines import registry

        self._started = time.monotonic()
        self._wanted = _expected(spec, self.expected())
        self._probed, self._refused, self._why = (), set(), {}
        self.log.clear()
        self._life = Life(spec, self, start or registry.start)
        self._set(ladder.starting(spec))
        tasks.run(self, self._life.run, self._over, self._failed, key="life")

    def _over(self, end: Exit) -> None:
        told = self._life is not None and self._life.was_stopped
        self._finish(end, State.STOPPED if told else State.FAILED)

    def _failed(self, failure: Failure) -> None:
        self._finish(Exit(-1, f"{failure.reason} {failure.remedy}".strip()), State.FAILED)

    def _finish(self, end: Exit, state: State) -> None:
        self._life = self._line = None
        self._set(ladder.ended(self.status, end, state, self._age()))
        self._set_models({})
        self._set_pending(frozenset())
        following, self._next = self._next, None
        if following is not None:
            self._begin(following)

    def _named(self, told: ServerMetadata) -> None:
        self._set(replace(self.status, version=told.version))

    def _see_models(self, models: dict[str, tuple[ModelState, ...]]) -> None:
        self._settle(ladder.REPOSITORY, "ok", f"{len(models)} models listed")
        state, evidence = ladder.versions(self._wanted or dict.fromkeys(models, ()), models)
        self._settle(ladder.VERSIONS, state, evidence)
        self._set_models(models)
        self._tell_missing_gpus(models)
        ready = ready_models(models)
        if state != "wait" and ready != self._probed:
            self._probed = ready
            self._probe(ready)

    def _without_index(self, problem: str) -> None:
        for name in (ladder.REPOSITORY, ladder.VERSIONS, ladder.BACKENDS):
            self._settle(name, "off", f"The server does not list its models: {problem}")

    def _tell_missing_gpus(self, models: ModelIndex) -> None:
        for name, rows in models.items():
            reason = next((row.reason for row in rows if asks_for_missing_gpu(row.reason)), "")
            if reason and name not in self._refused:
                self._refused.add(name)
                self.gpu_missing.emit(name, reason)

    def _probe(self, ready: tuple[str, ...]) -> None:
        """Once after the models changed. A server that is not ours is not sent requests nobody asked for."""
        line, spec = self._line, self.status.spec
        if line is None or spec is None or not ready:
            return
        ask = spec.kind is not EngineKind.ATTACHED and self.status.rung(ladder.REQUEST).state != "ok"
        work = lambda context: line.call(lambda client: probe(client, ready, context, ask=ask))  # noqa: E731
        tasks.run(self, work, self._probed_server, self._not_probed, key="probe")

    def _probed_server(self, found: Probe) -> None:
        for name, state, evidence in rungs_of(found, self.status.spec):
            self._settle(name, state, evidence)

    def _not_probed(self, failure: Failure) -> None:
        self._settle(ladder.BACKENDS, "fail", failure.reason)

    def _change(
        self, name: str, call: Callable[[Triton], None], then: Callable[[], object] | None = None
    ) -> Task[None] | None:
        def over(_: object = None) -> None:
            self._set_pending(self.pending - {name})
            self.refresh()

        def done(_: object) -> None:
            over()
            if then is not None:
                then()

        def failed(failure: Failure) -> None:
            over()
            # The index says only "unloaded" of a model that was there before and is refused now.
            self._why[name] = failure.reason
            self._set_models(self.models)
            self._refused.discard(name)
            if asks_for_missing_gpu(failure.reason):
                self._refused.add(name)
                self.gpu_missing.emit(name, failure.reason)
            else:
                notices.post_failure(failure)

        task = self._ask(f"Change the model {name}", call, done, failed)
        if task is not None:
            self._why.pop(name, None)
            self._set_pending(self.pending | {name})
            self.refresh()
        return task

    def _ask(
        self,
        attempted: str,
        call: Callable[[Triton], tasks.T],
        done: Callable[[tasks.T], object],
        failed: Callable[[Failure], object] | None,
    ) -> Task[tasks.T] | None:
        line = self._line
        if line is None:
            nobody = AppError(attempted, "no server runs.", "Launch one, or attach to one.")
            (failed or notices.post_failure)(nobody)
            return None
        return tasks.run(self, lambda _: line.call(call), done, failed)

    def _age(self) -> float:
        return time.monotonic() - self._started

    def _settle(self, name: str, state: ladder.RungState, evidence: str) -> None:
        self._set(self.status.settled(name, state, evidence, self._age()))

    def _set(self, status: ServerStatus) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)

    def _set_models(self, models: dict[str, tuple[ModelState, ...]]) -> None:
        models = {name: explained(rows, self._why.get(name, "")) for name, rows in models.items()}
        if models != self.models:
            self.models = models
            self.models_changed.emit(models)

    def _set_pending(self, pending: frozenset[str]) -> None:
        if pending != self.pending:
            self.pending = pending
            self.pending_changed.emit(pending)


def _addresses(text: str) -> Addresses:
    from studio.engines.attached import addresses

    return addresses(text)


def _expected(spec: LaunchSpec, known: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Which versions should come up. What is asked for by name counts even where the repository lacks it."""
    if spec.kind is EngineKind.ATTACHED:
        return {}
    if spec.load:
        return {name: known.get(name, ()) for name in spec.load}
    return dict(known)
