"""Which steps have to run for a tensor of an ensemble, as its graph has them."""

from __future__ import annotations

from collections.abc import Collection

from studio.core.graph.elements import INPUTS, OUTPUTS, WireId
from studio.core.graph.graph import GraphView


def anchor(graph: GraphView, tensor: str) -> WireId | None:
    """The wire of a tensor that its card is tied to: the first one."""
    return next((wire.id for wire in graph.wires if wire.tensor == tensor), None)


def is_outer(graph: GraphView, tensor: str) -> bool:
    """Whether a request to the ensemble or its answer has the tensor."""
    wires = [wire for wire in graph.wires if wire.tensor == tensor]
    return any(wire.source.node == INPUTS or wire.target.node == OUTPUTS for wire in wires)


def steps_before(graph: GraphView, tensors: Collection[str]) -> set[int]:
    """The steps that have to run for tensors."""
    makers = {port.tensor: node for node in graph.nodes if node.kind == "step" for port in node.outputs if port.tensor}
    found: set[int] = set()
    waiting = list(tensors)
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and node.id not in found:
            found.add(node.id)
            waiting += [port.tensor for port in node.inputs if port.tensor]
    return found
