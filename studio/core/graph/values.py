"""What a graph of an ensemble is made of: nodes, ports, wires, and the view that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from studio.core.config.draft import Draft
from studio.core.config.model_config import StepConfig
from studio.core.graph.models import Model
from studio.text.tree import Path as TextPath

if TYPE_CHECKING:
    from studio.core.graph.flow import Flow

Side: TypeAlias = Literal["in", "out"]
"""Where a port sits on its node: data goes into an "in" port and comes out of an "out" port."""
Kind: TypeAlias = Literal["inputs", "outputs", "step"]
NodeState: TypeAlias = Literal["ok", "missing", "broken", "version"]
"""A step's model: fine, not in the repository, not loadable, or without the version that the step asks for."""
PortState: TypeAlias = Literal["known", "missing", "unknown"]
"""A port that its model has, one that only the map names, or one of a model of which nobody knows the tensors."""

INPUTS = 0
"""The id of the node that stands for the ensemble's own inputs; its ports are on the "out" side."""
OUTPUTS = 1
"""The id of the node that stands for the ensemble's own outputs; its ports are on the "in" side."""


class PortId(NamedTuple):
    """A port by its node, side and name. A model may have an input and an output of one name."""

    node: int
    side: Side
    name: str


@dataclass(frozen=True, slots=True)
class Port:
    """A port. `data_type` is "" and `dims` () where nobody says them.

    `wire_dims` are `dims` with the batch dimension of the port's own model. `tensor` is the ensemble's tensor that it
    is mapped to, None where it is not; `problem` a sentence, "" where all is well.
    """

    id: PortId
    data_type: str = ""
    dims: tuple[int, ...] = ()
    wire_dims: tuple[int, ...] = ()
    optional: bool = False
    tensor: str | None = None
    state: PortState = "known"
    problem: str = ""
    path: TextPath = field(default=(), compare=False)
    """Where an input or output of the ensemble is declared; () for the port of a step."""

    @property
    def name(self) -> str:
        """The name that the port's model, or the ensemble, gives the tensor."""
        return self.id.name

    @property
    def is_source(self) -> bool:
        """Whether data comes out of it."""
        return self.id.side == "out"


@dataclass(frozen=True, slots=True)
class Node:
    """A step of the ensemble, or one of the two nodes that stand for its own inputs and outputs.

    `id` stays with the step through edits; `key` names it in files: the model's name with "#2" for its second step,
    "#inputs" and "#outputs". `index` counts steps from 0, -1 for the two others. `version` is what the step asks for
    (-1: the latest), `served` which versions the server would load. `problem` is a sentence, "" where all is well.
    """

    id: int
    kind: Kind
    key: str
    index: int = field(default=-1, compare=False)
    model: str = ""
    namespace: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    state: NodeState = "ok"
    problem: str = ""
    backend: str = ""
    version: int = -1
    served: tuple[int, ...] = ()
    max_batch_size: int = 0
    is_decoupled: bool = False
    is_ensemble: bool = False

    @property
    def ports(self) -> tuple[Port, ...]:
        """All ports, inputs first."""
        return (*self.inputs, *self.outputs)

    @property
    def shown_version(self) -> int | None:
        """The version that would answer; None where none would."""
        if self.version == -1:
            return max(self.served, default=None)
        return self.version if self.version in self.served else None


class WireId(NamedTuple):
    """A wire by its ends."""

    source: PortId
    target: PortId


@dataclass(frozen=True, slots=True)
class Wire:
    """A tensor on its way from one port to another. `problem` is a sentence on both sides, "" where all is well.

    Of a tensor with several writers the first one has a wire to each reader and the others one to the first reader.
    """

    id: WireId
    tensor: str
    problem: str = ""

    @property
    def source(self) -> PortId:
        """The port that writes it."""
        return self.id.source

    @property
    def target(self) -> PortId:
        """The port that reads it."""
        return self.id.target


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
class Edit:
    """One gesture as one step to undo. `apply` raises CoreError for another draft than the view's.

    `gone` are the nodes that it takes out, for `graph_view`.
    """

    title: str
    apply: Callable[[Draft], Draft]
    gone: tuple[int, ...] = ()
