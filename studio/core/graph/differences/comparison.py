"""How two ensembles differ: steps by the names that files give them, wires by their ends."""

from __future__ import annotations

from typing import Literal, TypeAlias

from studio.core.graph.elements import Node, Port, PortId, Wire, WireId
from studio.core.graph.graph import GraphView
from studio.value_class import dataclass

End: TypeAlias = tuple[str, str, str]
"""The key of a node, the side, and the name of a port."""
Mark: TypeAlias = Literal["only", "changed"]
"""Only in this one of the two, or in both and not alike."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in words, with the nodes that it is about: `one` and `other`, None where there is none."""

    words: str
    one: int | None = None
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What of one of the two is marked."""

    nodes: dict[int, Mark]
    wires: dict[WireId, Mark]


@dataclass(frozen=True, slots=True)
class GraphComparison:
    """All differences, those of steps first."""

    one: Side
    other: Side
    changes: tuple[Change, ...]


def compare_graphs(one: GraphView, other: GraphView) -> GraphComparison:
    """What is only in one of two graphs, and what is in both and differs."""
    first, second = Side({}, {}), Side({}, {})
    changes = [*_nodes(one, other, first, second), *_wires(one, other, first, second)]
    return GraphComparison(first, second, tuple(changes))


def _nodes(one: GraphView, other: GraphView, first: Side, second: Side) -> list[Change]:
    changes: list[Change] = []
    there = {node.key: node for node in other.nodes}
    for node in one.nodes:
        match = there.pop(node.key, None)
        if match is None:
            first.nodes[node.id] = "only"
            changes.append(Change(f"{title(node)}: only on the left", node.id))
        elif words := _differences(node, match):
            first.nodes[node.id] = second.nodes[match.id] = "changed"
            changes += [Change(f"{title(node)}: {each}", node.id, match.id) for each in words]
    for node in there.values():
        second.nodes[node.id] = "only"
        changes.append(Change(f"{title(node)}: only on the right", None, node.id))
    return changes


def title(node: Node) -> str:
    """What a node is called in words."""
    return {"inputs": "Inputs", "outputs": "Outputs"}.get(node.kind, node.key)


def _differences(one: Node, other: Node) -> list[str]:
    found = []
    if one.version != other.version:
        found.append(f"version {_version(one)} and {_version(other)}")
    if one.namespace != other.namespace:
        found.append(f"namespace {one.namespace or 'none'} and {other.namespace or 'none'}")
    there = {(port.id.side, port.name): port for port in other.ports}
    for port in one.ports:
        match = there.pop((port.id.side, port.name), None)
        if match is None:
            found.append(f"{port.name} only on the left")
        else:
            found += _port_differences(port, match)
    return [*found, *(f"{name} only on the right" for _, name in there)]


def _version(node: Node) -> str:
    return "the latest" if node.version == -1 else str(node.version)


def _port_differences(one: Port, other: Port) -> list[str]:
    found = []
    if (one.data_type, one.dims) != (other.data_type, other.dims):
        found.append(f"{one.name} is {_shape(one)} and {_shape(other)}")
    if one.tensor != other.tensor:
        found.append(f"{one.name} is mapped to {one.tensor or 'nothing'} and {other.tensor or 'nothing'}")
    return found


def _shape(port: Port) -> str:
    return f"{port.data_type.removeprefix('TYPE_') or 'of no type'} [{','.join(map(str, port.dims))}]"


def _wires(one: GraphView, other: GraphView, first: Side, second: Side) -> list[Change]:
    changes: list[Change] = []
    there = {_ends(other, wire): wire for wire in other.wires}
    for wire in one.wires:
        if there.pop(_ends(one, wire), None) is None:
            first.wires[wire.id] = "only"
            changes.append(Change(f"{_said(one, wire)}: only on the left", wire.target.node))
    for wire in there.values():
        second.wires[wire.id] = "only"
        changes.append(Change(f"{_said(other, wire)}: only on the right", None, wire.target.node))
    return changes


def _ends(graph: GraphView, wire: Wire) -> tuple[End, End]:
    return _end(graph, wire.source), _end(graph, wire.target)


def _end(graph: GraphView, port: PortId) -> End:
    node = graph.node(port.node)
    return (node.key if node is not None else "", port.side, port.name)


def _said(graph: GraphView, wire: Wire) -> str:
    names = [title(node) for end in wire.id if (node := graph.node(end.node)) is not None]
    return f"The wire {wire.tensor} from {' to '.join(names)}"
