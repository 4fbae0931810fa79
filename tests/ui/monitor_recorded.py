"""Recorded readings of a server for the monitor: they go through the real sampler, with a reading a second."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from studio.app.serving.sampling.scraping import Reading
from studio.app.serving.several.current_sampler import CurrentSampler
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.figures.quantiles import Quantiles
from studio.core.serving.launch import Addresses, LogLine, State
from studio.core.serving.series import GpuReading, ModelCounters, ModelKey
from studio.metrics.text_format import Family

EMPTY = ModelCounters(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, pending=0.0)


def served(
    session: Session,
    states: Mapping[str, tuple[ModelState, ...]],
    metrics: str = "127.0.0.1:9",
    state: State = State.READY,
) -> None:
    """Makes the session tell of a server with these models, without one being asked."""
    status = replace(session.server.status, state=state, description="Embedded Triton 2.51.0")
    session.server.current.status = replace(status, addresses=Addresses(http="127.0.0.1:9", metrics=metrics))
    session.server.current.models = dict(states)
    session.server.status_changed.emit(session.server.status)
    session.server.models_changed.emit(session.server.models)


def ready(*keys: ModelKey) -> dict[str, tuple[ModelState, ...]]:
    """A server's index of models that are ready."""
    found: dict[str, tuple[ModelState, ...]] = {}
    for name, version in keys:
        found[name] = (*found.get(name, ()), ModelState(name, version, "READY", ""))
    return found


class Recorder:
    """Counts as a server would, and hands each second's counters to the sampler."""

    def __init__(self, sampler: CurrentSampler, start: float) -> None:
        self._sampler = sampler
        self.time = start
        self.counters: dict[ModelKey, ModelCounters] = {}
        self.gpus: tuple[GpuReading, ...] = ()
        self.quantiles: dict[ModelKey, Quantiles] = {}
        self.others: tuple[Family, ...] = ()

    def count(
        self, key: ModelKey, requests: int, *, failures: int = 0, pending: int = 0, queue_ms: float = 1.0
    ) -> None:
        """Adds a second's work of one model: three inputs a request, two milliseconds each in compute."""
        old = self.counters.get(key, EMPTY)
        self.counters[key] = replace(
            old,
            success=old.success + requests,
            failure=old.failure + failures,
            inferences=old.inferences + 3 * requests,
            executions=old.executions + requests,
            request_us=old.request_us + requests * 4000,
            queue_us=old.queue_us + requests * queue_ms * 1000,
            input_us=old.input_us + requests * 500,
            compute_us=old.compute_us + requests * 2000,
            output_us=old.output_us + requests * 250,
            pending=pending,
        )

    def reset(self, key: ModelKey) -> None:
        """The model was unloaded and loaded: it counts from zero."""
        self.counters[key] = EMPTY

    def tick(self) -> None:
        """A second has passed."""
        self.time += 1.0
        # No server is there to tell that they do not stream.
        known = dict.fromkeys((name for name, _ in self.counters), False)
        self._sampler.figures.streams = {**known, **self._sampler.figures.streams}
        self._sampler.take(
            Reading(self.time, dict(self.counters), self.gpus, others=self.others, quantiles=self.quantiles)
        )


def record(session: Session, keys: list[ModelKey], seconds: int, requests: int = 20) -> Recorder:
    """So many seconds of steady work that end now."""
    recorder = Recorder(session.sampler, time.monotonic() - seconds)
    for second in range(seconds):
        for place, key in enumerate(keys):
            recorder.count(key, requests + (second * (place + 1)) % 7, pending=second % 3)
        recorder.tick()
    return recorder


def loaded(name: str, moment: float) -> LogLine:
    """What Triton logs when a model was loaded at a moment of the monotonic clock."""
    wall = moment + time.time() - time.monotonic()
    return LogLine("I", f"successfully loaded '{name}'", "model_lifecycle.cc", wall)
