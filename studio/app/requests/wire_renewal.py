"""Renews the watched wires within an ensemble after each request to it, by running the steps up to them once more."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.app.requests.probes import probe
from studio.app.requests.wire_values import LastRequest, WireValues
from studio.app.serving.several.current import CurrentServer
from studio.app.tasks import Task
from studio.core.inference.asking.probing import Probe
from studio.core.inference.requests import InferRequest
from studio.failure import Failure

SECONDS = 10.0
"""For each step that runs."""


class WireRenewal(QObject):
    """One request at a time; of those that come meanwhile the latest follows. UI thread only.

    Requests of a sequence are left out: a step that ran once more would take them for the next ones of it.
    """

    changed = Signal()
    """Whether it is on, or what became of the last one."""

    def __init__(self, server: CurrentServer, values: WireValues, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server, self._values = server, values
        self.is_on = True
        self.problem = ""
        """Why the last one gave nothing, in words."""
        self._task: Task[Probe] | None = None
        self._waiting: tuple[str, LastRequest, InferRequest] | None = None
        self._last = 0
        values.requested.connect(self._see)
        # What another server is asked goes with that server, and may never be told.
        server.switched.connect(self._leave)
        # A wire that is watched from now on has its value of the last request too.
        values.watched.connect(lambda ensemble: self._see(ensemble, is_anew=True))

    def set_on(self, *, on: bool) -> None:
        """Renews them from now on, or no more."""
        if on != self.is_on:
            self.is_on = on
            if not on:
                self._leave()
            self.changed.emit()

    def _leave(self) -> None:
        self._waiting = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _see(self, ensemble: str, *, is_anew: bool = False) -> None:
        last = self._values.last_request(ensemble)
        if last is None or last.request is None or not self.is_on:
            return
        if last.request.sequence_id or not self._missing(ensemble, last.name):
            return
        if last.number > self._last or is_anew:
            self._last = max(last.number, self._last)
            self._waiting = (ensemble, last, last.request)
            self._go_on()

    def _missing(self, ensemble: str, name: str) -> list[str]:
        """The watched wires of which the request has told nothing yet."""
        there = {tensor: self._values.last(ensemble, tensor) for tensor in self._values.watched_of(ensemble)}
        return [tensor for tensor, seen in there.items() if seen is None or seen.request != name]

    def _go_on(self) -> None:
        waiting = self._waiting
        # A task whose server was taken from the list tells of no end.
        if waiting is None or (self._task is not None and self._task.running):
            return
        self._waiting = None
        ensemble, last, request = waiting
        wanted = self._missing(ensemble, last.name)
        if not wanted or not self._server.status.is_running:
            return

        def done(found: Probe) -> None:
            self._task = None
            self.problem = found.failure.reason if found.failure is not None and not last.problem else ""
            if self._values.last_request(ensemble) is not None:
                # Else another repository was opened meanwhile.
                self._values.take_probe(found, request, last.name, last.at)
            self.changed.emit()
            self._go_on()

        def failed(failure: Failure) -> None:
            self._task = None
            self.problem = failure.reason
            self.changed.emit()
            self._go_on()

        self._task = probe(self._server.current, request, wanted[0], SECONDS, done, failed, wanted[1:])
