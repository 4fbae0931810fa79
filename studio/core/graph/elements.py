"""What a graph of an ensemble is made of: nodes, their ports, and the wires between them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from studio.named_tuple import NamedTuple
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, field

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

    `tensor` is the ensemble's tensor that it is mapped to, None where it is not; `problem` a sentence, "" where all is
    well.
    """

    id: PortId
    data_type: str = ""
    dims: tuple[int, ...] = ()
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
