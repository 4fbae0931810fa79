"""Models that fit: for the search that adds a step, a wire dropped on nothing, and a node dropped on a wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.graph.values import GraphView, PortId, WireId


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may become a step. `port` is the one that takes the wire, "" where there is none to take.

    `through` is the output that goes on, for a wire. `ok` whether the server would take it, `reason` why not; `rank`
    is small for what fits best.
    """

    model: str
    port: str = ""
    through: str = ""
    ok: bool = True
    reason: str = ""
    rank: int = 0


def candidates(
    view: GraphView, at: PortId | WireId | None, models: Iterable[str], words: str = ""
) -> tuple[Candidate, ...]:
    """The models, best first, one a port that fits: from a port either way, between the ends of a wire, or any.

    Those that fit come first, then the others with the reason, one a model. `words` filters by name as a search does.
    """
    raise NotImplementedError
