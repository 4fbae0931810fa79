"""What is still to be done to the items of a scene, so that a graph of thousands comes in over several turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from studio.core.graph.differences.difference import Difference
from studio.core.graph.elements import Node, Wire, WireId

K = TypeVar("K")
V = TypeVar("V")


class Pending:
    """Items to move, to change and to make, each named once: what comes later takes the place of what came before."""

    def __init__(self) -> None:
        self.moved: dict[int, None] = {}
        self.changed: dict[int, Node] = {}
        self.changed_wires: dict[WireId, Wire] = {}
        self.nodes: dict[int, Node] = {}
        """Nodes that have no item yet."""
        self.wires: dict[WireId, Wire] = {}
        """Wires that have no item yet."""
        self.routes: dict[WireId, None] = {}

    def add(self, found: Difference) -> None:
        """Takes in what a new graph differs by; what goes is taken out."""
        for key in found.removed:
            _forget(key, self.nodes, self.changed, self.moved)
        for wire in found.removed_wires:
            _forget(wire, self.wires, self.changed_wires, self.routes)
        self.nodes |= {node.id: node for node in found.added}
        self.wires |= {wire.id: wire for wire in found.added_wires}
        for node in found.changed:
            (self.nodes if node.id in self.nodes else self.changed)[node.id] = node
        for bent in found.changed_wires:
            (self.wires if bent.id in self.wires else self.changed_wires)[bent.id] = bent

    def move(self, nodes: Iterable[int]) -> None:
        """Nodes that have to go where they belong now."""
        self.moved |= dict.fromkeys(nodes)

    def restyle(self, nodes: Iterable[Node]) -> None:
        """Nodes that have to be shown anew."""
        self.changed |= {node.id: node for node in nodes if node.id not in self.nodes and node.id not in self.changed}


def _forget(key: K, *places: dict[K, V] | dict[K, None]) -> None:
    for each in places:
        each.pop(key, None)


def take(waiting: dict[K, V], do: Callable[[V], object]) -> bool:
    """Does the first of what waits; false where nothing does."""
    if not waiting:
        return False
    do(waiting.pop(next(iter(waiting))))
    return True
