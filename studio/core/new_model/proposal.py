"""What a new model would be: values that a person looks at, changes and then has written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from studio.value_class import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output. `shape` is the file's own with the batch dimension, None where the file tells none.

    `dims` are what the configuration says; `assumed` tells that data type and dims are a guess.
    """

    name: str
    data_type: str
    dims: tuple[int, ...]
    shape: tuple[int, ...] | None = None
    optional: bool = False
    assumed: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether a request carries one element for what has no dimension in the file."""
        return self.shape is not None and not self.dims


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder that comes into the model under `target`, a path within the model's folder."""

    path: Path
    target: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is written into the model's folder under `target`."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new model. `base` is a configuration to start from, as a template has one; else the text is written anew.

    `reasons` say by field why it is proposed; `notes` what a person should know; `refusal` why it cannot be created.
    `completes` tells that the server reads inputs and outputs from the file, so that none are needed.
    """

    name: str
    format: str
    backend: str = ""
    platform: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    max_batch_size: int = 0
    dynamic_batching: bool = False
    kind: str = ""
    count: int = 0
    decoupled: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    sources: tuple[Source, ...] = ()
    texts: tuple[Written, ...] = ()
    base: str | None = None
    link: bool = False
    completes: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of all files that come into it."""
        return sum(source.size for source in self.sources)

    @property
    def origin(self) -> Path | None:
        """The file or folder that it is made of; None for a template."""
        return self.sources[0].path if self.sources else None

    @property
    def is_fixed(self) -> bool:
        """Whether its interface is written already, as in a template or a model's folder."""
        return self.base is not None


_COUNTED = re.compile(r"\bup to \d+(?= requests)")
"""Where a reason names the largest batch."""


def with_batch(proposal: Proposal, size: int) -> Proposal:
    """The proposal with another largest batch: dims lose the batch dimension, or get it back."""
    return replace(
        proposal,
        max_batch_size=size,
        dynamic_batching=proposal.dynamic_batching and size > 0,
        reasons={key: _COUNTED.sub(f"up to {size}", text) for key, text in proposal.reasons.items()},
        inputs=tuple(_for_batch(port, size > 0) for port in proposal.inputs),
        outputs=tuple(_for_batch(port, size > 0) for port in proposal.outputs),
    )


def batch_problem(proposal: Proposal) -> str:
    """Why its files do not let the server batch, or ""."""
    for port in (*proposal.inputs, *proposal.outputs):
        if port.shape is None:
            continue
        if not port.shape:
            return f"“{port.name}” has no dimensions, so requests cannot be joined."
        if port.shape[0] != -1:
            return f"The first dimension of “{port.name}” is {port.shape[0]}, so requests cannot be joined."
    return ""


def wire_shape(port: Port, max_batch_size: int) -> str:
    """The shape that a request carries: `[N, 3, 224, 224]`."""
    dims = port.dims or (1,)
    parts = [*(["N"] if max_batch_size > 0 else []), *(str(size) for size in dims)]
    return f"[{', '.join(parts)}]"


def _for_batch(port: Port, batches: bool) -> Port:
    if port.shape is None:
        return port
    return replace(port, dims=port.shape[1:] if batches else port.shape)
