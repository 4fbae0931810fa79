"""The figures of the current server, as the rooms follow them: always the same object, whichever is current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app.serving.sampling.figures import Figures, Sampled
from studio.app.serving.sampling.model_facts import ModelFacts
from studio.app.serving.several.current import CurrentServer
from studio.core.serving.figures.alerts import Alert, Alerts
from studio.core.serving.figures.history import Track
from studio.core.serving.figures.latencies import Percentiles
from studio.core.serving.figures.polls import Polls
from studio.core.serving.series import ModelKey

if TYPE_CHECKING:
    from studio.app.serving.sampling.scraping import Reading


class CurrentSampler(QObject):
    """The figures of the current server; those of the others go on being kept. UI thread only."""

    alerted = Signal(object)
    """Alert of the current server."""
    sampled = Signal(object)
    """Sampled; at a switch the last of the server that is current then."""

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = server
        self._followed = server.current.sampler
        self._followed.sampled.connect(self.sampled)
        self._followed.alerted.connect(self.alerted)
        server.switched.connect(self._switch)

    @property
    def last(self) -> Sampled:
        """The latest sample of the server that is followed."""
        return self._followed.last

    @property
    def is_running(self) -> bool:
        """Whether it samples now."""
        return self._followed.is_running

    def clear(self) -> None:
        """Forgets every series and every latency."""
        self._followed.clear()

    def record(self, model: str, nanoseconds: int) -> None:
        """One of our own requests was answered in this time."""
        self._followed.record(model, nanoseconds)

    def take(self, now: Reading) -> None:
        """Makes a sample of one more reading."""
        self._followed.take(now)

    @property
    def told(self) -> tuple[Alert, ...]:
        """What was alerted of, oldest first."""
        return tuple(self._followed.told)

    @property
    def alerts(self) -> Alerts:
        """The alerts of the current server."""
        return self._followed.alerts

    @property
    def polls(self) -> Polls:
        """How long the current server takes over what the studio itself asks."""
        return self._followed.polls

    def facts(self, name: str) -> ModelFacts | None:
        """What the server's configuration of a model says; None where it was not asked."""
        return self._followed.facts.known.get(name)

    def is_untold(self, name: str) -> bool:
        """Whether the server would not say if a model streams: by its times nothing can be told then."""
        facts = self.facts(name)
        return name not in self.figures.streams and facts is not None and not facts.is_known

    @property
    def figures(self) -> Figures:
        """What is kept of the server that is followed."""
        return self._followed.figures

    def model(self, name: str, version: str, field_name: str) -> Track:
        """A field of `ModelSample` of one model version over time; empty where nothing is known."""
        return self._followed.model(name, version, field_name)

    def models(self) -> tuple[ModelKey, ...]:
        """The model versions that did something in the last hour, sorted."""
        return self._followed.models()

    def gpu(self, uuid: str, field_name: str) -> Track:
        """A field of `GpuReading` of one GPU over time."""
        return self._followed.gpu(uuid, field_name)

    def own(self, name: str, field_name: str) -> Track:
        """A field of `Percentiles` of our own requests to a model in the minute before, over time."""
        return self._followed.own(name, field_name)

    def percentiles(self, name: str) -> Percentiles:
        """How long our own requests to a model took in the last minute."""
        return self._followed.percentiles(name)

    def _switch(self) -> None:
        self._followed.sampled.disconnect(self.sampled)
        self._followed.alerted.disconnect(self.alerted)
        self._followed = self._server.current.sampler
        self._followed.sampled.connect(self.sampled)
        self._followed.alerted.connect(self.alerted)
        self.sampled.emit(self.last)
