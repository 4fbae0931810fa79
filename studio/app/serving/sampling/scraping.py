"""One reading of a server's metrics and of the GPUs, as the sampler wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.core.serving.devices.use import of_server
from studio.core.serving.figures.quantiles import Buckets, Quantiles
from studio.core.serving.launch import Addresses
from studio.core.serving.series import GAP, GpuReading, ModelCounters, ModelKey

if TYPE_CHECKING:
    from studio.metrics.prometheus import Prometheus
    from studio.metrics.text_format import Family


_TIMEOUT = 1.5
"""Seconds: a server that is well again is read with the second tick after that, whatever it did before."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read at one moment of the monotonic clock; see `Scrape` for what each part is."""

    time: float
    models: dict[ModelKey, ModelCounters] = field(default_factory=dict)
    gpus: tuple[GpuReading, ...] = ()
    problem: str = ""
    quantiles: Mapping[ModelKey, Quantiles] = field(default_factory=dict)
    first: Mapping[ModelKey, Buckets] = field(default_factory=dict)
    server: Mapping[str, float] = field(default_factory=dict)
    others: tuple[Family, ...] = ()
    left_out: str = ""
    names: frozenset[str] = frozenset()
    took: float = GAP
    """Seconds until the metrics were there."""

    def is_after(self, other: Reading) -> bool:
        """Whether time has passed between the two."""
        return self.time > other.time


class Scraper:
    """Reads the metrics address of a server: `begin` on the UI thread, then `read` in a task; one at a time."""

    def __init__(self, addresses: Addresses, launched_here: bool = False) -> None:
        """`launched_here` says that the server was started on this machine."""
        self.addresses = addresses
        self._launched_here = launched_here
        self._listed: tuple[GpuReading, ...] = ()
        self.gpus: tuple[GpuReading, ...] = ()
        """What is known of the server's GPUs where a reading fails: those that it listed before, as they are now."""
        self._metrics: Prometheus | None = None
        self._busy = False
        self._ended = False
        self._lock = threading.Lock()

    def begin(self) -> bool:
        """Take the next reading; false while one is under way."""
        with self._lock:
            is_free = not self._busy and not self._ended
            self._busy = self._busy or is_free
        return is_free

    @property
    def is_ended(self) -> bool:
        """Whether nobody waits for a reading any more."""
        return self._ended

    def read(self) -> Reading:
        """Everything, now. Raises MetricsError where the server does not answer."""
        try:
            return self._read()
        finally:
            with self._lock:
                self._busy = False
                if self._ended:
                    self._close()

    def end(self) -> None:
        """End the connection, at once or after the reading that is under way."""
        with self._lock:
            self._ended = True
            if not self._busy:
                self._close()

    def _read(self) -> Reading:
        from studio.metrics import nvml
        from studio.metrics.prometheus import Prometheus

        here = nvml.gpus()
        listed = tuple(GpuReading(gpu.uuid, gpu.name, gpu.index) for gpu in self._listed)
        self.gpus = of_server(listed, here, self._launched_here)
        if not self.addresses.metrics:
            return Reading(time.monotonic(), gpus=self.gpus, problem="The server offers no metrics.")
        if self._metrics is None:
            self._metrics = Prometheus(self.addresses.metrics, _TIMEOUT, access=self.addresses.access)
        asked = time.monotonic()
        found = self._metrics.scrape()
        took = time.monotonic() - asked
        self._listed = found.gpus
        gpus = of_server(found.gpus, here, self._launched_here)
        return Reading(
            found.time,
            dict(found.models),
            gpus,
            quantiles=found.quantiles,
            first=found.first,
            server=found.server,
            others=found.others,
            left_out=found.left_out,
            names=found.names,
            took=took,
        )

    def _close(self) -> None:
        metrics, self._metrics = self._metrics, None
        if metrics is not None:
            metrics.close()
