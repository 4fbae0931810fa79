"""How the time of an ensemble spreads over its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from studio.core.graph.graph import GraphView
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What one model did in a span of time: inferences a second, and milliseconds of one in queue and computing."""

    rate: float
    queue_ms: float
    compute_ms: float


@dataclass(frozen=True, slots=True)
class Heat:
    """What one step does: its model's load, and its share of the time that all steps take together, 0 to 1."""

    load: Load
    share: float


def heat(view: GraphView, loads: Mapping[str, Load]) -> dict[int, Heat]:
    """The heat of each step whose model has a load, by node.

    A model that several steps run has its rate shared among them: the server counts a model, not a step.
    """
    steps = [node for node in view.nodes if node.kind == "step" and node.model in loads]
    several = Counter(node.model for node in steps)
    own = {node.id: _part(loads[node.model], several[node.model]) for node in steps}
    total = sum(map(_time, own.values()))
    return {node: Heat(load, _time(load) / total if total > 0 else 0.0) for node, load in own.items()}


def _part(load: Load, steps: int) -> Load:
    return Load(load.rate / steps, load.queue_ms, load.compute_ms)


def _time(load: Load) -> float:
    """Milliseconds a second; what a server says in error counts as nothing."""
    spent = load.rate * (load.queue_ms + load.compute_ms)
    return spent if 0 < spent < float("inf") else 0.0
