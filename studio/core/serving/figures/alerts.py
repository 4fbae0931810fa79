"""What of a server's figures a person should know of, without a rule that anyone wrote: facts, told once each."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Mapping
from typing import Literal, TypeAlias

from studio.core.serving.figures.bounds import Bounds, Usual
from studio.core.serving.figures.latencies import Percentiles
from studio.core.serving.series import GpuReading, ModelKey, ModelSample
from studio.value_class import dataclass

Kind: TypeAlias = Literal["p99", "queue", "failures", "dead", "gpu"]
_CALM = 10.0
"""Seconds without it after which it is over."""
_LOOKED = 10
"""Samples."""
_GROWN, _LEAST = 2.0, 10
_FULL = 0.95
_OFTEN = 3
"""Samples of the last ten with failures."""
_MANY = 20
"""Own requests from which on their 99th percentile says something of a model."""
_OWN_OFTEN = 0.6
"""Own failures a second: three in five seconds."""
_TITLES: Mapping[Kind, str] = {
    "p99": "is slow",
    "queue": "has a queue that grows",
    "failures": "fails requests",
    "dead": "takes requests and answers none",
    "gpu": "is nearly full",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One fact from when it was first seen. `what` is a model's key, or a GPU's title with its UUID."""

    at: float
    kind: Kind
    what: ModelKey
    text: str

    @property
    def title(self) -> str:
        """In a few words."""
        return f"{self.what[0]} {_TITLES[self.kind]}"


@dataclass(frozen=True, slots=True)
class _Queue:
    """So many requests of a model wait at a moment; so many a second were answered, with a failure or without."""

    at: float
    pending: float
    answered_s: float


