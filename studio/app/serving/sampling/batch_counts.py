"""How often each model of a server was run with a batch of each size, asked once for however many views show it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app.serving.connected import ConnectedServer
from studio.core.serving.figures.batching import BatchCount
from studio.core.serving.series import ModelKey
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.inference.requests import ModelStatistics

_EVERY = 2.0


class BatchCounts(QObject):
    """Asks for the statistics of a model at most every other second. UI thread only."""

    told = Signal(tuple)
    """ModelKey of what was read, or could not be."""

    def __init__(self, server: ConnectedServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = server
        self._asked: dict[ModelKey, float] = {}
        self._read: dict[ModelKey, tuple[BatchCount, ...] | Failure] = {}

    def of(self, key: ModelKey) -> tuple[BatchCount, ...] | Failure | None:
        """What was read last, or why it could not be; None where nothing is known yet."""
        return self._read.get(key)

    def want(self, key: ModelKey) -> None:
        """Asks, unless that was done just now; `told` says when there is something new."""
        now = time.monotonic()
        if now - self._asked.get(key, -math.inf) < _EVERY:
            return
        self._asked[key] = now
        name, version = key
        self._server.ask(
            "Read the batches",
            lambda client: client.statistics(name, version),
            lambda found: self._take(key, _counts(key, found)),
            lambda failure: self._take(key, failure),
        )

    def clear(self) -> None:
        """Forgets what another server told."""
        self._asked.clear()
        self._read.clear()

    def _take(self, key: ModelKey, found: tuple[BatchCount, ...] | Failure) -> None:
        self._read[key] = found
        self.told.emit(key)


def _counts(key: ModelKey, found: tuple[ModelStatistics, ...]) -> tuple[BatchCount, ...]:
    return next((each.batches for each in found if (each.name, each.version) == key), ())
