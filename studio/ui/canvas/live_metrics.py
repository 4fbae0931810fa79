"""What the running server does with the steps of a graph: states, and times as a mean over the last minute."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.app.session import Session
from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.core.graph.heat import Load, heat
from studio.core.inference.model_index import failures, is_changing, is_ready
from studio.core.inference.requests import ModelState
from studio.ui.canvas.scene.node_paint import Times
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
