"""The current server, as the rooms follow it: always the same object, whichever is current.

What a room keeps of a server beyond one call (a notice's action, an answer that is still to come, a dialog) belongs to
that server alone: it takes `CurrentServer.current`, which stays the same when another becomes current.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.app.serving.consent.launches import Consent
from studio.app.serving.guard import Guard
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.machine import LocalMachine
from studio.app.serving.probing.prober import Prober
from studio.app.serving.served_models.answers import Answers
from studio.app.serving.served_models.reloading import Reloads
from studio.app.serving.server import ServerControl
from studio.app.serving.several.servers import Servers
from studio.app.serving.trials import Trials
from studio.app.tasks import Task
from studio.core.inference.model_index import IndexCounts
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, ModelState
from studio.core.inference.streams import EventPart, EventRequest, StreamPart, StreamTimes
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.core.serving.logs.log_buffer import LogBuffer
from studio.core.serving.logs.model_log import Load
from studio.core.serving.saved import SavedConnection
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.engines.docker.leftovers import Leftover

T = TypeVar("T")
_PASSED_ON = (
    "log_appended",
    "adopted",
    "models_changed",
    "pending_changed",
    "status_changed",
    "answered",
    "refused",
)


class CurrentServer(LocalMachine):
    """Follows the current server: its signals are passed on, and all of them are told at a switch. UI thread only."""

    switched = Signal()
    """Another server is current; what is known of it is told after this."""
    log_appended = Signal(object)
    """list[LogLine]: what was just added to `log`."""
    adopted = Signal(object)
    """LaunchSpec of a container that was just taken over."""
    status_changed = Signal(object)
    """ServerStatus"""
    models_changed = Signal(object)
    """dict[str, tuple[ModelState, ...]]"""
    pending_changed = Signal(object)
    """frozenset[str]: the models that are being loaded or unloaded at the person's wish."""
    guard_changed = Signal()
    """What may be changed there, or what it lacks."""
    trial_changed = Signal(str)
    """The name of a model that is tried, or no longer is."""
    reload_changed = Signal(str)
    """The name of a model whose reload came to something."""
    answered = Signal(object)
    """InferResult of a request of ours."""
    refused = Signal(str, object)
    """The model that a request of ours was for, and the Failure that came instead of an answer."""

    def __init__(self, servers: Servers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._servers = servers
        self._follow(servers.current)
        servers.switched.connect(self._switch)

    # Which it is

    @property
    def current(self) -> ServerControl:
        """The server that is current now."""
        return self._servers.current

    @property
    def consent(self) -> Consent:
        """Who is asked before code runs."""
        return self._servers.consent

    @property
    def status(self) -> ServerStatus:
        """The state of the server that is shown, and how far it has come."""
        return self.current.status

    @property
    def models(self) -> dict[str, tuple[ModelState, ...]]:
        """The versions of each model, by its name, as the server that is shown tells them."""
        return self.current.models

    @property
    def pending(self) -> frozenset[str]:
        """The models that are being loaded or unloaded at the person's wish."""
        return self.current.pending

    @property
    def loads(self) -> Mapping[str, Load]:
        """How far the load of each model has come."""
        return self.current.loads

    @property
    def log(self) -> LogBuffer:
        """The log of the server that is shown."""
        return self.current.log

    @property
    def guard(self) -> Guard:
        """What stands before its loads and unloads."""
        return self.current.guard

    @property
    def trials(self) -> Trials:
        """What it runs in place of files."""
        return self.current.trials

    @property
    def reloads(self) -> Reloads:
        """What its latest reloads came to."""
        return self.current.reloads

    @property
    def answers(self) -> Answers:
        """What it said to requests of ours."""
        return self.current.answers

    @property
    def prober(self) -> Prober:
        """Which of its models answer."""
        return self.current.prober

    def readiness(self) -> tuple[int, int]:
        """How many of the models that should be loaded are, and how many should be."""
        return self.current.readiness()

    @property
    def counts(self) -> IndexCounts:
        """What its index comes to."""
        return self.current.counts

    # What is done with it

    def launch(self, spec: LaunchSpec) -> None:
        """Start one more server, and make it current; nothing that runs is stopped."""
        self._servers.launch(spec)

    def restart(self, spec: LaunchSpec | None = None) -> None:
        """Stop it and launch it again, as it was or in another way."""
        if spec is None:
            self.current.restart()
        else:
            self.current.launch(spec)

    def attach(self, address: Addresses | str, connection: SavedConnection | None = None) -> None:
        """Talk to a server that somebody else runs, and make it current."""
        self._servers.attach(address, connection)

    def adopt(self, name: str) -> None:
        """Take over a container of ours that still runs, and make it current."""
        self._servers.adopt(name)

    def find_running(self, done: Callable[[tuple[Leftover, ...]], object]) -> None:
        """Look for containers of ours, and remove dead ones; tells those that run, none where Docker is not."""
        from studio.engines.docker import leftovers

        tasks.run(self, lambda _: leftovers.leftovers(), done, lambda _: done(()), key="running")

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end, and has not yet."""
        return self.current.is_stopping

    def stop(self) -> None:
        """End what was launched, let go of what was attached. A second time nothing is waited for any more."""
        self.current.stop()

    def refresh(self) -> None:
        """Ask it for its models now."""
        self.current.refresh()

    def load(self, name: str, config: str | None = None) -> None:
        """Load or reload a model once its code may run; `config` (pbtxt) stands in for its file."""
        self.current.load(name, config)

    def unload(
        self, name: str, dependents: bool = False, then: Callable[[], object] | None = None
    ) -> Task[None] | None:
        """Unload a model, and call `then` once the server has done so."""
        return self.current.unload(name, dependents, then)

    def infer(
        self,
        request: InferRequest,
        done: Callable[[InferResult], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[InferResult] | None:
        """Send one request; None where there is no server, which `failed` is told."""
        return self.current.infer(request, done, failed, timeout)

    def stream(
        self,
        request: InferRequest,
        came: Callable[[StreamPart], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[StreamTimes] | None:
        """Send one request whose answers `came` gets one by one."""
        return self.current.stream(request, came, done, failed, timeout)

    def events(
        self,
        request: EventRequest,
        came: Callable[[EventPart], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object] | None = None,
        timeout: float | None = None,
    ) -> Task[StreamTimes] | None:
        """Send one request for text that `came` gets as it is written."""
        return self.current.events(request, came, done, failed, timeout)

    def metadata(
        self,
        name: str,
        version: str,
        done: Callable[[ModelMetadata], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[ModelMetadata] | None:
        """Read the tensors of a loaded model; an answer that comes after a switch is dropped."""
        return self.current.metadata(name, version, self._while_current(done), failed and self._while_current(failed))

    def config(
        self,
        name: str,
        done: Callable[[dict[str, Any]], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[dict[str, Any]] | None:
        """Read the configuration of a loaded model as it was completed; dropped as the tensors are."""
        return self.current.config(name, self._while_current(done), failed and self._while_current(failed))

    def ask(
        self,
        attempted: str,
        call: Callable[[Triton], T],
        done: Callable[[T], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[T] | None:
        """Ask it whatever a client can be asked; an answer that comes after a switch is dropped."""
        return self.current.ask(attempted, call, self._while_current(done), failed and self._while_current(failed))

    # Inside

    def _while_current(self, call: Callable[[T], object]) -> Callable[[T], None]:
        asked = self.current

        def told(value: T) -> None:
            if asked is self.current:
                call(value)

        return told

    def _follow(self, server: ServerControl) -> None:
        for name in _PASSED_ON:
            getattr(server, name).connect(getattr(self, name))
        server.guard.changed.connect(self.guard_changed)
        server.trials.changed.connect(self.trial_changed)
        server.reloads.changed.connect(self.reload_changed)

    def _leave(self, server: ServerControl) -> None:
        for name in _PASSED_ON:
            getattr(server, name).disconnect(getattr(self, name))
        server.guard.changed.disconnect(self.guard_changed)
        server.trials.changed.disconnect(self.trial_changed)
        server.reloads.changed.disconnect(self.reload_changed)

    def _switch(self, before: ServerControl, now: ServerControl) -> None:
        self._leave(before)
        self._follow(now)
        self.switched.emit()
        self.guard_changed.emit()
        self.status_changed.emit(now.status)
        self.models_changed.emit(now.models)
        self.pending_changed.emit(now.pending)
        self.trial_changed.emit("")
        self.reload_changed.emit("")
