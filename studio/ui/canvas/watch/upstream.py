"""Which steps have to run for a tensor of an ensemble, as its graph has them."""

from __future__ import annotations

from collections.abc import Collection

from studio.core.graph.elements import INPUTS, OUTPUTS, Node, WireId
from studio.core.graph.graph import GraphView


def maker(graph: GraphView, tensor: str) -> Node | None:
    """The node that gives a tensor: a step, or the ensemble's inputs; None where none does."""
    return next((node for node in graph.nodes if any(port.tensor == tensor for port in node.outputs)), None)


def anchor(graph: GraphView, tensor: str) -> WireId | None:
    """The wire of a tensor that its card is tied to: the first one."""
    return next((wire.id for wire in graph.wires if wire.tensor == tensor), None)


def is_outer(graph: GraphView, tensor: str) -> bool:
    """Whether a request to the ensemble or its answer has the tensor."""
    wires = [wire for wire in graph.wires if wire.tensor == tensor]
    return any(wire.source.node == INPUTS or wire.target.node == OUTPUTS for wire in wires)


def steps_before(graph: GraphView, tensors: Collection[str]) -> set[int]:
    """The steps that have to run for tensors."""
    found: set[int] = set()
    waiting = list(tensors)
    while waiting:
        node = maker(graph, waiting.pop())
        if node is not None and node.kind == "step" and node.id not in found:
            found.add(node.id)
            waiting += [port.tensor for port in node.inputs if port.tensor]
    return found
