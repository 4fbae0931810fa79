"""Whether a wire will do, by the server's own rules for the graph, and what to do where it will not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studio.core.checking.rules.decoupled import origins
from studio.core.checking.rules.flow import Known
from studio.core.graph.edits.wires import join, obstacle
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, PortId
from studio.core.graph.graph import GraphView
from studio.core.graph.offers import Offer, OfferKind, batch_offer, offers
from studio.core.graph.plan import Plan
from studio.core.graph.problems import clash
from studio.core.graph.shapes import agree, first_clash
from studio.value_class import dataclass

__all__ = ["Offer", "OfferKind", "Verdict", "Wiring", "verdict"]

_Place = tuple[int, int, int]
"""Where the server comes to a port: its step (-1 for the ensemble), inputs before outputs, its place among them."""
_EMPTY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a wire will do. `reason` is a sentence that names both sides and both shapes, "" where all is well.

    Where it will do, `reason` may still tell what comes with it: another wire is replaced, the batch is too large.
    """

    ok: bool
    reason: str = ""
    offers: tuple[Offer, ...] = ()


def verdict(view: GraphView, source: PortId, target: PortId) -> Verdict:
    """Whether a wire between two ports will do, with what would make it fit. The ends may come in either order."""
    wiring = Wiring(view, source)
    found = wiring.verdict(target)
    return Verdict(found.ok, found.reason, wiring.offers(target))


