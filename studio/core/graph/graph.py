"""The graph of an ensemble as a value, and one edit of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from studio.core.config.draft import Draft
from studio.core.config.step_config import StepConfig
from studio.core.graph.elements import Node, Port, PortId, Wire
from studio.core.graph.flow import Flow
from studio.core.graph.models import Model
from studio.value_class import dataclass, field

Signature: TypeAlias = tuple[object, ...]
"""What a step says, to know it again."""


@dataclass(frozen=True, slots=True, eq=False)
class GraphView:
    """A configuration as a graph. The first node holds the ensemble's inputs, the second its outputs, then each step.

    `problems` are sentences on the graph as a whole. `draft` is what it was made of: gestures apply to that alone.
    """

    draft: Draft
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    problems: tuple[str, ...] = ()
    name: str = ""
    max_batch_size: int = 0
    max_inflight_requests: int = 0
    resolve: Callable[[str], Model | None] = field(default=lambda _name: None, repr=False)
    models: Mapping[str, Model | None] = field(default_factory=dict, repr=False)
    """The models of the steps by name, None for one that is not there."""
    drawn: Mapping[int, Node] = field(default_factory=dict, repr=False)
    """The nodes by id as they were before anything was found wrong with them: the next view takes them over."""
    steps: tuple[StepConfig, ...] = field(default=(), repr=False)
    """The steps as written, by `Node.index`."""
    by_id: Mapping[int, Node] = field(default_factory=dict, repr=False)
    by_port: Mapping[PortId, Port] = field(default_factory=dict, repr=False)
    remembered: Mapping[Signature, tuple[int, ...]] = field(default_factory=dict, repr=False)
    """The ids of steps that are gone, so that a step that comes back by undo has its own again."""
    next_id: int = 2
    flow: Flow = field(kw_only=True, repr=False)

    def node(self, node: int) -> Node | None:
        """The node of that id; None where there is none."""
        return self.by_id.get(node)

    def port(self, port: PortId) -> Port | None:
        """The port; None where there is none."""
        return self.by_port.get(port)

    def wires_of(self, node: int) -> tuple[Wire, ...]:
        """The wires that begin or end at a node."""
        return tuple(each for each in self.wires if node in (each.source.node, each.target.node))

    def wires_at(self, port: PortId) -> tuple[Wire, ...]:
        """The wires that begin or end at a port."""
        return tuple(each for each in self.wires if port in each.id)


@dataclass(frozen=True, slots=True)
class GraphEdit:
    """One gesture as one step to undo. `apply` raises CoreError for another draft than the view's.

    `gone` are the nodes that it takes out, for `graph_view`.
    """

    title: str
    apply: Callable[[Draft], Draft]
    gone: tuple[int, ...] = ()
