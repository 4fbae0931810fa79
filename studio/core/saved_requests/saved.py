"""A saved request, as values: what to send, and what should come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from studio.core.config.datatypes import DataType
from studio.core.inference.compare import EXACT, Tolerance
from studio.core.inference.images import ImageSettings
from studio.core.inference.requests import Array
from studio.value_class import dataclass, field

Scalar: TypeAlias = str | int | float | bool
Kind = Literal["exact", "close", "statistics", "top"]
KINDS: tuple[Kind, ...] = ("exact", "close", "statistics", "top")
STATISTICS = ("minimum", "maximum", "mean", "deviation", "zeros", "nan", "inf", "count")
"""Those of `core.inference.results.Statistics` that can be expected."""


@dataclass(frozen=True, slots=True)
class Values:
    """A tensor that stands in the file itself."""

    kind: DataType
    array: Array


@dataclass(frozen=True, slots=True)
class TensorFile:
    """A tensor in a file beside the request. Type and shape are the model's where they are not given.

    `stored` says how a `.npy` or `.npz` holds what numpy has no type for: "bits" for BF16, "lengths" for strings.
    """

    path: str
    kind: DataType | None = None
    shape: tuple[int, ...] | None = None
    image: ImageSettings | None = None
    stored: Literal["", "bits", "lengths"] = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """A tensor that is made: by one of `core.inference.tensors.GENERATORS`, with its options."""

    how: str
    shape: tuple[int, ...] | None = None
    options: tuple[tuple[str, float | str], ...] = ()


Source: TypeAlias = Values | TensorFile | Generated


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an output should be: `tensor` exactly or within the tolerance, these `statistics`, or these best `classes`.

    Classes are indices or labels, the best first.
    """

    kind: Kind
    tensor: Values | TensorFile | None = None
    tolerance: Tolerance = EXACT
    statistics: tuple[tuple[str, float], ...] = ()
    classes: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """One request with what is expected of its answer. Empty and 0 mean what they mean of an `InferRequest`."""

    model: str
    inputs: Mapping[str, Source] = field(default_factory=dict)
    expect: Mapping[str, Expectation] = field(default_factory=dict)
    version: str = ""
    outputs: tuple[str, ...] = ()
    classes: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    priority: int = 0
    timeout_us: int = 0
    sequence_id: int | str = 0
    sequence_start: bool = False
    sequence_end: bool = False
    protocol: str = "grpc"
    compression: Literal["", "gzip", "deflate"] = ""
    shared_memory: bool = False
    stream: bool = False
    """Whether it is sent as a stream, whose answers are expected together, each output stacked along a first axis."""
    seconds: float = 0.0
    """How long an answer may take; 0 for 30 seconds."""
    tags: tuple[str, ...] = ()
    note: str = ""
