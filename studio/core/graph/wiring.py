"""Whether a wire will do, by the server's own rules for the graph, and what to do where it will not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from studio.core.graph.values import Edit, GraphView, PortId

OfferKind: TypeAlias = Literal["edit", "model", "template"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to make a wire fit.

    `edit` changes this ensemble; for "model" it changes the configuration of `model` instead. For "template" it adds
    a step of a model that is to be made first: `model` is its name, `files` what it consists of by path within its
    folder.
    """

    title: str
    kind: OfferKind
    edit: Edit
    model: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a wire will do. `reason` is a sentence that names both sides and both shapes, "" where all is well.

    Where it will do, `reason` may still tell what comes with it: another wire is replaced, the batch is too large.
    """

    ok: bool
    reason: str = ""
    offers: tuple[Offer, ...] = ()


class Wiring:
    """All verdicts for wires from one port, either end, on one view: what a drag asks. Made once a drag."""

    def __init__(self, view: GraphView, start: PortId) -> None:
        self._view = view
        self._start = start

    def verdict(self, other: PortId) -> Verdict:
        """Whether a wire between the port that is dragged and this one will do; quick, without offers."""
        raise NotImplementedError

    def offers(self, other: PortId) -> tuple[Offer, ...]:
        """What would make a wire fit that does not."""
        raise NotImplementedError


def verdict(view: GraphView, source: PortId, target: PortId) -> Verdict:
    """Whether a wire between two ports will do, with what would make it fit. The ends may come in either order."""
    wiring = Wiring(view, source)
    found = wiring.verdict(target)
    return found if found.ok else Verdict(False, found.reason, wiring.offers(target))
