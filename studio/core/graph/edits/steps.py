"""Gestures on steps: adding, inserting on a wire, moving, and running another model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.core.checking.rules.flow import Known
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.graph.edits.healing import Healing
from studio.core.graph.edits.replacing import fitting_maps, remap
from studio.core.graph.edits.wires import cut, join
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, PortId, WireId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import Plan, edit_of
from studio.core.graph.shapes import agree, common_batch, known_ports


def add_steps(view: GraphView, models: Sequence[str]) -> GraphEdit:
    """Adds a step for each model behind the others, of its latest version and not wired.

    The first ones of an ensemble that says nothing yet give it their batch size too, which follows those of its steps
    down for as long as nobody chose another.
    """
    plan = Plan(view, f"Add {models[0]}" if len(models) == 1 else f"Add {len(models)} steps")
    for model in models:
        plan.add(model)
    return _with_batch(view, plan.edit(), models)


def _with_batch(view: GraphView, steps: GraphEdit, models: Sequence[str]) -> GraphEdit:
    """The edit that adds steps, with the batch size that the ensemble can then promise."""
    says = view.steps or any(node.ports for node in view.nodes) or view.draft.has("max_batch_size")
    new = common_batch(view.resolve(model) for model in models)
    if says:
        there = common_batch(view.resolve(step.model_name) for step in view.steps)
        most = new if 0 < new < view.max_batch_size == there else 0
    else:
        most = new
    return edit_of(view, steps.title, lambda draft: steps.apply(draft).set("max_batch_size", most)) if most else steps


def add_step(view: GraphView, model: str, port: str, end: PortId) -> GraphEdit:
    """Adds a step of a model and wires its port of that name to a port that is there: a wire dropped on nothing."""
    plan = Plan(view, f"Add {model}")
    node = plan.add(model, _behind(view, end) if end.side == "out" else _before(view, end))
    join(plan, end, PortId(node, "in" if end.side == "out" else "out", port))
    return _with_batch(view, plan.edit(), [model])


def insert_on_wire(view: GraphView, wire: WireId, step: str | int, ports: tuple[str, str] | None = None) -> GraphEdit:
    """Puts a step between the ends of a wire: a new one of a model by name, or a node that is there.

    `ports` are the step's input and output that take the wire, the first that fit by default. Raises CoreError where
    none fit.
    """
    model = step if isinstance(step, str) else step_node(view, step).model
    attempted = f"Insert {model}"
    taken = step_node(view, step) if isinstance(step, int) else None
    chosen = ports or through(view, wire, model, taken)
    if chosen is None:
        raise CoreError(attempted, f"no input and output of “{model}” fit this wire.", "Choose the ports, or wire it.")
    if taken and taken.id in (wire.source.node, wire.target.node):
        raise CoreError(attempted, "the wire is its own.")
    plan = Plan(view, attempted)
    node = plan.add(step, _behind(view, wire.source)) if isinstance(step, str) else step
    cut(plan, wire.source, wire.target)
    join(plan, wire.source, PortId(node, "in", chosen[0]))
    join(plan, PortId(node, "out", chosen[1]), wire.target)
    return plan.edit()


def through(view: GraphView, wire: WireId, model: str, taken: Node | None = None) -> tuple[str, str] | None:
    """The first input and output of a model that fit both ends of a wire; for a node that is there, free ones."""
    found = view.resolve(model)
    if found is None:
        return None
    gives, takes = view.flow.said.get(wire.source), view.flow.said.get(wire.target)
    ends = known_ports(found)
    busy = {port.id.side + port.name for port in taken.ports if port.tensor is not None} if taken else set()
    first = _first(ends.inputs, gives, {name[2:] for name in busy if name.startswith("in")})
    second = _first(ends.outputs, takes, {name[3:] for name in busy if name.startswith("out")})
    return None if first is None or second is None else (first, second)


def _first(ends: dict[str, Known], end: Known | None, busy: Iterable[str]) -> str | None:
    taken = set(busy)
    fits = (name for name, said in ends.items() if name not in taken and (end is None or agree(said, end)))
    return next(fits, None)


def remove_steps(view: GraphView, nodes: Iterable[int], *, heal: bool = True) -> GraphEdit:
    """Removes steps. What they read goes to who read from them where the server would take it, else the wires go."""
    gone = [node for node in dict.fromkeys(nodes) if node not in (INPUTS, OUTPUTS) and node in view.by_id]
    one = f"Remove {view.by_id[gone[0]].model}" if len(gone) == 1 else f"Remove {len(gone)} steps"
    plan = Plan(view, one)
    Healing(plan, frozenset(gone), heal=heal).run()
    return plan.edit()


def reorder(view: GraphView, node: int, index: int) -> GraphEdit:
    """Moves a step to another place in the text; the flow stays the same."""
    step = view.steps[step_node(view, node).index]
    place = max(0, min(index, len(view.steps) - 1))
    return edit_of(view, f"Move {step.model_name}", lambda draft: draft.move(*step.path, index=place))


def replace_model(view: GraphView, node: int, model: str) -> GraphEdit:
    """Runs another model in a step and keeps the wires that it has ports for, by name and else by data type."""
    old = step_node(view, node)
    step, found = view.steps[old.index], view.resolve(model)
    plan = Plan(view, f"Run {model} instead of {old.model}")
    if found is not None:
        remap(plan, node, fitting_maps(view, old, found))
    maps = plan.edit()

    def fn(draft: Draft) -> Draft:
        changed = maps.apply(draft).set(*step.path, "model_name", model)
        gone = found is not None and step.model_version not in (-1, *found.served)
        return changed.set(*step.path, "model_version", -1) if gone else changed

    return edit_of(view, plan.title, fn)


def step_node(view: GraphView, node: int) -> Node:
    """The node of a step. Raises CoreError where it is none."""
    found = view.node(node)
    if found is None or found.kind != "step":
        raise CoreError("Change a step", "it is no step of the ensemble.")
    return found


def _behind(view: GraphView, port: PortId) -> int:
    """The place in the text behind the step of a port, which is where a person would write what follows it."""
    node = view.node(port.node)
    return node.index + 1 if node and node.kind == "step" else 0 if port.node == INPUTS else len(view.steps)


def _before(view: GraphView, port: PortId) -> int:
    node = view.node(port.node)
    return node.index if node and node.kind == "step" else len(view.steps)
