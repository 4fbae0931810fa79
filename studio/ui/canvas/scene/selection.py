"""What is chosen on a canvas: nodes, wires, or one port."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from studio.core.graph.elements import PortId, WireId


@dataclass(frozen=True, slots=True)
class Selection:
    """Nodes and wires together, or a port; empty where nothing is chosen."""

    nodes: frozenset[int] = frozenset()
    wires: frozenset[WireId] = frozenset()
    port: PortId | None = None

    def __bool__(self) -> bool:
        return bool(self.nodes or self.wires or self.port)

    @property
    def node(self) -> int | None:
        """The node, where exactly one is chosen and nothing else."""
        return next(iter(self.nodes)) if len(self.nodes) == 1 and not self.wires else None

    @property
    def wire(self) -> WireId | None:
        """The wire, where exactly one is chosen and nothing else."""
        return next(iter(self.wires)) if len(self.wires) == 1 and not self.nodes else None

    def within(self, nodes: Collection[int], wires: Collection[WireId]) -> Selection:
        """What of it is still there."""
        return Selection(
            frozenset(each for each in self.nodes if each in nodes),
            frozenset(each for each in self.wires if each in wires),
            self.port if self.port is not None and self.port.node in nodes else None,
        )


def of_nodes(nodes: Collection[int]) -> Selection:
    """A choice of nodes alone."""
    return Selection(frozenset(nodes))


def of_wire(wire: WireId) -> Selection:
    """A choice of one wire."""
    return Selection(wires=frozenset((wire,)))


def of_port(port: PortId) -> Selection:
    """A choice of one port."""
    return Selection(port=port)
