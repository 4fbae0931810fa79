"""Loads and unloads a model again and again, and measures whether the memory of the server's GPUs grows by it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app.serving.sampling.figures import Sampled
from studio.app.serving.sampling.memory_ledger import SETTLED
from studio.core.inference.model_index import is_changing, is_ready
from studio.core.serving.figures.ledger import Leak, slope
from studio.core.serving.launch import State

if TYPE_CHECKING:
    from studio.app.serving.ladder import ServerStatus
    from studio.app.serving.models import ServedModels
    from studio.app.serving.sampling.sampler import Sampler

CYCLES = 5
_PATIENCE = 10.0
"""Seconds in which the server's index tells of a load or an unload that the server has done."""


def why_not(server: ServedModels, model: str) -> str:
    """Why a model cannot be tested for a leak; empty where it can."""
    if server.guard.refusal:
        return server.guard.refusal
    if server.status.state is not State.READY:
        return "The server is not ready."
    if server.guard.asks:
        return "Each load and unload there is asked about first: no test can go on by itself."
    return "" if is_ready(server.models.get(model, ())) else f"{model} is not loaded."


class LeakTest(QObject):
    """Unloads and loads a model several times, and tells how memory in use after each unload grows. UI thread only."""

    ended = Signal(object, str)
    """Leak, or None where it was not finished; and the model."""

    def __init__(
        self,
        server: ServedModels,
        sampler: Sampler,
        model: str,
        parent: QObject,
        cycles: int = CYCLES,
        patience: float = _PATIENCE,
    ) -> None:
        super().__init__(parent)
        self._server, self._sampler, self.model = server, sampler, model
        self._cycles, self._patience = cycles, patience
        self._after: list[float] = []
        self._gpus: frozenset[str] = frozenset()
        self._wants_loaded = self._is_cancelled = False
        self._waits = 0
        self._moved = 0.0

    @property
    def done(self) -> int:
        """So many unloads were measured."""
        return len(self._after)

    def start(self) -> None:
        """Begins, where it can; what is served meanwhile fails."""
        if why_not(self._server, self.model):
            self.ended.emit(None, self.model)
            return
        self._sampler.sampled.connect(self._note)
        self._server.status_changed.connect(self._follow)
        self._ask(loaded=False)

    def cancel(self) -> None:
        """Ends it once the model is loaded again."""
        self._is_cancelled = True
        if self._wants_loaded:
            self._end(None)

    # Inside

    def _ask(self, loaded: bool) -> None:
        self._wants_loaded, self._waits, self._moved = loaded, 0, time.monotonic()
        if loaded:
            self._server.load(self.model)
        else:
            self._server.unload(self.model)

    def _follow(self, status: ServerStatus) -> None:
        if status.state is not State.READY:
            self._end(None)

    def _note(self, sampled: Sampled) -> None:
        rows = self._server.models.get(self.model, ())
        if self._server.pending or is_changing(rows):
            self._waits, self._moved = 0, time.monotonic()
        elif is_ready(rows) is not self._wants_loaded:
            # Refused, or somebody else has changed it: it is not asked for once more.
            self._waits = 0
            if time.monotonic() - self._moved >= self._patience:
                self._end(None)
        elif self._is_cancelled:
            self._ask(loaded=True)
            self._end(None)
        else:
            self._measure(_used(sampled))

    def _measure(self, used: dict[str, float]) -> None:
        """Takes a sample of the model as it was asked for, unless it tells of other GPUs than those before."""
        if not used or (self._gpus and self._gpus != used.keys()):
            return
        self._waits += 1
        if self._waits <= SETTLED:
            return
        self._gpus = frozenset(used)
        if self._wants_loaded:
            self._ask(loaded=False)
            return
        self._after.append(sum(used.values()))
        self._ask(loaded=True)
        if len(self._after) >= self._cycles:
            self._end(slope(self._after))

    def _end(self, found: Leak | None) -> None:
        self._sampler.sampled.disconnect(self._note)
        self._server.status_changed.disconnect(self._follow)
        self.ended.emit(found, self.model)


def _used(sampled: Sampled) -> dict[str, float]:
    """Bytes in use of each whole GPU that tells it."""
    return {gpu.uuid: gpu.memory_used for gpu in sampled.gpus if gpu.part < 0 and math.isfinite(gpu.memory_used)}
