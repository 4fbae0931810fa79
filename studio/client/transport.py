"""What both protocols have in common: the calls, and the answer to an inference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from studio.client.failure import Attempt
from studio.client.replies import UNREADABLE, reason_of
from studio.client.shared_region import Shared
from studio.core.inference.requests import InferRequest, Tensor

T = TypeVar("T")

Verb = Literal[
    "live",
    "ready",
    "server",
    "index",
    "load",
    "unload",
    "metadata",
    "config",
    "statistics",
    "shm_register",
    "shm_unregister",
    "trace_setting",
    "set_trace",
]
MAX_REPLY_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Call:
    """One call other than inference. `parameters` go with a load or an unload, and with shared memory, and are what a
    tracer is set to. `model` is the region where it is about that.
    """

    verb: Verb
    attempt: Attempt
    model: str = ""
    version: str = ""
    parameters: tuple[tuple[str, str | bool | int | tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an inference gave; `total_ns` is all of it, `client_ns` the packing and unpacking in that."""

    model: str
    version: str
    request_id: str
    outputs: tuple[Tensor, ...]
    total_ns: int
    client_ns: int


class Transport(Protocol):
    """One way to a server. Any thread may use it. It raises ClientError only."""

    @property
    def address(self) -> str:
        """Where it goes, as a person wrote it."""

    def ask(self, call: Call) -> Any:
        """The answer as plain dictionaries and lists; a bool for health."""

    def infer(self, request: InferRequest, attempt: Attempt, shared: Shared | None = None) -> Reply:
        """Sends a request and waits for its answer."""

    def close(self) -> None:
        """Ends the connections to the server."""


def answer(transport: Transport, call: Call, read: Callable[[Any], T]) -> T:
    """What `read` makes of the answer to a call; one that it cannot read is malformed."""
    reply = transport.ask(call)
    try:
        return read(reply)
    except UNREADABLE as error:
        raise call.attempt.malformed(reason_of(error)) from error
