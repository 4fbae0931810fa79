"""What a server recorded of requests, as values: one request with its steps, and what came of them in figures.

All times of a request are nanoseconds after its first byte was read, on the server's own clock. A server records no
failures: what failed is told by those who asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from studio import TYPE_CHECKING
from studio.value_class import dataclass, field

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

Stage: TypeAlias = 'Literal["network", "queue", "input", "compute", "output", "gap"]'
STAGES: tuple[Stage, ...] = ("network", "queue", "input", "compute", "output", "gap")
"""In the order in which a request goes through them. "network" is reading the request and sending the answer, "gap"
what a server does between the steps of an ensemble and before and after the work of a model."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One stage from a time to a time, in nanoseconds after the first byte of the request was read."""

    stage: Stage
    begin: int
    end: int

    @property
    def duration(self) -> int:
        """Nanoseconds."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class TracedTensor:
    """A tensor that was recorded with a request; `text` are its values as the server wrote them, separated by commas.

    `is_input` says that it was read from the request or the step before, else it is what the model gave. `is_cut` says
    that the values were too many to keep, and `text` is only how they begin.
    """

    name: str
    is_input: bool
    datatype: str
    shape: tuple[int, ...]
    text: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """What one model did for a request: the request's own model, a step of an ensemble, or what a model asked itself.

    `pieces` are its own stages in order: none for an ensemble, whose time is that of its `steps` and the `gaps` between
    them. `ran` says that the model computed; one that ended without was answered by the response cache, or refused
    while it waited. `is_whole` says that the end was recorded; else `end` is the last that was.
    """

    id: int
    parent: int
    """The id of the span that asked for it; 0 for none."""
    model: str
    version: str
    request_id: str
    begin: int
    end: int
    pieces: tuple[Piece, ...] = field(default=())
    steps: tuple[Span, ...] = field(default=())
    gaps: tuple[Piece, ...] = field(default=())
    tensors: tuple[TracedTensor, ...] = field(default=())
    ran: bool = True
    is_whole: bool = True

    @property
    def duration(self) -> int:
        """Nanoseconds."""
        return self.end - self.begin

    @property
    def is_ensemble(self) -> bool:
        """Whether all that it did was to have others work."""
        return bool(self.steps) and not self.pieces

    def walk(self) -> Iterator[Span]:
        """It and all below it, in the order in which they are drawn: a span, then its steps."""
        yield self
        for step in self.steps:
            yield from step.walk()

    def time_in(self, stage: Stage) -> int:
        """Nanoseconds of its own in a stage."""
        return sum(piece.duration for piece in self.pieces if piece.stage == stage)


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """One request, from its first byte to the last one of the answer.

    `began` is when its first byte was read, on the server's clock, which all requests of a trace share. `network` are
    reading and sending: several of sending where there were several answers. `error` is what the asker was told; a
    trace itself says nothing of it. Work may go on after the answer was sent: spans may end after `total`.
    """

    root: Span
    began: int
    total: int
    protocol: Literal["http", "grpc", ""] = ""
    network: tuple[Piece, ...] = field(default=())
    error: str = ""

    @property
    def id(self) -> str:
        """The id that the asker gave it; "" for none."""
        return self.root.request_id

    @property
    def model(self) -> str:
        """The model that was asked."""
        return self.root.model

    @property
    def failed(self) -> bool:
        """Whether the asker was told of a failure."""
        return bool(self.error)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was recorded."""
        return all(span.is_whole for span in self.root.walk())


@dataclass(frozen=True, slots=True)
class StageTime:
    """Time in a stage in nanoseconds, and what share of the whole it is, from 0 to 1."""

    stage: Stage
    time: int
    share: float


@dataclass(frozen=True, slots=True)
class ModelTime:
    """What a model took of the time in the server, by stage. `runs` is how often it was asked.

    Where several models worked at the same time each is given an equal part of it, so that all add up to the whole.
    """

    model: str
    version: str
    time: int
    share: float
    stages: tuple[StageTime, ...]
    runs: int = 1


@dataclass(frozen=True, slots=True)
class Shares:
    """Where the time in the server went, of one request or of many: both lists add up to `total` with nothing left.

    `models` begins with the one that took most; what belongs to none, network and gap, stands in `stages` alone.
    """

    total: int
    stages: tuple[StageTime, ...]
    models: tuple[ModelTime, ...]
    requests: int = 1

    def time_in(self, stage: Stage) -> int:
        """Nanoseconds in a stage."""
        return sum(each.time for each in self.stages if each.stage == stage)
