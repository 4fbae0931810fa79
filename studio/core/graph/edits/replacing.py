"""Which wires of a step another model can take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.core.checking.rules.flow import Known
from studio.core.graph.elements import Node, Port, PortId
from studio.core.graph.graph import GraphView
from studio.core.graph.maps import Maps
from studio.core.graph.models import Model
from studio.core.graph.plan import Plan
from studio.core.graph.shapes import agree, known_ports


def fitting_maps(view: GraphView, node: Node, model: Model) -> Maps:
    """The maps of the step once it runs this model: ports of the same name first, then the first that fit."""
    ends = known_ports(model)
    return Maps(
        _fitting(node.inputs, {port.id: _writers(view, port) for port in node.inputs}, ends.inputs),
        _fitting(node.outputs, {port.id: _readers(view, port) for port in node.outputs}, ends.outputs),
    )


def _fitting(ports: Sequence[Port], others: Mapping[PortId, list[Known]], known: Mapping[str, Known]) -> dict[str, str]:
    mapped = [port for port in ports if port.tensor is not None]
    found: dict[PortId, str] = {}
    for port in mapped:
        if port.name in known and all(agree(known[port.name], each) for each in others[port.id]):
            found[port.id] = port.name
    taken = set(found.values())
    for port in mapped:
        if port.id not in found and others[port.id]:
            fits = (name for name, said in known.items() if all(agree(said, each) for each in others[port.id]))
            free = next((name for name in fits if name not in taken), None)
            if free is not None:
                found[port.id] = free
                taken.add(free)
    return {found[port.id]: port.tensor for port in mapped if port.id in found and port.tensor is not None}


def _writers(view: GraphView, port: Port) -> list[Known]:
    return _said(view, view.flow.writers.get(port.tensor or "", ()) if port.tensor is not None else ())


def _readers(view: GraphView, port: Port) -> list[Known]:
    return _said(view, view.flow.readers.get(port.tensor or "", ()) if port.tensor is not None else ())


def _said(view: GraphView, ports: Sequence[PortId]) -> list[Known]:
    return [view.flow.said[port] for port in ports if port in view.flow.said]


def remap(plan: Plan, node: int, maps: Maps) -> None:
    """Gives a step other maps; what is then not written or not read loses its wires."""
    step = plan.steps[node]
    reads, writes = dict(step.maps.reads), dict(step.maps.writes)
    for name in reads:
        plan.set(PortId(node, "in", name), None)
    for name in writes:
        plan.set(PortId(node, "out", name), None)
    for name, tensor in maps.reads.items():
        plan.set(PortId(node, "in", name), tensor)
    for name, tensor in maps.writes.items():
        plan.set(PortId(node, "out", name), tensor)
    for tensor in dict.fromkeys(reads.values()):
        plan.tidy(tensor)
    for tensor in set(writes.values()) - set(maps.writes.values()):
        for reader in plan.readers(tensor) if not plan.writers(tensor) and tensor not in plan.inputs else ():
            plan.set(reader, None)
