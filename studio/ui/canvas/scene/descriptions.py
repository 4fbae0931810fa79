"""What is said of the parts of a graph: to screen readers, and in tool tips."""

from __future__ import annotations

from studio.core.graph.elements import Node, PortId, WireId
from studio.core.graph.graph import GraphView
from studio.ui.canvas.scene import node_shape


def describe_node(graph: GraphView, node_id: int) -> str:
    """A node with its version, and what is wrong with it."""
    node = graph.node(node_id)
    if node is None:
        return ""
    parts = [_name(node)]
    if node.kind == "step":
        parts.append(f"{node.backend or 'backend unknown'}, {node_shape.detail_of(node) or 'no version'}")
    if node.is_decoupled:
        parts.append("decoupled")
    if node.problem:
        parts.append(node.problem)
    return "\n".join(parts)


def describe_port(graph: GraphView, port_id: PortId) -> str:
    """A port with its type and its tensor, and what is wrong with it."""
    port, node = graph.port(port_id), graph.node(port_id.node)
    if port is None or node is None:
        return ""
    short = port.data_type.removeprefix("TYPE_") or "no data type"
    dims = node_shape.dims_of(port)
    first = f"{_name(node)}: {port.name}, {short} {dims}".rstrip()
    tensor = f"ensemble tensor {port.tensor}" if port.tensor else "not wired"
    return "\n".join(part for part in (first, "optional" if port.optional else "", tensor, port.problem) if part)


def describe_wire(graph: GraphView, wire_id: WireId) -> str:
    """A wire with both of its ends, and what is wrong with it."""
    wire = next((each for each in graph.wires if each.id == wire_id), None)
    if wire is None:
        return ""
    ends = [_end(graph, wire.source), _end(graph, wire.target)]
    return "\n".join(part for part in (f"{wire.tensor}: {ends[0]} to {ends[1]}", wire.problem) if part)


def _end(graph: GraphView, port: PortId) -> str:
    node = graph.node(port.node)
    return f"{_name(node)}.{port.name}" if node else port.name


def _name(node: Node) -> str:
    if node.kind != "step":
        return f"{node.kind.capitalize()} of the ensemble"
    return node.model or "A step without a model"
