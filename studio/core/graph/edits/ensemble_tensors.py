"""Gestures on the ensemble's own inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.graph.edits.wires import detach
from studio.core.graph.elements import INPUTS, OUTPUTS, Port, PortId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import Plan, edit_of
from studio.core.graph.shapes import own_dims

_INPUT = "input"
_OUTPUT = "output"


def expose(view: GraphView, port: PortId, name: str = "") -> GraphEdit:
    """Makes a step's input an input of the ensemble, or its output an output, with type and dims of the port.

    The name is the port's, or as near as is free; a tensor that an output writes already keeps its own name unless
    one is given.
    """
    found = view.port(port)
    if found is None or port.node in (INPUTS, OUTPUTS):
        raise CoreError(f"Expose {port.name}", "it is no input or output of a step.")
    field = _INPUT if port.side == "in" else _OUTPUT
    plan = Plan(view, f"Make {port.name} an {field} of the ensemble")
    title = _exposed_input(plan, port, name) if port.side == "in" else _exposed_output(plan, port, name)
    said = view.flow.said.get(port)
    dims = own_dims(said, batches=view.max_batch_size > 0) if said else list(found.dims) or [-1]
    value = _tensor(title, found.data_type or "TYPE_FP32", dims)
    if found.optional:
        value["optional"] = True
    return _adding(plan, field, value)


def _exposed_input(plan: Plan, port: PortId, name: str) -> str:
    before = plan.tensor(port)
    dangling = before is not None and not plan.writers(before) and before not in plan.inputs
    title = _checked(plan, name) if name else before if dangling and before else plan.fresh(port.name)
    plan.set(port, title)
    plan.tidy(before)
    return title


def _exposed_output(plan: Plan, port: PortId, name: str) -> str:
    before = plan.tensor(port)
    if before in plan.outputs:
        raise CoreError(f"Expose {port.name}", f"it is the ensemble's output “{before}” already.")
    if before is not None and (not name or name == before) and before not in plan.inputs:
        return before
    title = _checked(plan, name) if name else plan.fresh(port.name)
    plan.rename(port, title)
    return title


def _checked(plan: Plan, name: str) -> str:
    if plan.is_known(name):
        raise CoreError(
            f"Make {name} part of the ensemble", "there is a tensor of that name already.", "Choose another."
        )
    return name


def add_input(view: GraphView, name: str = "", data_type: str = "TYPE_FP32", dims: Sequence[int] = (-1,)) -> GraphEdit:
    """Adds an input to the ensemble that no step uses yet; "" finds a free name."""
    return _added(view, _INPUT, name, _tensor("", data_type, dims))


def add_output(view: GraphView, name: str = "", data_type: str = "TYPE_FP32", dims: Sequence[int] = (-1,)) -> GraphEdit:
    """Adds an output to the ensemble that no step writes yet; "" finds a free name."""
    return _added(view, _OUTPUT, name, _tensor("", data_type, dims))


def _added(view: GraphView, field: str, name: str, value: Mapping[str, object]) -> GraphEdit:
    plan = Plan(view, f"Add an {field}")
    title = _checked(plan, name) if name else plan.fresh(field)
    return _adding(plan, field, {**value, "name": title})


def _adding(plan: Plan, field: str, value: Mapping[str, object]) -> GraphEdit:
    wires = plan.edit()
    return edit_of(plan.view, plan.title, lambda draft: wires.apply(draft).append(field, value))


def remove_own(view: GraphView, port: PortId) -> GraphEdit:
    """Removes an input or output of the ensemble, with the wires at it."""
    found = _own(view, port)
    plan = Plan(view, f"Remove the {_field(port)} {port.name}")
    if port.node == INPUTS:
        detach(plan, port)
    else:
        # Who else reads the tensor goes on doing so, under the name that it has.
        plan.outputs.discard(port.name)
        plan.tidy(port.name)
    wires = plan.edit()
    return edit_of(view, plan.title, lambda draft: wires.apply(draft).clear(*found.path))


def move_own(view: GraphView, port: PortId, index: int) -> GraphEdit:
    """Moves an input or output of the ensemble to another place among them."""
    found = _own(view, port)
    most = len(view.nodes[port.node].ports) - 1
    place = max(0, min(index, most))
    return edit_of(view, f"Move the {_field(port)} {port.name}", lambda draft: draft.move(*found.path, index=place))


def retype_own(
    view: GraphView, port: PortId, data_type: str | None = None, dims: Sequence[int] | None = None
) -> GraphEdit:
    """Gives an input or output of the ensemble another data type or other dims; None leaves one as it is."""
    found = _own(view, port)

    def fn(draft: Draft) -> Draft:
        changed = draft if data_type is None else draft.set(*found.path, "data_type", data_type)
        return changed if dims is None else changed.set(*found.path, "dims", list(dims))

    return edit_of(view, f"Change the type of {port.name}", fn)


def set_optional(view: GraphView, port: PortId, optional: bool) -> GraphEdit:
    """Says whether a request may leave an input of the ensemble out."""
    found = _own(view, port)
    value = True if optional else None
    title = f"Make {port.name} {'optional' if optional else 'required'}"
    return edit_of(view, title, lambda draft: draft.set(*found.path, "optional", value))


def _own(view: GraphView, port: PortId) -> Port:
    found = view.port(port)
    if found is None or port.node not in (INPUTS, OUTPUTS):
        raise CoreError(f"Change {port.name}", "it is no input or output of the ensemble.")
    return found


def _field(port: PortId) -> str:
    return _INPUT if port.node == INPUTS else _OUTPUT


def _tensor(name: str, data_type: str, dims: Sequence[int]) -> dict[str, object]:
    return {"name": name, "data_type": data_type, "dims": list(dims)}
