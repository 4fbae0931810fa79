"""An inference request and what came back, as values; nothing here talks to a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from studio.core.config.datatypes import DataType
from studio.core.config.tensor_info import TensorInfo
from studio.core.serving.figures.batching import BatchCount
from studio.value_class import dataclass, field

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# A string, as in `series` and `datatypes`: the window is up, and idle, without numpy and its 16 MB.
Array: TypeAlias = "npt.NDArray[np.generic]"


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named tensor with data. BYTES are numpy objects holding `bytes`."""

    name: str
    data_type: DataType
    array: Array


@dataclass(frozen=True, slots=True)
class InferRequest:
    """One request. An empty version lets the server choose; no outputs means all of them.

    `timeout_us` 0 means none is sent. `protocol` is "grpc" or "http". `classes` are outputs that are asked for as their
    so many best classes. `headers` go with this request alone.
    """

    model: str
    inputs: tuple[Tensor, ...]
    version: str = ""
    outputs: tuple[str, ...] = ()
    request_id: str = ""
    parameters: tuple[tuple[str, str | int | float | bool], ...] = ()
    priority: int = 0
    timeout_us: int = 0
    sequence_id: int | str = 0
    sequence_start: bool = False
    sequence_end: bool = False
    protocol: str = "grpc"
    classes: tuple[tuple[str, int], ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    compression: Literal["", "gzip", "deflate"] = ""
    shared_memory: bool = False
    """Whether the inputs go through the memory of this machine, and the outputs that `output_bytes` names come so."""
    output_bytes: tuple[tuple[str, int], ...] = ()
    stream: bool = False
    """Whether its answers come in parts."""
    seconds: float = 0.0
    """How long the whole call may take; 0 as whoever sends it has it."""

    @property
    def asked_outputs(self) -> tuple[str, ...]:
        """The outputs to ask for by name; none where all are wanted as they are."""
        return tuple(dict.fromkeys([*self.outputs, *(name for name, _ in (*self.classes, *self.output_bytes))]))


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Where the time of one request went, in nanoseconds; None where the server did not tell.

    `client` is packing and unpacking here, `network` what remains of the round trip after the server's own stages.
    """

    total: int
    client: int | None = None
    network: int | None = None
    queue: int | None = None
    input: int | None = None
    compute: int | None = None
    output: int | None = None


@dataclass(frozen=True, slots=True)
class StepTimes:
    """The server's stages of one model that took part in a request (an ensemble's steps, or the model itself)."""

    model: str
    version: str
    queue: int
    input: int
    compute: int
    output: int


@dataclass(frozen=True, slots=True)
class InferResult:
    """What came back for a request."""

    model: str
    version: str
    outputs: tuple[Tensor, ...]
    times: StageTimes
    steps: tuple[StepTimes, ...] = field(default=())
    request_id: str = ""
    cached: tuple[str, ...] = ()
    """The models whose answer came from the response cache, as far as the server tells."""
    reloaded: tuple[str, ...] = ()
    """Those of them that were reloaded, so that the answer may be one from before."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """One row of a server's repository index. `state` is Triton's own word (READY, UNAVAILABLE, LOADING …)."""

    name: str
    version: str
    state: str
    reason: str

    @property
    def is_ready(self) -> bool:
        """Whether it answers requests."""
        return self.state == "READY"

    @property
    def is_loading(self) -> bool:
        """Whether it is being loaded."""
        return self.state == "LOADING"

    @property
    def is_changing(self) -> bool:
        """Whether it is being loaded or unloaded."""
        return self.state in ("LOADING", "UNLOADING")

    @property
    def is_failed(self) -> bool:
        """Whether the server could not load it; one that was unloaded is none."""
        return self.state == "UNAVAILABLE" and bool(self._why_not)

    @property
    def is_unloaded(self) -> bool:
        """Whether it is not there, and the server tells of nothing that went wrong."""
        return self.state in ("", "UNAVAILABLE") and not self._why_not

    @property
    def _why_not(self) -> str:
        # Triton's own word for a model that was unloaded, in quotes or not.
        return "" if self.reason.strip("' ") == "unloaded" else self.reason.strip("' ")


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """What a server says of a loaded model."""

    name: str
    versions: tuple[str, ...]
    platform: str
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]


@dataclass(frozen=True, slots=True)
class ModelStatistics:
    """Cumulative statistics of one model version: counts, and nanoseconds by stage.

    `response_count` counts each answer of a stream; 0 too where the server does not tell.
    """

    name: str
    version: str
    inference_count: int
    execution_count: int
    success_count: int
    failure_count: int
    success_ns: int
    queue_ns: int
    input_ns: int
    compute_ns: int
    output_ns: int
    memory: int = 0
    """Bytes that the backend says the model took when it was loaded; 0 where it does not say."""
    cache_hit_count: int = 0
    response_count: int = 0
    batches: tuple[BatchCount, ...] = ()
    """How often it was run with a batch of each size."""
