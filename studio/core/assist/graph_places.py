"""Where in the text of an ensemble a part of its graph is written."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.graph.elements import INPUTS, OUTPUTS, PortId, WireId
from studio.core.graph.graph import GraphView
from studio.text.tree import Path

_OWN = {INPUTS: "input", OUTPUTS: "output"}
_MAPS = {"in": "input_map", "out": "output_map"}


def node_path(graph: GraphView, node: int) -> Path:
    """The step of a node, or the field of the ensemble's own inputs or outputs; () for a node that is gone."""
    if node in _OWN:
        return (_OWN[node],)
    known = graph.node(node)
    steps = graph.draft.config.steps
    return steps[known.index].path if known is not None and 0 <= known.index < len(steps) else ()


def port_path(graph: GraphView, port: PortId) -> Path:
    """The entry of the map that connects a port, or the declaration of the ensemble's own; else that of its node."""
    node = node_path(graph, port.node)
    known = graph.port(port)
    if port.node in _OWN or not node:
        return known.path or node if known is not None else node
    field = (*node, _MAPS[port.side])
    entry = graph.draft.entry(field, port.name)
    return (*field, entry) if entry is not None else node


def paths(
    graph: GraphView, nodes: Iterable[int] = (), wires: Iterable[WireId] = (), port: PortId | None = None
) -> tuple[Path, ...]:
    """The places of what is chosen on a canvas, each once."""
    ports = [end for wire in wires for end in (wire.source, wire.target)] + ([port] if port is not None else [])
    found = [node_path(graph, node) for node in sorted(nodes)] + [port_path(graph, each) for each in ports]
    return tuple(dict.fromkeys(filter(None, found)))