class Alerts:
    """Follows one server's samples. `bounds` says when a model counts as slow."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._usual: dict[tuple[ModelKey, bool], Usual] = {}
        self._last: dict[tuple[Kind, ModelKey], float] = {}
        self._begun: dict[tuple[Kind, ModelKey], Alert] = {}
        self._failing: dict[ModelKey, deque[bool]] = {}
        self._pending: dict[ModelKey, deque[_Queue]] = {}

    @property
    def current(self) -> tuple[Alert, ...]:
        """Those that hold now, the latest first."""
        return tuple(sorted(self._begun.values(), key=lambda alert: -alert.at))

    def end(self) -> None:
        """The server is gone: nothing holds any more."""
        for each in (self._last, self._begun, self._failing, self._pending, self._usual):
            each.clear()

    def look(
        self,
        at: float,
        models: Mapping[ModelKey, ModelSample],
        own: Mapping[str, Percentiles],
        gpus: tuple[GpuReading, ...],
    ) -> list[Alert]:
        """What one more sample shows; gives what was not so before."""
        found = [*self._of_models(at, models), *self._of_own(own, models), *_of_gpus(gpus)]
        new = []
        for kind, what, text in found:
            place = kind, what
            if place not in self._begun:
                self._begun[place] = made = Alert(at, kind, what, text)
                new.append(made)
            self._last[place] = at
        for place in [place for place, last in self._last.items() if at - last > _CALM]:
            del self._last[place], self._begun[place]
        return new

    def _of_models(self, at: float, models: Mapping[ModelKey, ModelSample]) -> list[tuple[Kind, ModelKey, str]]:
        found: list[tuple[Kind, ModelKey, str]] = []
        for followed in (self._pending, self._failing):
            for key in followed.keys() - models.keys():
                del followed[key]
        for key, now in models.items():
            if now.pending > 0 or key in self._pending:
                found += self._of_queue(at, key, now)
            if now.failures_s > 0 or key in self._failing:
                found += self._of_failures(key, now)
            if math.isfinite(now.p99) and (why := self._why_slow(key, now.p99)):
                found.append(("p99", key, f"p99 of all traffic, {now.requests_s:,.1f} requests/s, is {why}."))
        return found

    def _why_slow(self, key: ModelKey, p99: float, is_own: bool = False) -> str:
        """How a 99th percentile stands to its bound; "" where it is within."""
        bound, words = self.bounds.of(key[0]), ""
        if math.isnan(bound):
            usual = self._usual.setdefault((key, is_own), Usual())
            bound, words = usual.bound, f", by its usual {usual.middle:,.3g} ms"
            usual.note(p99)
        return f"{p99:,.0f} ms, over {bound:,.0f} ms{words}" if p99 > bound else ""

    def _of_failures(self, key: ModelKey, now: ModelSample) -> list[tuple[Kind, ModelKey, str]]:
        """One that failed alone is no alert: whoever sent it knows."""
        seen = self._failing.setdefault(key, deque(maxlen=_LOOKED))
        seen.append(now.failures_s > 0)
        if not any(seen):
            del self._failing[key]
        return [("failures", key, _failures(now))] if now.failures_s > 0 and sum(seen) >= _OFTEN else []

    def _of_queue(self, at: float, key: ModelKey, now: ModelSample) -> list[tuple[Kind, ModelKey, str]]:
        seen = self._pending.setdefault(key, deque(maxlen=_LOOKED))
        failures_s = 0.0 if math.isnan(now.failures_s) else now.failures_s
        seen.append(_Queue(at, now.pending, now.requests_s + failures_s))
        if not any(each.pending for each in seen):
            del self._pending[key]
            return []
        if len(seen) < _LOOKED or (now.pending < _LEAST and seen[-1].answered_s > 0):
            # Most models of a busy server: they answer, and few requests wait.
            return []
        waiting, seconds = [each.pending for each in seen], at - seen[0].at
        if all(waiting) and not any(each.answered_s > 0 or math.isnan(each.answered_s) for each in seen):
            return [("dead", key, f"{waiting[-1]:.0f} wait, and none was answered for {seconds:.0f} s.")]
        rises = sum(later >= earlier for earlier, later in itertools.pairwise(waiting))
        if waiting[-1] >= max(_LEAST, _GROWN * waiting[0]) and rises >= _LOOKED - 2:
            return [("queue", key, f"{waiting[0]:.0f} waited {seconds:.0f} s ago, {waiting[-1]:.0f} do now.")]
        return []

    def _of_own(
        self, own: Mapping[str, Percentiles], models: Mapping[ModelKey, ModelSample]
    ) -> list[tuple[Kind, ModelKey, str]]:
        found: list[tuple[Kind, ModelKey, str]] = []
        for name, each in own.items():
            key = max((key for key in models if key[0] == name), key=_by_version, default=(name, ""))
            if each.failures_s >= _OWN_OFTEN:
                found.append(("failures", key, f"Own requests: {each.failures_s:.1f}/s failed, as seen here."))
            # Of a stream the time to the first answer is what counts, and a few say nothing.
            tells = math.isnan(each.first50) and each.count >= _MANY
            if tells and (why := self._why_slow(key, each.p99 / 1e6, is_own=True)):
                found.append(("p99", key, f"p99 of {each.count:,} own requests is {why}."))
        return found


def _by_version(key: ModelKey) -> tuple[bool, int, str]:
    number = key[1].lstrip("0")
    return key[1].isdecimal(), len(number), number


def _failures(now: ModelSample) -> str:
    reasons = ", ".join(f"{rate:.1f}/s {said}" for said, rate in now.reasons)
    return f"{now.failures_s:.1f}/s failed, as the server counts{f': {reasons}' if reasons else ''}."


def _of_gpus(gpus: tuple[GpuReading, ...]) -> list[tuple[Kind, ModelKey, str]]:
    found: list[tuple[Kind, ModelKey, str]] = []
    for gpu in gpus:
        if gpu.memory_total > 0 and gpu.memory_used >= _FULL * gpu.memory_total:
            used, whole = gpu.memory_used / 2**30, gpu.memory_total / 2**30
            found.append(("gpu", (gpu.title, gpu.uuid), f"{used:.2f} of {whole:.2f} GB are in use."))
    return found
