"""Two interfaces side by side: those of two versions, of two models, or of a file and a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.checking.findings import Fix
from studio.core.config.datatypes import data_type
from studio.core.config.model_config import Config, TensorConfig
from studio.core.config.tensor_info import TensorInfo
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, replace

Side = Literal["input", "output"]
ANY = -1
SIDES: tuple[Side, Side] = ("input", "output")


@dataclass(frozen=True, slots=True)
class Port:
    """A tensor of an interface: `data_type` is short ("FP32"), "" where unknown; `shape` is the wire's, or None.

    `kind` is a word of the file's own for what it is, `path` the tensor's place in a configuration.
    """

    name: str
    data_type: str = ""
    shape: tuple[int, ...] | None = None
    optional: bool = False
    kind: str = ""
    path: TextPath = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """What a model takes and gives, with facts about it to show."""

    title: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def ports(self, side: Side) -> tuple[Port, ...]:
        """The tensors of one side."""
        return self.inputs if side == "input" else self.outputs


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two tensors differ, in words. `what` is "name", "data_type", "dims", "batch" or "optional"."""

    what: str
    text: str
    path: TextPath = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class PortRow:
    """A tensor as both have it; None on the side that lacks it."""

    side: Side
    left: Port | None
    right: Port | None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as both have it; "" where one does not tell."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether both tell, and not the same."""
        return self.left != self.right


def of_artifact(artifact: Artifact, title: str = "") -> Interface:
    """The interface that a model file tells."""
    return Interface(
        title or artifact.format,
        _listed(artifact.inputs, artifact.partial_inputs),
        _listed(artifact.outputs, artifact.partial_outputs),
        (("Format", artifact.format), *artifact.facts),
    )


def of_config(config: Config, title: str = "Configuration") -> Interface:
    """The interface that a configuration tells, with wire shapes."""
    batches = config.max_batch_size > 0
    facts = [
        ("Backend", config.backend or config.platform),
        ("Max batch size", str(config.max_batch_size)),
        ("Scheduling", config.scheduling),
        ("Decoupled", "yes" if config.decoupled else "no"),
        ("Steps", str(len(config.steps)) if config.steps else ""),
    ]
    return Interface(
        title,
        tuple(configured(each, batches) for each in config.inputs),
        tuple(configured(each, batches) for each in config.outputs),
        tuple((name, value) for name, value in facts if value),
    )


def compare(left: Interface, right: Interface) -> tuple[PortRow, ...]:
    """The tensors of both by name, with what differs between them."""
    rows: list[PortRow] = []
    for side in SIDES:
        theirs = {port.name: port for port in right.ports(side)}
        rows += [PortRow(side, port, theirs.pop(port.name, None)) for port in left.ports(side)]
        rows += [PortRow(side, None, port) for port in theirs.values()]
    return tuple(replace(row, differences=tuple(_between(row, left.title, right.title))) for row in rows)


def compare_facts(left: Interface, right: Interface) -> tuple[FactRow, ...]:
    """The facts of both by name, in the order of the first."""
    ours, theirs = dict(left.facts), dict(right.facts)
    return tuple(FactRow(name, ours.get(name, ""), theirs.get(name, "")) for name in {**ours, **theirs})


def words(shape: Sequence[int] | None, *, batches: bool = False) -> str:
    """A shape as the form writes it: `[N, 3, 224]`, -1 for what varies, "any shape" where nobody tells."""
    if shape is None:
        return "any shape"
    sizes = [str(size) for size in shape]
    if batches and sizes:
        sizes[0] = "N"
    return f"[{', '.join(sizes)}]"


def _listed(full: Sequence[TensorInfo], partial: Sequence[Partial]) -> tuple[Port, ...]:
    known = [Port(each.name, each.data_type.short, each.shape, each.optional) for each in full]
    some = [
        Port(each.name, each.data_type.short if each.data_type else "", each.shape, each.optional, each.kind)
        for each in partial
    ]
    return (*known, *some)


def configured(tensor: TensorConfig, batches: bool) -> Port:
    """A tensor of a configuration, with its wire shape."""
    dims = (ANY, *tensor.dims) if batches else tensor.dims
    kind = data_type(tensor.data_type)
    return Port(tensor.name, kind.short if kind else "", dims, tensor.optional, "", tensor.path)


def _between(row: PortRow, left: str, right: str) -> Iterator[Difference]:
    one, other = row.left, row.right
    if one is None or other is None:
        yield Difference("name", f"only in {right if one is None else left}")
        return
    if one.data_type and other.data_type and one.data_type != other.data_type:
        yield Difference("data_type", "another data type")
    if one.shape is not None and other.shape is not None and one.shape != other.shape:
        yield Difference("dims", "another shape")
    if one.optional != other.optional:
        yield Difference("optional", "optional on one side only")
    if one.kind != other.kind:
        yield Difference("kind", "another kind of value")
