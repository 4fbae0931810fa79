"""An ensemble as a Mermaid flow chart, for a README."""

from __future__ import annotations

from studio.core.graph.elements import INPUTS, OUTPUTS, Node, PortId
from studio.core.graph.graph import GraphView


def mermaid(view: GraphView) -> str:
    """The graph as Mermaid text, steps with model and version, wires between them with the name of their tensor."""
    places = {port.id: f"i{at}" for at, port in enumerate(view.nodes[INPUTS].outputs)}
    places |= {port.id: f"o{at}" for at, port in enumerate(view.nodes[OUTPUTS].inputs)}
    lines = ["flowchart LR"]
    lines += [f'  {places[port.id]}(["{_escaped(port.name)}"])' for port in view.nodes[INPUTS].outputs]
    lines += [f'  s{node.index}["{_title(node)}"]' for node in view.nodes[2:]]
    lines += [f'  {places[port.id]}(["{_escaped(port.name)}"])' for port in view.nodes[OUTPUTS].inputs]
    seen: dict[str, None] = {}
    for wire in view.wires:
        source, target = _place(view, places, wire.source), _place(view, places, wire.target)
        is_own = wire.source.node == INPUTS or wire.target.node == OUTPUTS
        arrow = "-->" if is_own else f'-- "{_escaped(wire.tensor)}" -->'
        seen[f"  {source} {arrow} {target}"] = None
    return "\n".join([*lines, *seen]) + "\n"


def _place(view: GraphView, places: dict[PortId, str], port: PortId) -> str:
    return places.get(port) or f"s{view.by_id[port.node].index}"


def _title(node: Node) -> str:
    version = "" if node.version == -1 else f" v{node.version}"
    return _escaped(node.model or "no model") + version


def _escaped(text: str) -> str:
    """What Mermaid would read as its own becomes a number of a character; an empty label is none to it."""
    return "".join(each if each.isalnum() or each in " _-./:" else f"#{ord(each)};" for each in text) or " "
