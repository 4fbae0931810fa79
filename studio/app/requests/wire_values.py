"""What was last seen on the wires of ensembles: from requests, probes and traces, with what is said of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.app.requests.past import Past, PastRequests
from studio.app.requests.runs import RequestRuns
from studio.core.inference.asking.probing import Probe, ProbeStep
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.wires.seen import Origin, Seen, SeenValues
from studio.core.saved_requests.outcome import Outcome
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.inference.wires.digest import Digest


PROBE = "probe"
"""What a probe is called that is of no request that was sent."""


@dataclass(frozen=True, slots=True)
class LastRequest:
    """The last request to an ensemble: `problem` in the server's words, "" where it was answered.

    `step` is the one that a probe found to fail, None where none did, and `step_problem` its words.
    """

    name: str
    number: int
    at: float
    request: InferRequest | None = None
    problem: str = ""
    step: ProbeStep | None = None
    step_problem: str = ""


class WireValues(QObject):
    """Follows the requests to the ensembles that somebody looks at. UI thread only; figures are worked out in tasks."""

    changed = Signal(str)
    """An ensemble of which a value came, or what is said of one."""
    requested = Signal(str)
    """An ensemble whose last request is another now, or of which more is known."""
    watched = Signal(str)
    """An ensemble of which a person watches one more wire."""

    def __init__(self, past: PastRequests, runs: RequestRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values = SeenValues()
        self._past = past
        self._followed: dict[str, int] = {}
        self._requests: dict[str, LastRequest] = {}
        self._newest = 0
        self._under_way: set[int] = set()
        past.changed.connect(self._see_past)
        runs.came.connect(self._see_outcome)

    # Which ensembles and wires

    def follow(self, ensemble: str) -> None:
        """Takes the values of requests to an ensemble from now on, and of the last one that is kept."""
        self._followed[ensemble] = self._followed.get(ensemble, 0) + 1
        if self._followed[ensemble] == 1:
            last = next((past for past in self._past.latest if past.request.model == ensemble), None)
            known = self._requests.get(ensemble)
            if last is not None and (known is None or known.at < last.at):
                self._take_past(last)

    def leave(self, ensemble: str) -> None:
        """Nobody looks at it any more; its values stay."""
        self._followed[ensemble] = self._followed.get(ensemble, 0) - 1
        if self._followed[ensemble] <= 0:
            del self._followed[ensemble]

    def set_watched(self, ensemble: str, tensors: Sequence[str], *, asks: bool = False) -> None:
        """The wires of an ensemble that are watched; where a person `asks`, with their values of the last request."""
        before = set(self._values.watched(ensemble))
        for tensor in before - set(tensors):
            self._values.unwatch(ensemble, tensor)
        for tensor in tensors:
            self._values.watch(ensemble, tensor)
            if (last := self.last(ensemble, tensor)) is not None:
                self.want_digest(ensemble, last)
        if asks and set(tensors) - before:
            self.watched.emit(ensemble)

    def watched_of(self, ensemble: str) -> tuple[str, ...]:
        """The tensors whose wires are watched."""
        return self._values.watched(ensemble)

    # What was seen

    @property
    def size(self) -> int:
        """The bytes of all values that are kept."""
        return self._values.size

    def of(self, ensemble: str, tensor: str) -> tuple[Seen, ...]:
        """What was seen on a wire, the latest first."""
        return self._values.of(ensemble, tensor)

    def last(self, ensemble: str, tensor: str) -> Seen | None:
        """What was seen last; None where nothing was."""
        return next(iter(self._values.of(ensemble, tensor)), None)

    def last_request(self, ensemble: str) -> LastRequest | None:
        """The last request to an ensemble; None where none was seen."""
        return self._requests.get(ensemble)

    def take(
        self, ensemble: str, tensor: Tensor, request: str, at: float | None = None, origin: Origin = "request"
    ) -> Seen:
        """One more value of the wire that the tensor's name says."""
        seen = self._values.take(ensemble, tensor, time.time() if at is None else at, request, origin)
        if tensor.name in self._values.watched(ensemble):
            self.want_digest(ensemble, seen)
        self.changed.emit(ensemble)
        return seen

    def take_probe(self, found: Probe, request: InferRequest, name: str = PROBE, at: float | None = None) -> None:
        """What a probe found on its way; by which step the last request failed, where it is that of the probe."""
        ensemble = request.model
        for tensor in (*request.inputs, *(each for ran in found.ran for each in ran.outputs)):
            known = self.last(ensemble, tensor.name)
            if known is None or known.request != name or known.origin != "request":
                self.take(ensemble, tensor, name, at, "probe")
        if found.failure is not None:
            self._note_failed_step(ensemble, found.steps[found.failed], found.failure.detail, name)

    def _note_failed_step(self, ensemble: str, step: ProbeStep, problem: str, name: str) -> None:
        """A probe of a request that failed says by which step it did; one of its own is a request that failed."""
        last = self._requests.get(ensemble)
        if last is None or last.name != name:
            if name != PROBE:
                return
            last = LastRequest(PROBE, 0, time.time(), problem=problem)
        if last.problem:
            self._requests[ensemble] = replace(last, step=step, step_problem=problem)
            self.requested.emit(ensemble)

    def want_digest(self, ensemble: str, seen: Seen) -> None:
        """Works out what is said of a value, where that is not known; `changed` tells of it."""
        tensor = seen.tensor
        if seen.digest is not None or tensor is None or seen.number in self._under_way:
            return
        self._under_way.add(seen.number)

        def work(context: tasks.TaskContext) -> Digest:
            from studio.core.inference.wires.digest import digest

            return digest(tensor, context.raise_if_cancelled)

        def done(found: Digest) -> None:
            self._under_way.discard(seen.number)
            self._values.digested(seen.number, found)
            self.changed.emit(ensemble)

        def failed(failure: Failure) -> None:
            from studio.core.inference.wires.digest import untold

            done(untold(tensor, seen.size, failure.reason))

        tasks.run(self, work, done, failed)

    def clear(self) -> None:
        """Forgets all values and requests; what is watched stays so."""
        self._values.clear()
        self._requests.clear()
        for ensemble in self._followed:
            self.changed.emit(ensemble)
            self.requested.emit(ensemble)

    # Inside

    def _see_past(self) -> None:
        new = [past for past in self._past.latest[:1] if past.number > self._newest]
        for past in new:
            self._newest = past.number
            if past.request.model in self._followed:
                self._take_past(past)

    def _take_past(self, past: Past) -> None:
        ensemble, name = past.request.model, past.request.request_id or f"r-{past.number}"
        problem = "" if past.failure is None else past.failure.detail
        last = LastRequest(name, past.number, past.at, past.request, problem)
        self._take_answer(ensemble, last, (*past.request.inputs, *(past.result.outputs if past.result else ())))

    def _see_outcome(self, outcome: Outcome) -> None:
        if outcome.model in self._followed and outcome.state != "cancelled":
            problem = (outcome.message or "It was not answered.") if outcome.state == "error" else ""
            last = LastRequest(outcome.name, 0, time.time(), problem=problem)
            self._take_answer(outcome.model, last, outcome.result.outputs if outcome.result else ())

    def _take_answer(self, ensemble: str, last: LastRequest, tensors: Sequence[Tensor]) -> None:
        for tensor in tensors:
            self.take(ensemble, tensor, last.name, last.at)
        self._requests[ensemble] = last
        self.requested.emit(ensemble)
