"""Gestures on steps: adding, removing, inserting on a wire, moving, and running another model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.core.graph.values import Edit, GraphView, PortId, WireId


def add_steps(view: GraphView, models: Sequence[str]) -> Edit:
    """Adds a step for each model behind the others, of its latest version and not wired."""
    raise NotImplementedError


def add_step(view: GraphView, model: str, port: str, end: PortId) -> Edit:
    """Adds a step of a model and wires its port of that name to a port that is there: a wire dropped on nothing."""
    raise NotImplementedError


def insert_on_wire(view: GraphView, wire: WireId, step: str | int, ports: tuple[str, str] | None = None) -> Edit:
    """Puts a step between the ends of a wire: a new one of a model by name, or a node that is there.

    `ports` are the step's input and output that take the wire, the first that fit by default. Raises CoreError where
    none fit.
    """
    raise NotImplementedError


def remove_steps(view: GraphView, nodes: Iterable[int], *, heal: bool = True) -> Edit:
    """Removes steps. What they read goes to who read from them where the server would take it, else the wires go."""
    raise NotImplementedError


def reorder(view: GraphView, node: int, index: int) -> Edit:
    """Moves a step to another place in the text; the flow stays the same."""
    raise NotImplementedError


def replace_model(view: GraphView, node: int, model: str) -> Edit:
    """Runs another model in a step and keeps the wires that it has ports for, by name and else by data type."""
    raise NotImplementedError
