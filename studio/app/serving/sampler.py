"""Samples the server once a second: rates by model, GPUs, and the latencies of our own requests."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.serving.connected import ConnectedServer
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.scraping import Reading, Scraper
from studio.core.inference.requests import InferResult
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.core.serving.series import (
    GAP,
    GpuReading,
    Latencies,
    ModelCounters,
    ModelKey,
    ModelSample,
    Percentiles,
    Series,
    samples,
)
from studio.failure import Failure

_INTERVAL_MS = 1000
_POINTS = 3600
_MODEL_FIELDS = tuple(f.name for f in fields(ModelSample))
_GPU_FIELDS = ("memory_used", "memory_total", "utilisation", "power", "temperature")
_OWN_FIELDS = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Sampled:
    """One sample. `time` is of the monotonic clock. `problem` is why the server's part of it is missing."""

    time: float
    models: dict[ModelKey, ModelSample] = field(default_factory=dict)
    gpus: tuple[GpuReading, ...] = ()
    own: dict[str, Percentiles] = field(default_factory=dict)
    problem: str = ""


class Sampler(QObject):
    """Scrapes while a server is ready, and keeps the last hour. Views pull the series. UI thread only.

    A model that has not been asked since it was first seen has no series of its own: a repository of thousands would
    fill the memory.
    """

    sampled = Signal(object)

    def __init__(self, server: ConnectedServer, parent: QObject | None = None, interval_ms: int = _INTERVAL_MS) -> None:
        super().__init__(parent)
        self.last = Sampled(0.0)
        self._series: dict[tuple[str, ...], Series] = {}
        self._latencies = Latencies()
        self._scraper: Scraper | None = None
        self._before: Reading | None = None
        self._stopped = False
        self._latest = 0.0
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._tick)
        server.status_changed.connect(self._see)
        server.answered.connect(self._answered)

    @property
    def is_running(self) -> bool:
        """Whether it samples now."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Stop sampling for good, whatever the server does then."""
        self._stopped = True
        self._timer.stop()

    def clear(self) -> None:
        """Forgets every series and every latency."""
        self._series.clear()
        self._latencies = Latencies()

    def record(self, model: str, nanoseconds: int) -> None:
        """One of our own requests was answered in this time."""
        self._latencies.record(model, time.monotonic(), nanoseconds)

    def model(self, name: str, version: str, field_name: str) -> Series:
        """The series of a field of `ModelSample` of one model version; empty where nothing is known."""
        return self._series.get(("model", name, version, field_name), _empty())

    def models(self) -> tuple[ModelKey, ...]:
        """The model versions that have series, sorted."""
        return tuple(sorted({(key[1], key[2]) for key in self._series if key[0] == "model"}))

    def gpu(self, uuid: str, field_name: str) -> Series:
        """The series of a field of `GpuReading` of one GPU."""
        return self._series.get(("gpu", uuid, field_name), _empty())

    def own(self, name: str, field_name: str) -> Series:
        """The series of p50, p95 or p99, in nanoseconds, of our own requests to a model in the last minute."""
        return self._series.get(("own", name, field_name), _empty())

    def percentiles(self, name: str) -> Percentiles:
        """How long our own requests to a model took in the last minute."""
        return self._latencies.percentiles(name, time.monotonic())

    # Inside

    def _see(self, status: ServerStatus) -> None:
        ready = status.state is State.READY
        wanted = status.addresses
        if self._scraper is not None and (not ready or self._scraper.addresses != wanted):
            self._leave()
        if ready and self._scraper is None:
            launched_here = status.spec is not None and status.spec.kind is not EngineKind.ATTACHED
            self._scraper = Scraper(wanted, launched_here)
            if not self._stopped:
                self._timer.start()

    def _leave(self) -> None:
        self._timer.stop()
        if self._scraper is not None:
            self._scraper.end()
        self._scraper = self._before = None
        self._keep(time.monotonic(), {}, {}, ())

    def _tick(self) -> None:
        scraper = self._scraper
        if scraper is None or not scraper.begin():
            return
        tasks.run(self, lambda _: scraper.read(), self.take, self._missed)

    def take(self, now: Reading) -> None:
        """Makes a sample of one more reading; a recorded one does as well."""
        before, self._before = self._before, now
        models: dict[ModelKey, ModelSample] = {}
        if before is not None and now.is_after(before):
            models = samples(before.models, now.models, now.time - before.time)
        self._keep(now.time, models, now.models, now.gpus)
        self._tell(Sampled(now.time, models, now.gpus, self._own(now.time), now.problem))

    def _missed(self, failure: Failure) -> None:
        self._before = None
        at = time.monotonic()
        self._keep(at, {}, {}, ())
        self._tell(Sampled(at, own=self._own(at), problem=failure.reason))

    def _tell(self, found: Sampled) -> None:
        self.last = found
        self.sampled.emit(found)

    def _keep(
        self,
        at: float,
        models: dict[ModelKey, ModelSample],
        counted: dict[ModelKey, ModelCounters],
        gpus: tuple[GpuReading, ...],
    ) -> None:
        """Append to every series; those about which nothing was said get a gap."""
        # A scrape's own time may lie before the end of one that failed after it began.
        self._latest = at = max(at, self._latest)
        points: dict[tuple[str, ...], float] = {}
        for key, sample in models.items():
            if ("model", *key, "pending") in self._series or _was_asked(counted.get(key)):
                points.update({("model", *key, name): getattr(sample, name) for name in _MODEL_FIELDS})
        for gpu in gpus:
            points.update({("gpu", gpu.uuid, name): getattr(gpu, name) for name in _GPU_FIELDS})
        for model, found in self._own(at).items():
            points.update({("own", model, name): getattr(found, name) for name in _OWN_FIELDS})
        for place in {**self._series, **points}:
            self._series.setdefault(place, Series(_POINTS)).append(at, points.get(place, GAP))

    def _own(self, at: float) -> dict[str, Percentiles]:
        return {model: self._latencies.percentiles(model, at) for model in self._latencies.models()}

    def _answered(self, result: InferResult) -> None:
        self.record(result.model, result.times.total)


def _was_asked(counters: ModelCounters | None) -> bool:
    return counters is not None and (counters.success > 0 or counters.failure > 0 or counters.pending > 0)


def _empty() -> Series:
    return Series(1)
