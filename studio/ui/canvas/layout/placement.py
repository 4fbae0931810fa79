"""The placement of a graph: where its nodes and frames are, as the canvas, the layout and the file have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.core.graph.positions import Frame, Positions, Watch
from studio.core.layout import Box, Link, layered
from studio.ui.canvas.scene import node_shape
from studio.ui.canvas.scene.node_shape import NodeShape

Place = tuple[float, float]
Places = dict[int, Place]
_STAGGER = 24.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything is: nodes by id, and the frames."""

    places: Places
    frames: tuple[Frame, ...] = ()


def to_positions(graph: GraphView, placement: Placement, watches: tuple[Watch, ...] = ()) -> Positions:
    """Places as a file keeps them: by the names of nodes, in whole pixels."""
    there = ((node.key, placement.places[node.id]) for node in graph.nodes if node.id in placement.places)
    return Positions({key: (round(x), round(y)) for key, (x, y) in there}, placement.frames, watches)


def known_places(graph: GraphView, places: Places, kept: Positions) -> Places:
    """The places that there are already: of this session, else as they were kept, by the names of nodes."""
    found: Places = {}
    for node in graph.nodes:
        if node.id in places:
            found[node.id] = places[node.id]
        elif node.key in kept.nodes:
            x, y = kept.nodes[node.key]
            found[node.id] = (float(x), float(y))
    return found


def put(fresh: Sequence[Node], wanted: Sequence[Place]) -> Places:
    """What is new goes where it is wanted, what there is more of below that."""
    found, places = Places(), list(wanted)
    for node in fresh:
        x, y = places.pop(0)
        found[node.id] = (round(x), round(y))
        if not places:
            places.append((x, y + node_shape.shape(node, footer=True).height + _STAGGER))
    return found


def layout_input(graph: GraphView, nodes: frozenset[int] | None = None) -> tuple[list[Box], list[Link]]:
    """A graph as the layout takes it, or some of its nodes; with room for the times that come with a server."""
    wanted = [node for node in graph.nodes if nodes is None or node.id in nodes]
    shapes: dict[int, NodeShape] = {node.id: node_shape.shape(node, node.kind == "step") for node in wanted}
    inner = [w.id for w in graph.wires if w.source.node in shapes and w.target.node in shapes]
    return [node_shape.box(node, shapes[node.id]) for node in wanted], [
        node_shape.link(*wire, shapes) for wire in inner
    ]


def in_layers(graph: GraphView, check: Callable[[], object], nodes: frozenset[int] | None = None) -> Places:
    """Everything placed in layers, or some of the nodes; `check` leaves the work by what it raises."""
    return by_id(layered(*layout_input(graph, nodes), check))


def by_id(found: Mapping[str, Place]) -> Places:
    """Places as the layout gives them, by id."""
    return {int(key): place for key, place in found.items()}


def by_name(places: Places) -> dict[str, Place]:
    """Places as the layout takes them."""
    return {str(key): place for key, place in places.items()}


def corner(places: Sequence[Place]) -> Place:
    """The upper left corner of what stands there."""
    return min((x for x, _ in places), default=0.0), min((y for _, y in places), default=0.0)


def shifted(places: Places, to: Place) -> Places:
    """Places with their upper left corner somewhere else."""
    left, top = corner(list(places.values()))
    return {key: (x + to[0] - left, y + to[1] - top) for key, (x, y) in places.items()}