class Wiring:
    """All verdicts for wires from one port, either end, on one view: what a drag asks. Made once a drag."""

    def __init__(self, view: GraphView, start: PortId) -> None:
        self._view = view
        self._start = start
        self._plan = Plan(view, "Connect")
        self._places = _places(view.nodes)
        self._sources = {wire.target: wire.source for wire in reversed(view.wires)}
        self._sayings: dict[str, list[tuple[_Place, PortId, Known]]] = {}
        decoupled = {node.index: node.is_decoupled for node in view.nodes if node.kind == "step"}
        self._decoupled = decoupled
        self._origins = origins(view.flow.drawn, decoupled)[0] if any(decoupled.values()) else None

    def verdict(self, other: PortId) -> Verdict:
        """Whether a wire between the port that is dragged and this one will do; quick, without offers."""
        source, target = self._ends(other)
        reason = obstacle(self._plan, source, target) or self._circle(source, target)
        reason = reason or self._misfit(source, target) or self._merge(source, target)
        return Verdict(False, reason) if reason else Verdict(True, self._aside(source, target))

    def offers(self, other: PortId) -> tuple[Offer, ...]:
        """What would make a wire fit that does not, or raise what it would come with."""
        source, target = self._ends(other)
        if obstacle(self._plan, source, target) or self._circle(source, target):
            return ()
        if self._misfit(source, target):
            return offers(self._view, source, target)
        return batch_offer(self._view, (source, target))

    def _ends(self, other: PortId) -> tuple[PortId, PortId]:
        return (self._start, other) if self._start.side == "out" else (other, self._start)

    def _circle(self, source: PortId, target: PortId) -> str:
        if source.node == INPUTS or target.node == OUTPUTS or target.node not in self._view.flow.before(source.node):
            return ""
        if source.node == target.node:
            return f"{self._title(source)} and {self._title(target)} are of one step: it would wait for itself."
        return f"{self._title(source)} waits for {self._title(target)} already: the steps would go in a circle."

    def _misfit(self, source: PortId, target: PortId) -> str:
        """Why the server would not take the tensor that this wire makes."""
        for one, other in self._compared(source, target):
            if not agree(one[1], other[1]):
                return clash((one[1], one[0]), (other[1], other[0]))
        return self._left(source, target)

    def _left(self, source: PortId, target: PortId) -> str:
        """Whether those that the target leaves agree without it: it may have been what they were held against."""
        old = self._plan.tensor(target)
        if old is None or old == self._plan.tensor(source):
            return ""
        said = self._said(old, target)
        if not said or said[0][1] != target or first_clash([each[2] for each in said]) is not None:
            return ""
        odd = first_clash([each[2] for each in said[1:]])
        return f"Without {self._title(target)}, “{odd.model}” does not fit the tensor “{old}”." if odd else ""

    def _compared(self, source: PortId, target: PortId) -> Iterable[tuple[tuple[PortId, Known], tuple[PortId, Known]]]:
        """The pairs of ends that the server would compare anew, the first in its order with each later one."""
        said, takes = self._tensor(source), self._view.flow.said.get(target)
        if takes is None or not said:
            return
        later = said[:1] if said[0][0] < self._places[target] else said
        yield from (((port, known), (target, takes)) for _place, port, known in later)

    def _tensor(self, source: PortId) -> list[tuple[_Place, PortId, Known]]:
        """What is said of the tensor of a source, by its source and all that read it, in the server's order.

        What is said twice is there once.
        """
        tensor = self._plan.tensor(source)
        key = f"{source.node}/{source.name}" if tensor is None else f"/{tensor}"
        if key not in self._sayings:
            found = self._said(tensor, source)
            kinds = {(each[2].data_type, each[2].dims, each[2].full): each for each in reversed(found)}
            self._sayings[key] = sorted(kinds.values(), key=lambda each: each[0])
        return self._sayings[key]

    def _said(self, tensor: str | None, port: PortId) -> list[tuple[_Place, PortId, Known]]:
        """What each end of a tensor says of it, in the server's order; of none, what the port says."""
        flow = self._view.flow
        ports = [port] if tensor is None else [*flow.writers.get(tensor, ()), *flow.readers.get(tensor, ())]
        known = [(self._places[each], each, flow.said[each]) for each in ports if each in flow.said]
        return sorted(known, key=lambda each: each[0])

    def _merge(self, source: PortId, target: PortId) -> str:
        """Whether data of a decoupled model would meet data of another origin."""
        if self._origins is None:
            return ""
        found = self._origins
        own = self._given(source)
        if target.node == OUTPUTS:
            names = [name for name in self._plan.outputs if name != target.name]
        else:
            reads = self._plan.steps[target.node].maps.reads
            names = [tensor for port, tensor in reads.items() if port != target.name]
        others = {found[name] for name in names if name in found}
        if own is not None and others - {own}:
            return (
                f"{self._title(target)} would join {self._title(source)} with data of another origin: what a decoupled "
                "model answers any number of times cannot be told to belong to the rest."
            )
        return self._merge_below(source, target) if target.node != OUTPUTS and own is not None else ""

    def _given(self, source: PortId) -> frozenset[int] | None:
        """The origin of what a source gives; None where it gets no data yet."""
        tensor, found = self._plan.tensor(source), self._origins or {}
        if tensor is not None:
            return found.get(tensor)
        node = self._view.by_id[source.node]
        if self._decoupled[node.index]:
            return frozenset({node.index})
        reads = self._plan.steps[source.node].maps.reads.values()
        return _EMPTY.union(*(found[name] for name in reads)) if all(name in found for name in reads) else None

    def _merge_below(self, source: PortId, target: PortId) -> str:
        """Whether data meets further down, which only a run over the graph as it would be can tell."""
        step = self._plan.steps[target.node]
        node = self._view.by_id[target.node]
        if node.is_decoupled or not any(self._plan.is_read(tensor) for tensor in step.maps.writes.values()):
            return ""
        plan = Plan(self._view, "Connect")
        join(plan, source, target)
        now, before = origins(plan.drawn(), self._decoupled)[0], self._origins or {}
        joins = f"would join what {self._title(source)} gives with data of another origin."
        for other in plan.steps.values():
            if _meets(now, other.maps.reads.values()) and not _meets(before, other.maps.reads.values()):
                return f"Further on, “{other.model}” {joins}"
        meets = _meets(now, plan.outputs) and not _meets(before, plan.outputs)
        return f"The ensemble's answer {joins}" if meets else ""

    def _aside(self, source: PortId, target: PortId) -> str:
        """What comes with a wire that will do."""
        before = self._sources.get(target)
        if before not in (None, source):
            return f"It takes the place of the wire from {self._title(before)}."
        gives, takes = self._view.flow.said.get(source), self._view.flow.said.get(target)
        if gives and takes and not agree(gives, takes):
            # Each agrees with what the server compares first, so it loads; a request may fail all the same.
            return f"The server takes it, but: {clash((gives, source), (takes, target))}"
        most = self._view.max_batch_size
        nodes = (self._view.by_id[port.node] for port in (source, target))
        small = next((node for node in nodes if node.kind == "step" and 0 < node.max_batch_size < most), None)
        if small is None:
            return ""
        return f"“{small.model}” takes batches of up to {small.max_batch_size}, the ensemble promises up to {most}."

    def _title(self, port: PortId) -> str:
        node = self._view.by_id.get(port.node)
        return f"“{node.model}.{port.name}”" if node and node.model else f"“{port.name}”"


def _meets(found: Mapping[str, frozenset[int]], names: Iterable[str]) -> bool:
    return len({found[name] for name in names if name in found}) > 1


def _places(nodes: Iterable[Node]) -> dict[PortId, _Place]:
    found: dict[PortId, _Place] = {}
    for node in nodes:
        for at, port in enumerate(node.ports):
            found[port.id] = (node.index, 0 if port.id.side == "in" else 1, at)
        if node.kind != "step":
            found.update({port.id: (-1, node.id, at) for at, port in enumerate(node.ports)})
    return found
