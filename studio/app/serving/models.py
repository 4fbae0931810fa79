"""The models of a server: which it has, loading and unloading them, and what is seen of them once they are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.serving import ladder
from studio.app.serving.consent.launches import Consent
from studio.app.serving.consent.loads import LoadConsent
from studio.app.serving.monitor import ServerMonitor
from studio.app.serving.overrides import as_config, asks_for_missing_gpu, refused_gpu
from studio.app.serving.probing.gpu_watch import GpuWatch
from studio.app.serving.probing.probe import Probe, backends_seen, probe
from studio.app.serving.probing.proven import ProvenServer
from studio.app.serving.served_models.reloading import Reloads, may_have_cache
from studio.app.serving.trials import Trials
from studio.app.tasks import Task, TaskContext
from studio.core.config.draft import Draft
from studio.core.inference.model_index import (
    IndexCounts,
    ModelIndex,
    counted,
    explained,
    is_changing,
    is_ready,
    ready_models,
)
from studio.core.inference.requests import InferResult, ModelState
from studio.core.serving.launch import LaunchSpec, LogLine, State
from studio.core.serving.logs.model_log import Load, ModelLog, with_log
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton


class ServedModels(ProvenServer):
    """Loads and unloads the models of a server, and follows their states. UI thread only."""

    models_changed = Signal(object)
    """dict[str, tuple[ModelState, ...]]"""
    gpu_missing = Signal(str, str)
    """A model did not load since it asks for a GPU that the server has not: its name and the server's words."""
    pending_changed = Signal(object)
    """frozenset[str]: the models that are being loaded or unloaded at the person's wish."""

    def __init__(self, consent: Consent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: dict[str, tuple[ModelState, ...]] = {}
        self._counts = counted(self.models)
        self.pending: frozenset[str] = frozenset()
        self.expected: Callable[[Path | None], Mapping[str, tuple[int, ...]]] = lambda _: {}
        """The versions that a folder should give; asked at each launch. Empty: whatever the server lists."""
        self.saved: Callable[[Path | None, str], Draft | None] = lambda _folder, _name: None
        """What the file of a model in a folder says; None where it has none."""
        self.trials = Trials(self)
        self.consent = consent
        """Who is asked before code runs; the same for all servers."""
        self._load_consent = LoadConsent(consent, self)
        self._monitor: ServerMonitor | None = None
        self._wanted: dict[str, tuple[int, ...]] = {}
        self._probed: tuple[str, ...] = ()
        self._without_gpu: set[str] = set()
        self._reasons: dict[str, str] = {}
        self._index: ModelIndex = {}
        self._log = ModelLog()
        self.reloads = Reloads(lambda: self.loads, self)
        self.gpu_watch = GpuWatch(self)
        self.gpu_watch.seen.connect(lambda state, seen: self._settle(ladder.GPU, state, seen))

    @property
    def folder(self) -> Path | None:
        """The folder that is served; None where that is not known."""
        return self.status.spec.repository if self.status.spec is not None else None

    @property
    def loads(self) -> Mapping[str, Load]:
        """How far the load of each model has come, by the server's log; nothing of a server that is attached to."""
        return self._log.loads

    def readiness(self) -> tuple[int, int]:
        """How many of the models that should be loaded are, and how many should be."""
        counts = self.counts
        if not self._wanted:
            return len(counts.ready), len(counts.there)
        return len(counts.ready & self._wanted.keys()), len(self._wanted)

    @property
    def counts(self) -> IndexCounts:
        """What its index comes to."""
        if self._counts.index is not self.models:
            self._counts = counted(self.models)
        return self._counts

    def load(self, name: str, config: str | None = None) -> None:
        """Load or reload a model once its code may run; `config` (pbtxt) stands in for its file."""
        # Where the file did not change, a load without a configuration keeps the one that was given before (2.51).
        as_saved = config is None and self.trials.is_overridden(name)
        sent = as_config(self.saved(self.folder, name)) if as_saved else config

        def leave() -> None:
            self._set_pending(self.pending - {name})

        def change() -> None:
            if self._load(name, sent, lambda: self.trials.loaded(name, config)) is None:
                leave()

        def look_first() -> None:
            self._set_pending(self.pending | {name})
            self._load_consent.before(self.status.spec, name, sent, change, leave)

        self.guard.permit(f"Load {name} with another configuration" if config else f"Load {name}", look_first)

    def unload(
        self, name: str, dependents: bool = False, then: Callable[[], object] | None = None
    ) -> Task[None] | None:
        """Unload a model, and call `then` once the server has done so."""

        def act() -> Task[None] | None:
            self._wanted.pop(name, None)
            return self._change(name, "unloaded", lambda client: client.unload(name, dependents), then)

        return self.guard.permit(f"Unload {name}", act)

    def refresh(self) -> None:
        """Ask the server for its models now."""
        if self._monitor is not None:
            self._monitor.check_now()

    # Inside

    def _marked(self, result: InferResult) -> InferResult:
        return self.reloads.marked(result)

    def _load(self, name: str, sent: str | None, loaded: Callable[[], object]) -> Task[None] | None:
        if not is_ready(self.models.get(name, ())):
            return self._change(name, "loaded", lambda client: client.load(name, sent), loaded)
        has_cache = self.status.spec is not None and may_have_cache(self.status.spec)
        reloading = self.reloads.begin(name, has_log=name in self.loads, has_cache=has_cache)

        def over() -> None:
            loaded()
            self.reloads.end(reloading)

        return self._change(name, "reloaded", lambda client: reloading.run(client, lambda c: c.load(name, sent)), over)

    def _expect(self, spec: LaunchSpec) -> None:
        """A server begins: nothing is known of its models but which it should have."""
        self._wanted = ladder.expected(spec, self.expected(spec.repository))
        self._probed, self._without_gpu, self._reasons = (), set(), {}
        self._index, self._log = {}, ModelLog()
        self.answers.forget()
        self.gpu_watch.begin(
            lambda: None if spec.gpus.none else self._asked_connection(), lambda: self.status.addresses
        )

    def _read_log(self, lines: list[LogLine]) -> list[LogLine]:
        """Takes from new lines of the log what they say of the models, and ties each to its model."""
        before = dict(self.loads)
        lines = self._log.read(lines)
        self.gpu_watch.read_log(lines)
        if self.loads != before:
            models = self._with_log()
            if self.status.state is State.STARTING:
                # Triton's HTTP side comes up last: how a slow load goes is told by the log alone.
                self._settle(ladder.VERSIONS, "wait", ladder.loading(self._wanted, self.loads))
            self._set_models(models)
            self.reloads.note_log()
        return lines

    def _with_log(self) -> dict[str, tuple[ModelState, ...]]:
        return with_log(self._index, self.loads)

    def _forget_models(self) -> None:
        self._load_consent.forget()
        self.reloads.forget()
        self._index = {}
        self._set_models({})
        self._set_pending(frozenset())

    def _lose_models(self) -> None:
        """The server does not answer: nothing that was known of its models holds any longer."""
        self._doubt(ladder.REPOSITORY)
        self._forget_models()

    def _doubt(self, *more: str) -> None:
        """What was seen of its models and of these says nothing of now: it is looked at anew once it answers."""
        self._probed = ()
        for name in (*more, ladder.VERSIONS, ladder.BACKENDS, ladder.GPU, ladder.REQUEST):
            if self.status.rung(name).state != "off":
                self._settle(name, "off", "The server does not answer.")

    def _see_models(self, models: dict[str, tuple[ModelState, ...]]) -> None:
        self._settle(ladder.REPOSITORY, "ok", f"{len(models)} model{'s' if len(models) != 1 else ''} listed")
        self._index = models
        models = self._with_log()
        state, evidence = ladder.versions(self._wanted or ladder.there(models), models)
        self._settle(ladder.VERSIONS, state, evidence)
        self._set_models(models)
        self._tell_missing_gpus(models)
        ready = ready_models(models)
        if state == "wait":
            return
        if not ready:
            self._without_models()
        elif ready != self._probed:
            self._probe(ready)
        self._probed = ready

    def _without_models(self) -> None:
        """Nothing is loaded: there is nothing to see of backends and answers."""
        for name in (ladder.BACKENDS, ladder.REQUEST):
            self._settle(name, "off", "No model is loaded.")
        self.gpu_watch.follow((), refused_gpu(self.models))

    def _without_index(self, problem: str) -> None:
        for name in (ladder.REPOSITORY, ladder.VERSIONS, ladder.BACKENDS):
            self._settle(name, "off", f"The server does not list its models: {problem}")

    def _tell_missing_gpus(self, models: ModelIndex) -> None:
        for name, rows in models.items():
            reason = next((row.reason for row in rows if asks_for_missing_gpu(row.reason)), "")
            if reason and name not in self._without_gpu:
                self._without_gpu.add(name)
                self.gpu_missing.emit(name, reason)

    def _probe(self, ready: tuple[str, ...]) -> None:
        """Once after the models changed."""
        connection = self._connection
        if connection is None:
            return

        def work(context: TaskContext) -> Probe:
            return connection.call(lambda client: probe(client, ready, context))

        tasks.run(self, work, self._probed_server, self._not_probed, key="probe")

    def _probed_server(self, found: Probe) -> None:
        self._settle(ladder.BACKENDS, "ok", backends_seen(found, self.status.spec))
        self.gpu_watch.follow(found.on_gpu, refused_gpu(self.models))

    def _not_probed(self, failure: Failure) -> None:
        self._settle(ladder.BACKENDS, "fail", failure.reason)

    def _change(
        self, name: str, done_to: str, call: Callable[[Triton], None], then: Callable[[], object] | None = None
    ) -> Task[None] | None:
        def over(_: object = None) -> None:
            self._set_pending(self.pending - {name})
            self.prober.again(name)
            self.refresh()

        def done(_: object) -> None:
            over()
            if then is not None:
                then()

        def failed(failure: Failure) -> None:
            over()
            self._refused(name, done_to, failure)

        task = self._ask(f"Change the model {name}", call, done, failed)
        if task is not None:
            self._reasons.pop(name, None)
            self._set_pending(self.pending | {name})
            self.refresh()
        return task

    def _refused(self, name: str, done_to: str, failure: Failure) -> None:
        # The index says only "unloaded" of a model that was there before and is refused now.
        self._reasons[name] = failure.reason
        if is_ready(self.models.get(name, ())):
            self.reloads.fail(name, failure.reason)
        self.guard.note_refused(failure.reason)
        self._set_models(self.models)
        self._without_gpu.discard(name)
        if asks_for_missing_gpu(failure.reason):
            self._without_gpu.add(name)
            self.gpu_missing.emit(name, failure.reason)
        else:
            notices.post("error", f"{name} was not {done_to}", failure.detail)

    def _set_models(self, models: dict[str, tuple[ModelState, ...]]) -> None:
        self.trials.serving(name for name, rows in models.items() if is_ready(rows) or is_changing(rows))
        models = {name: explained(rows, self._reasons.get(name, "")) for name, rows in models.items()}
        if models != self.models:
            self.models = models
            self.follow_models(ready_models(models))
            self.models_changed.emit(models)

    def _set_pending(self, pending: frozenset[str]) -> None:
        if pending != self.pending:
            self.pending = pending
            self.pending_changed.emit(pending)
