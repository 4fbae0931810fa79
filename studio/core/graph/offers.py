"""What would make a wire fit: a reshape of a model, another type of the ensemble's tensor, a step in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from studio.core.checking.rules.flow import Known
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.graph.edits.wires import join
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, PortId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import Plan, edit_of, free_name
from studio.core.graph.shapes import own_dims, shown
from studio.core.graph.templates import batches, runs, template
from studio.value_class import dataclass

OfferKind: TypeAlias = Literal["edit", "model", "template"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to make a wire fit.

    "edit": the edit changes this ensemble and draws the wire. "model": it changes the configuration of `model`; draw
    the wire after. "template": it adds a step of a model that is to be made first and draws the wire through it:
    `model` is its name, `files` what its folder holds, texts by path.
    """

    title: str
    kind: OfferKind
    edit: GraphEdit
    model: str = ""
    files: tuple[tuple[str, str], ...] = ()


def offers(view: GraphView, source: PortId, target: PortId) -> tuple[Offer, ...]:
    """What would make a wire fit whose ends differ in data type or shape."""
    gives, takes = view.flow.said.get(source), view.flow.said.get(target)
    if gives is None or takes is None:
        return ()
    found = [*_retyped(view, (source, gives), (target, takes)), *_reshaped(view, (source, gives), (target, takes))]
    return (*found, *_through(view, (source, gives), (target, takes)))


def batch_offer(view: GraphView, ports: Iterable[PortId]) -> tuple[Offer, ...]:
    """To promise no larger batches than the models at the ends of a wire take."""
    nodes = [view.by_id[port.node] for port in ports]
    most = min((node.max_batch_size for node in nodes if node.kind == "step" and node.max_batch_size), default=0)
    if not 0 < most < view.max_batch_size:
        return ()
    title = f"Set the ensemble's max_batch_size to {most}"
    return (Offer(title, "edit", edit_of(view, title, lambda draft: draft.set("max_batch_size", most))),)


_End: TypeAlias = tuple[PortId, Known]


def _retyped(view: GraphView, source: _End, target: _End) -> Iterator[Offer]:
    """The ensemble's own tensor takes the other side's data type and dims, where nothing else hangs on it."""
    own, other = (source, target) if source[0].node == INPUTS else (target, source)
    port, said = own[0], other[1]
    found = view.port(port)
    busy = view.flow.readers.get(port.name, ()) if port.node == INPUTS else ()
    if port.node not in (INPUTS, OUTPUTS) or found is None or any(each != target[0] for each in busy):
        return
    dims = own_dims(said, batches=view.max_batch_size > 0)
    plan = Plan(view, f"Make “{port.name}” {shown(said)}")
    join(plan, source[0], target[0])
    wires = plan.edit()

    def fn(draft: Draft) -> Draft:
        changed = wires.apply(draft).set(*found.path, "data_type", said.data_type).set(*found.path, "dims", dims)
        # A reshape would count instead of the dims, and was made for those before.
        return changed.clear(*found.path, "reshape")

    yield Offer(plan.title, "edit", edit_of(view, plan.title, fn))


def _reshaped(view: GraphView, source: _End, target: _End) -> Iterator[Offer]:
    """One side's model reshapes what it takes or gives, which the server does on the way to its backend."""
    gives, takes = source[1], target[1]
    sound = all(size == -1 or size > 0 for size in (*gives.dims, *takes.dims))
    alike = gives.data_type == takes.data_type and batches(gives) == batches(takes)
    if not (sound and alike and runs(gives.dims) == runs(takes.dims)):
        return
    for (port, _said), dims in ((target, gives.dims), (source, takes.dims)):
        node = view.by_id[port.node]
        if node.kind == "step" and not node.is_ensemble and node.state != "missing":
            yield _reshape(node, port, dims)


def _reshape(node: Node, port: PortId, dims: tuple[int, ...]) -> Offer:
    field = "input" if port.side == "in" else "output"
    listed = ", ".join(map(str, dims))
    title = f"Reshape the {field} “{port.name}” of {node.model}: dims [ {listed} ]"

    def apply(draft: Draft) -> Draft:
        tensors = draft.config.inputs if field == "input" else draft.config.outputs
        tensor = next((each for each in tensors if each.name == port.name), None)
        if tensor is None:
            raise CoreError(title, f"the configuration does not write “{port.name}”.", "Add the tensor to it first.")
        changed = draft.set(*tensor.path, "dims", list(dims))
        if tensor.reshape is not None:
            return changed
        return changed.set(*tensor.path, "reshape", {"shape": list(tensor.dims)})

    return Offer(title, "model", GraphEdit(title, apply), node.model)


def _through(view: GraphView, source: _End, target: _End) -> Iterator[Offer]:
    """A step in between, of a model from a template."""
    found = template(source[1], target[1], view.max_batch_size)
    if found is None:
        return
    name = free_name(found.stem, lambda each: view.resolve(each) is not None)
    plan = Plan(view, f"Add {name}")
    before = view.by_id[source[0].node]
    node = plan.add(name, before.index + 1 if before.kind == "step" else 0)
    join(plan, source[0], PortId(node, "in", found.port))
    join(plan, PortId(node, "out", found.through), target[0])
    yield Offer(found.title, "template", plan.edit(), name, found.files)
