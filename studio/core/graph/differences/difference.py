"""What changed between two graphs, so that a scene patches itself instead of being built anew."""

from __future__ import annotations

from studio.core.graph.elements import Node, Wire, WireId
from studio.core.graph.graph import GraphView
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """Changed nodes and wires are given as they are now; what moved among the steps only is no change."""

    added: tuple[Node, ...] = ()
    removed: tuple[int, ...] = ()
    changed: tuple[Node, ...] = ()
    added_wires: tuple[Wire, ...] = ()
    removed_wires: tuple[WireId, ...] = ()
    changed_wires: tuple[Wire, ...] = ()

    def __bool__(self) -> bool:
        return self != Difference()


def difference(old: GraphView | None, new: GraphView) -> Difference:
    """What to do to a scene of one graph to make it one of the other; None is an empty scene."""
    nodes = dict(old.by_id) if old else {}
    wires = {wire.id: wire for wire in old.wires} if old else {}
    now = {wire.id for wire in new.wires}
    return Difference(
        added=tuple(node for node in new.nodes if node.id not in nodes),
        removed=tuple(node for node in nodes if node not in new.by_id),
        changed=tuple(node for node in new.nodes if _differs(nodes.get(node.id), node)),
        added_wires=tuple(wire for wire in new.wires if wire.id not in wires),
        removed_wires=tuple(wire for wire in wires if wire not in now),
        changed_wires=tuple(wire for wire in new.wires if _differs(wires.get(wire.id), wire)),
    )


def _differs(old: Node | Wire | None, new: Node | Wire) -> bool:
    # Nodes that stay are mostly the same objects; a comparison by fields is dear.
    return old is not None and old is not new and old != new
