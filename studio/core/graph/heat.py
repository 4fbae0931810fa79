"""How the time of an ensemble spreads over its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.graph.values import GraphView


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
    """The heat of each step whose model has a load, by node. A model that several steps run is shared among them."""
    raise NotImplementedError
