"""Gestures on wires."""

from __future__ import annotations

from studio.core.graph.values import Edit, GraphView, PortId, WireId


def connect(view: GraphView, source: PortId, target: PortId) -> Edit:
    """Draws a wire, in place of the one that the target has. The ends may come in either order.

    A tensor without a name gets the ensemble's output's, or `<step>_<output>`. Raises CoreError for two ends that
    no wire can join: two inputs, the ensemble's input and its output, a step's output that is one of the ensemble's.
    A wire that the server would refuse is drawn all the same: `wiring.verdict` tells.
    """
    raise NotImplementedError


def move_wire(view: GraphView, wire: WireId, old: PortId, new: PortId) -> Edit:
    """Takes one end of a wire, the port `old`, to the port `new`."""
    raise NotImplementedError


def disconnect(view: GraphView, wire: WireId) -> Edit:
    """Takes a wire away; a tensor that nobody reads then is no longer written."""
    raise NotImplementedError


def disconnect_port(view: GraphView, port: PortId) -> Edit:
    """Takes all wires at a port away."""
    raise NotImplementedError
