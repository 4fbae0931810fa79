"""Follows what loads and unloads of models do to the memory of a server's GPUs."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from studio.app.serving.sampling.figures import Sampled
from studio.core.inference.model_index import is_changing, is_ready
from studio.core.serving.figures.ledger import Entry, Fit, will_it_fit

if TYPE_CHECKING:
    from studio.app.serving.models import ServedModels

SETTLED = 2
"""Samples after which the memory stands still."""
_BEFORE = 4
"""Samples: the server's index tells of a load after it has begun."""
_NEW = 10.0
"""Seconds without a sample after which another server runs."""
_KEPT = 500
_GROWN = 16 << 20
_TOUCHED = 1 << 20


class MemoryLedger(QObject):
    """The entries of one server, by load differences: an estimate, as others use a GPU too. UI thread only."""

    changed = Signal()

    def __init__(self, server: ServedModels, parent: QObject) -> None:
        super().__init__(parent)
        self._server = server
        self.entries: deque[Entry] = deque(maxlen=_KEPT)
        self._ready: frozenset[str] = frozenset()
        self._earlier: deque[dict[str, float]] = deque(maxlen=_BEFORE)
        self._frozen: dict[str, float] | None = None
        self._quiet = 0
        self._at = -math.inf

    def note(self, sampled: Sampled) -> None:
        """One more sample of the GPUs."""
        used = {gpu.uuid: gpu.memory_used for gpu in sampled.gpus if math.isfinite(gpu.memory_used)}
        if not used:
            return
        models = self._server.models
        ready = frozenset(name for name, rows in models.items() if is_ready(rows))
        moves = bool(self._server.pending) or any(is_changing(rows) for rows in models.values())
        if sampled.time - self._at > _NEW:
            # What was loaded before the first sample cannot be told apart.
            self._ready, self._frozen = ready, None
            self._earlier.clear()
        self._at = sampled.time
        if self._frozen is None and (moves or ready != self._ready):
            self._frozen = self._earlier[0] if self._earlier else used
            self._quiet = 0
        if self._frozen is None:
            self._earlier.append(used)
            return
        self._quiet = 0 if moves else self._quiet + 1
        if self._quiet > SETTLED:
            self._enter(sampled.time, used, ready)

    def clear(self) -> None:
        """Another server: what the one before took is none of its entries."""
        self.entries.clear()
        self._earlier.clear()
        self._ready, self._frozen = frozenset(), None
        self._quiet, self._at = 0, -math.inf
        self.changed.emit()

    def will_it_fit(self, model: str, sampled: Sampled) -> tuple[str, Fit] | None:
        """For the GPU on which it was loaded before, or else the one with most memory free; None where no GPU tells."""
        known = [gpu for gpu in sampled.gpus if gpu.memory_total > 0 and math.isfinite(gpu.memory_used)]
        if not known:
            return None
        seen = {entry.gpu for entry in self.entries if entry.model == model and entry.change > 0}
        gpu = max(known, key=lambda each: (each.uuid in seen, each.memory_total - each.memory_used))
        return gpu.title, will_it_fit(self.entries, gpu.uuid, model, gpu.memory_used, gpu.memory_total)

    def _enter(self, at: float, used: dict[str, float], ready: frozenset[str]) -> None:
        before, self._frozen = self._frozen or used, None
        came, gone = ready - self._ready, self._ready - ready
        self._ready = ready
        self._earlier.clear()
        self._earlier.append(used)
        for gpu, now in used.items():
            was = before.get(gpu, now)
            last = next((entry.after for entry in reversed(self.entries) if entry.gpu == gpu), was)
            if abs(was - last) >= _GROWN:
                self.entries.append(Entry(at, gpu, "", "growth", last, was))
            # Of several GPUs those that it did not touch have no part in it.
            if (came or gone) and (len(used) == 1 or abs(now - was) >= _TOUCHED):
                kind: Literal["load", "unload"] = "load" if came else "unload"
                self.entries.append(Entry(at, gpu, ", ".join(sorted(came or gone)), kind, was, now))
        self.changed.emit()
