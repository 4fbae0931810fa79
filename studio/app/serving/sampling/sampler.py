"""Samples the server once a second: rates by model, GPUs, and the latencies of our own requests."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.serving.connected import ConnectedServer
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.sampling.figures import Figures, Sampled
from studio.app.serving.sampling.model_facts import FactsOfModels
from studio.app.serving.sampling.scraping import Reading, Scraper
from studio.app.settings import settings
from studio.core.inference.requests import InferResult
from studio.core.inference.streams import StreamTimes
from studio.core.serving.figures.alerts import Alert, Alerts
from studio.core.serving.figures.bounds import bounds_of
from studio.core.serving.figures.history import Track
from studio.core.serving.figures.latencies import Percentiles
from studio.core.serving.figures.polls import Polls
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.core.serving.series import ModelKey
from studio.failure import Failure

__all__ = ["Sampled", "Sampler"]
_INTERVAL_MS = 1000
_TOLD = 200


class Sampler(QObject):
    """Scrapes while a server is ready, and keeps the last hour. Views pull what is kept. UI thread only.

    Reading and reckoning are done in a task: here a sample is only told.
    """

    sampled = Signal(object)
    alerted = Signal(object)
    """Alert: something of the figures that was not so before."""
    cleared = Signal()
    """Whatever was kept is forgotten: another server runs."""

    def __init__(self, server: ConnectedServer, parent: QObject | None = None, interval_ms: int = _INTERVAL_MS) -> None:
        super().__init__(parent)
        self.last = Sampled(0.0)
        self.figures = Figures()
        self.alerts = Alerts()
        self.polls = Polls()
        self._bound("slow_percentile")
        settings().changed.connect(self._bound)
        self.told: deque[Alert] = deque(maxlen=_TOLD)
        """What was alerted of, oldest first."""
        self.facts = FactsOfModels(server, self)
        self.facts.changed.connect(self._note_facts)
        self._scraper: Scraper | None = None
        self._who: object = None
        self._stopped = False
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._tick)
        server.status_changed.connect(self._see)
        server.answered.connect(self._answered)
        server.refused.connect(self._refused)
        server.streamed.connect(self._streamed)

    @property
    def is_running(self) -> bool:
        """Whether it samples now."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Stop sampling for good, whatever the server does then."""
        self._stopped = True
        self._timer.stop()

    def clear(self) -> None:
        """Forgets whatever was kept."""
        self.figures.clear()
        self.alerts = Alerts(self.alerts.bounds)
        self.polls = Polls()
        self.told.clear()
        self.cleared.emit()

    def record(self, model: str, nanoseconds: int) -> None:
        """One of our own requests was answered in this time."""
        self.figures.latencies.record(model, time.monotonic(), nanoseconds)

    def model(self, name: str, version: str, field_name: str) -> Track:
        """A field of `ModelSample` of one model version over time; empty where nothing is known."""
        return self.figures.models.track((name, version), field_name)

    def models(self) -> tuple[ModelKey, ...]:
        """The model versions that did something in the last hour, sorted."""
        return self.figures.asked()

    def gpu(self, uuid: str, field_name: str) -> Track:
        """A field of `GpuReading` of one GPU over time."""
        return self.figures.gpus.track(uuid, field_name)

    def own(self, name: str, field_name: str) -> Track:
        """A field of `Percentiles` of our own requests to a model in the minute before, over time."""
        return self.figures.own.track(name, field_name)

    def percentiles(self, name: str) -> Percentiles:
        """How long our own requests to a model took in the last minute."""
        return self.figures.latencies.percentiles(name, time.monotonic())

    # Inside

    def _bound(self, setting: str) -> None:
        if setting == "slow_percentile":
            self.alerts.bounds = bounds_of(str(settings().get(setting)))

    def _see(self, status: ServerStatus) -> None:
        ready = status.state is State.READY
        wanted = status.addresses
        if self._scraper is not None and (not ready or self._scraper.addresses != wanted):
            self._leave()
        if ready and self._scraper is None:
            self._forget_another(status)
            launched_here = status.spec is not None and status.spec.kind is not EngineKind.ATTACHED
            self._scraper = Scraper(wanted, launched_here)
            if not self._stopped:
                self._timer.start()

    def _forget_another(self, status: ServerStatus) -> None:
        """What another server did before this one is none of its figures."""
        spec = status.spec
        who = None if spec is None else (spec.kind, spec.repository or spec.addresses.http or spec.addresses.grpc)
        if who != self._who and self._who is not None:
            self.clear()
        self._who = who
        self.facts.forget()

    def _leave(self) -> None:
        self._timer.stop()
        if self._scraper is not None:
            self._scraper.end()
        self._scraper = None
        self.facts.forget()
        self.figures.miss(time.monotonic(), "")
        self.alerts.end()

    def _tick(self) -> None:
        scraper, figures = self._scraper, self.figures
        if scraper is None or not scraper.begin():
            return

        def read() -> Sampled:
            try:
                reading = scraper.read()
            except Failure as failure:
                return figures.miss(time.monotonic(), failure.reason, scraper.gpus)
            # What was read of a server that has ended since begins nothing new.
            return Sampled(reading.time) if scraper.is_ended else figures.take(reading)

        tasks.run(self, lambda _: read(), lambda found: None if scraper.is_ended else self._tell(found))

    def take(self, now: Reading) -> None:
        """Makes a sample of one more reading; a recorded one does as well."""
        self._tell(self.figures.take(now))

    def _tell(self, found: Sampled) -> None:
        self.last = found
        self.polls.note("metrics", found.took)
        self.facts.forget(name for name, _ in found.anew)
        self.facts.want(name for name, _ in self.models())
        new = self.alerts.look(found.time, found.models, found.own, found.gpus)
        self.told.extend(new)
        self.sampled.emit(found)
        for alert in new:
            self.alerted.emit(alert)

    def _note_facts(self) -> None:
        told = {name: facts.is_decoupled for name, facts in self.facts.known.items() if facts.is_known}
        self.figures.streams = {**self.figures.streams, **told}

    def _answered(self, result: InferResult) -> None:
        times = result.times
        outside = None if times.client is None or times.network is None else (times.client, times.network)
        self.figures.latencies.record(result.model, time.monotonic(), times.total, outside=outside)

    def _refused(self, model: str, _failure: Failure) -> None:
        self.figures.latencies.record_failure(model, time.monotonic())

    def _streamed(self, model: str, ended: StreamTimes | Failure) -> None:
        if isinstance(ended, StreamTimes):
            self.figures.latencies.record(model, time.monotonic(), ended.total, ended.first)
        else:
            self.figures.latencies.record_failure(model, time.monotonic())
