"""What is kept of a server's readings: made where they are read, off the UI thread, and pulled by the views."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, isnan
from operator import attrgetter

from studio.app.serving.sampling.families import Families
from studio.app.serving.sampling.scraping import Reading
from studio.core.serving.figures import columns
from studio.core.serving.figures.history import History
from studio.core.serving.figures.latencies import Latencies, Percentiles
from studio.core.serving.figures.quantiles import between, of_buckets
from studio.core.serving.series import GAP, GpuReading, ModelCounters, ModelKey, ModelSample, sample

_OF_MODEL = attrgetter(*(column.name for column in columns.MODEL))
_OF_GPU = attrgetter(*(column.name for column in columns.GPU))
_OF_OWN = attrgetter(*(column.name for column in columns.OWN))
_STILL = ModelSample(requests_s=0.0, inferences_s=0.0, failures_s=0.0, pending=0.0)
_BUDGET = 36 << 20
_RESTARTS = 500


@dataclass(frozen=True, slots=True)
class Sampled:
    """One sample. `time` is of the monotonic clock. `problem` is why the server's part of it is missing.

    `left_out` is what of the server's answer was not taken, in words; `server` is what it tells of its own machine.
    """

    time: float
    models: dict[ModelKey, ModelSample] = field(default_factory=dict)
    gpus: tuple[GpuReading, ...] = ()
    own: dict[str, Percentiles] = field(default_factory=dict)
    problem: str = ""
    left_out: str = ""
    server: Mapping[str, float] = field(default_factory=dict)
    anew: tuple[ModelKey, ...] = ()
    """Those whose counters began anew."""
    took: float = GAP
    """Seconds until the metrics were there."""


class Figures:
    """The last hour of one server. Any thread; one reading at a time."""

    def __init__(self) -> None:
        self.models = History(columns.MODEL, budget=_BUDGET)
        self.gpus = History(columns.GPU)
        self.own = History(columns.OWN)
        self.families = Families()
        self.latencies = Latencies()
        self.streams: Mapping[str, bool] = {}
        """Whether a model streams: the server's own times of it are not what a request takes then.

        Of one that is not in here that is not known yet, and its times are not told.
        """
        self.names: frozenset[str] = frozenset()
        """Of the metrics in the latest reading."""
        self.restarts: tuple[tuple[float, ModelKey], ...] = ()
        """When the counters of a model that had been seen began anew, oldest first: it was loaded again."""
        self._before: Reading | None = None
        self._latest = 0.0
        self._known: frozenset[ModelKey] = frozenset()
        self._lock = threading.Lock()

    def take(self, now: Reading) -> Sampled:
        """Makes a sample of one more reading, and keeps it."""
        with self._lock:
            before, self._before = self._before, now
            at = self._moment(now.time)
            models: dict[ModelKey, ModelSample] = {}
            if before is not None and now.is_after(before):
                models = self._samples(before, now)
            self._keep_models(at, models, now)
            self.gpus.append(at, {gpu.uuid: _OF_GPU(gpu) for gpu in now.gpus})
            self.families.take(at, now.others)
            self.names = now.names
            own = self._keep_own(at)
            anew = tuple(key for key, made in models.items() if _began_anew(made))
            if again := [(at, key) for key in anew if self._had_rates(key)]:
                self.restarts = (*self.restarts, *again)[-_RESTARTS:]
        left_out = " and ".join(part for part in (now.left_out, self._without_room()) if part)
        return Sampled(at, models, now.gpus, own, now.problem, left_out, now.server, anew, now.took)

    def miss(self, at: float, problem: str, gpus: tuple[GpuReading, ...] = ()) -> Sampled:
        """A reading failed: what was to be told by it is a gap; `gpus` are known all the same."""
        with self._lock:
            self._before = None
            at = self._moment(at)
            self.models.append(at, {})
            self.gpus.append(at, {gpu.uuid: _OF_GPU(gpu) for gpu in gpus})
            self.families.miss(at)
            own = self._keep_own(at)
        return Sampled(at, gpus=gpus, own=own, problem=problem)

    def clear(self) -> None:
        """Forgets all of it."""
        with self._lock:
            for history in (self.models, self.gpus, self.own):
                history.clear()
            self.families.clear()
            self.latencies = Latencies()
            self.streams = {}
            self.restarts = ()
            self._before = None
            self._known = frozenset()

    def asked(self) -> tuple[ModelKey, ...]:
        """The model versions that did something in the last hour, sorted."""
        found: tuple[ModelKey, ...] = self.models.keys()
        return tuple(sorted(found))

    def busy(self, since: float) -> frozenset[ModelKey]:
        """The model versions that did something since then."""
        return self.models.active(since)

    # Inside

    def _without_room(self) -> str:
        count = self.models.left_out
        return f"the figures of {count:,} model{'s' * (count > 1)}, for want of memory" if count else ""

    def _had_rates(self, key: ModelKey) -> bool:
        """A model's first point tells no rate either."""
        return any(isfinite(rate) for rate in self.models.points(key, "requests_s")[1])

    def _moment(self, at: float) -> float:
        # A scrape's own time may lie before the end of one that failed after it began.
        self._latest = max(at, self._latest)
        return self._latest

    def _samples(self, before: Reading, now: Reading) -> dict[ModelKey, ModelSample]:
        """Of every model version in either reading; all gaps for one that is gone."""
        seconds = now.time - before.time
        found: dict[ModelKey, ModelSample] = dict.fromkeys(before.models.keys() - now.models.keys(), ModelSample())
        for key, counted in now.models.items():
            earlier = before.models.get(key)
            # Most models of a large server do nothing most of the time.
            if earlier == counted and counted.pending == 0:
                found[key] = _STILL
            else:
                found[key] = self._sample(key, earlier, before, now, seconds)
        return found

    def _sample(
        self, key: ModelKey, earlier: ModelCounters | None, before: Reading, now: Reading, seconds: float
    ) -> ModelSample:
        made = sample(earlier, now.models[key], seconds)
        if self.streams.get(key[0], True):
            return _without_times(made)
        if not made.requests_s > 0:
            return made
        told = now.quantiles.get(key)
        if told is None and key in now.first:
            told = of_buckets(between(before.first.get(key, ()), now.first[key]))
        return made if told is None else replace(made, p50=told.p50, p95=told.p95, p99=told.p99)

    def _keep_models(self, at: float, models: Mapping[ModelKey, ModelSample], now: Reading) -> None:
        """What did nothing is known to be idle, and has no line of its own."""
        known = frozenset(models.keys() & now.models.keys())
        self._known = known = self._known if known == self._known else known
        lines = {}
        for key, made in models.items():
            if made is not _STILL or (key not in self.models and _was_asked(now.models.get(key))):
                lines[key] = _OF_MODEL(made)
        self.models.append(at, lines, known)

    def _keep_own(self, at: float) -> dict[str, Percentiles]:
        found = self.latencies.all(at)
        self.own.append(at, {model: _OF_OWN(each) for model, each in found.items()})
        return found


def _without_times(made: ModelSample) -> ModelSample:
    """Of a model that streams the server counts parts of a request, which none of its requests took."""
    return replace(made, request_ms=GAP, queue_ms=GAP, input_ms=GAP, compute_ms=GAP, output_ms=GAP)


def _began_anew(made: ModelSample) -> bool:
    """Its gauges stand, and its rates are gaps."""
    return made is not _STILL and isnan(made.requests_s) and not isnan(made.pending)


def _was_asked(counters: ModelCounters | None) -> bool:
    return counters is not None and (counters.success > 0 or counters.failure > 0 or counters.pending > 0)
