"""What the running server does with the steps of a graph: states, and times as a mean over the last minute."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from studio.app.session import Session
from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.core.graph.heat import Load, heat
from studio.core.inference.model_index import failures, is_changing, is_ready
from studio.core.inference.requests import ModelState
from studio.core.serving.series import ModelKey
from studio.ui.canvas.figures.footers import NO_REQUEST, NO_SERVER, NO_STATISTICS, Known, Times
from studio.ui.canvas.figures.words import NodeFigure
from studio.ui.look.load_state import LoadState

WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class EnsembleLoad:
    """What the ensemble itself does: requests a second, and milliseconds of one."""

    rate: float = math.nan
    request_ms: float = math.nan


class LiveMetrics(QObject):
    """Pulls from the session's sampler while a server runs; views ask it."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        session.sampler.sampled.connect(self._tell)
        session.server.models_changed.connect(self._tell)
        session.server.status_changed.connect(self._tell)

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    @property
    def is_running(self) -> bool:
        """Whether a server runs that tells what it does."""
        return self._session.server.status.is_running

    def state(self, node: Node) -> LoadState:
        """Whether the version that a step asks for is loaded."""
        rows = self._session.server.models.get(node.model, ()) if self.is_running else ()
        wanted = str(node.shown_version) if node.shown_version is not None else ""
        mine = [row for row in rows if row.version == wanted] or list(rows)
        return _state(mine)

    def reason(self, node: Node) -> str:
        """Why the server would not load a step's model; "" where it did."""
        rows = self._session.server.models.get(node.model, ()) if self.is_running else ()
        return next((row.reason for row in failures(rows)), "")

    def known(self, graph: GraphView, figure: NodeFigure) -> Known:
        """What is known of the steps for one of the figures; what another one needs is left out."""
        models = {node.model for node in graph.nodes if node.kind == "step"}
        return Known(
            self.why_nothing,
            self.times(graph) if figure in ("queue", "compute", "share") and self.is_running else {},
            self._batches(models) if figure == "batch" else {},
            self._memory(models) if figure == "memory" else {},
            self.failures(models) if figure == "failures" else {},
        )

    @property
    def why_nothing(self) -> str:
        """Why a step may have no figure."""
        if not self.is_running:
            return NO_SERVER
        return NO_STATISTICS if self._session.sampler.last.problem else NO_REQUEST

    def failures(self, models: Collection[str]) -> dict[str, tuple[int, int]]:
        """How many of how many executions failed in the last minute, of the models that did something in it."""
        found: dict[str, tuple[int, int]] = {}
        for name, version in self._busy(models):
            failed, answered = (self._count(name, version, field) for field in ("failures_s", "requests_s"))
            before = found.get(name, (0, 0))
            found[name] = (before[0] + failed, before[1] + failed + answered)
        return {name: counts for name, counts in found.items() if counts[1]}

    def _busy(self, models: Collection[str]) -> list[ModelKey]:
        if not self.is_running:
            return []
        sampler = self._session.sampler
        return [key for key in sampler.figures.busy(sampler.last.time - WINDOW) if key[0] in models]

    def _count(self, name: str, version: str, field: str) -> int:
        """A rate of the last minute as a count."""
        times, values = self._session.sampler.model(name, version, field).points(
            self._session.sampler.last.time - WINDOW
        )
        spans = [1.0, *(float(after - before) for before, after in pairwise(times))]
        return round(sum(float(rate) * span for rate, span in zip(values, spans, strict=False) if rate > 0))

    def _batches(self, models: Collection[str]) -> dict[str, float]:
        found = {name: self.mean(name, version, "batch") for name, version in self._busy(models)}
        return {name: batch for name, batch in found.items() if not math.isnan(batch)}

    def _memory(self, models: Collection[str]) -> dict[str, float]:
        """GPU memory by what the latest load of a model took, as the ledger has it: an estimate."""
        found: dict[str, dict[str, float]] = {}
        for entry in self._session.server.current.ledger.entries:
            if entry.model in models and entry.kind == "load":
                found.setdefault(entry.model, {})[entry.gpu] = entry.change
        totals = {model: sum(gpus.values()) for model, gpus in found.items()}
        return {model: taken for model, taken in totals.items() if taken > 0}

    def times(self, graph: GraphView) -> dict[int, Times]:
        """The times of each step that was asked in the last minute."""
        shown: dict[str, set[str]] = defaultdict(set)
        for node in graph.nodes:
            shown[node.model] |= {str(node.shown_version)} if node.shown_version is not None else set()
        loads = self._loads(shown)
        found = heat(graph, loads)
        most = max((each.share for each in found.values()), default=0.0)
        if not most:
            # Nothing was asked: a share of nothing is none.
            return {}
        return {
            node: Times(
                each.load.queue_ms / 1000,
                each.load.compute_ms / 1000,
                each.share,
                most > 0 and each.share == most,
                each.share / most if most else 0.0,
                each.load.rate,
            )
            for node, each in found.items()
        }

    def _loads(self, shown: Mapping[str, set[str]]) -> dict[str, Load]:
        """What the models did whose versions are shown; any version of one that is shown without."""
        found: dict[str, Load] = {}
        for name, version in self._session.sampler.models():
            if name in shown and name not in found and (version in shown[name] or not shown[name]):
                load = self._load(name, version)
                if load is not None:
                    found[name] = load
        return found

    def _load(self, name: str, version: str) -> Load | None:
        queue, compute = self.mean(name, version, "queue_ms"), self.mean(name, version, "compute_ms")
        rate = self.mean(name, version, "inferences_s")
        if math.isnan(queue) or math.isnan(compute):
            return None
        return Load(0.0 if math.isnan(rate) else rate, queue, compute)

    def mean(self, name: str, version: str, field: str) -> float:
        """The mean of a series over the last minute; NaN where it has no value."""
        values = self.values(name, version, field)
        there = [value for value in values if not math.isnan(value)]
        return sum(there) / len(there) if there else math.nan

    def values(self, name: str, version: str, field: str) -> list[float]:
        """A series of the last minute."""
        since = self._session.sampler.last.time - WINDOW
        return [float(value) for value in self._session.sampler.model(name, version, field).points(since)[1]]

    def ensemble(self, name: str) -> EnsembleLoad:
        """What the ensemble itself does."""
        versions = [version for model, version in self._session.sampler.models() if model == name]
        if not versions:
            return EnsembleLoad()
        last = versions[-1]
        return EnsembleLoad(
            self._session.sampler.model(name, last, "requests_s").last, self.mean(name, last, "request_ms")
        )


def _state(rows: list[ModelState]) -> LoadState:
    if is_ready(rows):
        return "ready"
    if is_changing(rows):
        return "loading"
    return "failed" if failures(rows) else ""
