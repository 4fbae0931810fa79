"""Edits of wires: connect two ports, move an end, disconnect."""

from __future__ import annotations

from studio.core.failure import CoreError
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId, WireId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import Plan


def connect(view: GraphView, source: PortId, target: PortId) -> GraphEdit:
    """Draws a wire, in place of the one that the target has. The ends may come in either order.

    A tensor without a name gets the ensemble's output's, or `<step>_<output>`. Raises CoreError for two ends that
    no wire can join: two inputs, the ensemble's input and its output, a step's output that is one of the ensemble's.
    A wire that the server would refuse is drawn all the same: `wiring.verdict` tells.
    """
    plan = Plan(view, f"Connect {source.name} to {target.name}")
    join(plan, source, target)
    return plan.edit()


def move_wire(view: GraphView, wire: WireId, old: PortId, new: PortId) -> GraphEdit:
    """Takes one end of a wire, the port `old`, to the port `new`."""
    plan = Plan(view, f"Move the wire from {old.name} to {new.name}")
    if old == wire.source:
        join(plan, new, wire.target)
        return plan.edit()
    if new == wire.target:
        return plan.edit()
    cut(plan, wire.source, wire.target)
    join(plan, wire.source, new)
    plan.tidy(plan.tensor(wire.source))
    return plan.edit()


def disconnect(view: GraphView, wire: WireId) -> GraphEdit:
    """Takes a wire away; a tensor that nobody reads then is no longer written."""
    plan = Plan(view, f"Remove the wire from {wire.source.name} to {wire.target.name}")
    cut(plan, wire.source, wire.target)
    plan.tidy(plan.tensor(wire.source))
    return plan.edit()


def disconnect_port(view: GraphView, port: PortId) -> GraphEdit:
    """Takes all wires at a port away."""
    plan = Plan(view, f"Disconnect {port.name}")
    detach(plan, port)
    return plan.edit()


def obstacle(plan: Plan, source: PortId, target: PortId) -> str:
    """Why no wire can join two ends, whatever their shapes; "" where one can."""
    if source.side == target.side:
        return f"“{source.name}” and “{target.name}” are both {'out' if source.side == 'out' else 'in'}puts."
    if source.node == INPUTS and target.node == OUTPUTS:
        return f"The ensemble's input “{source.name}” goes to the output “{target.name}” through a step only."
    if target.node != OUTPUTS:
        return ""
    tensor = plan.tensor(source)
    if tensor in plan.outputs and tensor != target.name:
        return (
            f"“{source.name}” is the ensemble's output “{tensor}” already. An output of a step can be one of the "
            f"ensemble's, so “{target.name}” needs another."
        )
    if target.name in plan.inputs:
        return f"“{target.name}” is an input of the ensemble as well. Rename one of them first."
    return ""


def join(plan: Plan, one: PortId, other: PortId) -> None:
    """Draws a wire in a plan. Raises CoreError where none can be."""
    source, target = (one, other) if one.side == "out" else (other, one)
    if reason := obstacle(plan, source, target):
        raise CoreError(f"Connect {source.name} to {target.name}", reason)
    if target.node == OUTPUTS:
        _to_output(plan, source, target.name)
        return
    tensor = plan.tensor(source)
    if tensor is None:
        tensor = plan.default_name(source)
        plan.set(source, tensor)
    before = plan.tensor(target)
    if before != tensor:
        plan.set(target, tensor)
        plan.tidy(before)


def cut(plan: Plan, source: PortId, target: PortId) -> None:
    """Takes a wire out of a plan; its tensor is written on, under another name where it was the ensemble's output."""
    tensor = plan.tensor(source)
    if tensor is None:
        return
    if len(plan.writers(tensor)) > 1 and source.node != INPUTS:
        # One of several that write it: to go on reading the others is what is left.
        plan.set(source, None)
    elif target.node != OUTPUTS:
        plan.set(target, None)
    elif source.node != INPUTS:
        plan.rename(source, plan.default_name(source))


def detach(plan: Plan, port: PortId) -> None:
    """Takes all wires at a port out of a plan, and with them what is then not read."""
    tensor = plan.tensor(port)
    if tensor is None:
        return
    if port.side == "in":
        _detach_target(plan, port, tensor)
        return
    if port.node == INPUTS or len(plan.writers(tensor)) == 1:
        for reader in plan.readers(tensor):
            plan.set(reader, None)
    if port.node != INPUTS:
        plan.set(port, None)


def _detach_target(plan: Plan, port: PortId, tensor: str) -> None:
    if port.node != OUTPUTS:
        plan.set(port, None)
        plan.tidy(tensor)
        return
    for writer in plan.writers(tensor):
        cut(plan, writer, port)
        plan.tidy(plan.tensor(writer))


def _to_output(plan: Plan, source: PortId, output: str) -> None:
    if plan.tensor(source) == output:
        return
    for writer in plan.writers(output):
        plan.rename(writer, plan.default_name(writer))
        plan.tidy(plan.tensor(writer))
    if plan.tensor(source) in (None, *plan.inputs):
        plan.set(source, output)
    else:
        plan.rename(source, output)
