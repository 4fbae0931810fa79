"""What both protocols have in common: the calls, the answer to an inference, and addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import urlsplit

from studio.client.failure import Attempt
from studio.client.replies import UNREADABLE, why
from studio.core.inference.requests import InferRequest, Tensor

T = TypeVar("T")

Verb = Literal["live", "ready", "server", "index", "load", "unload", "metadata", "config", "statistics"]
MAX_REPLY_BYTES = 1 << 30
# Triton's own; a server refuses or misreads a parameter of these names that a person adds.
_RESERVED = frozenset(
    {"sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "headers", "binary_data_output"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call other than inference. `parameters` go with a load or an unload."""

    verb: Verb
    attempt: Attempt
    model: str = ""
    version: str = ""
    parameters: tuple[tuple[str, str | bool], ...] = ()


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

    def infer(self, request: InferRequest, attempt: Attempt) -> Reply:
        """Sends a request and waits for its answer."""

    def close(self) -> None:
        """Ends its connections."""


def answer(transport: Transport, call: Call, read: Callable[[Any], T]) -> T:
    """What `read` makes of the answer to a call; one that it cannot read is malformed."""
    reply = transport.ask(call)
    try:
        return read(reply)
    except UNREADABLE as error:
        raise call.attempt.malformed(why(error)) from error


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address taken apart. `path` is what comes before `/v2`, for a server behind a proxy."""

    secure: bool
    host: str
    port: int
    path: str = ""

    @property
    def target(self) -> str:
        """`host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, so that a proxy of the environment must not come between."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def endpoint(address: str, default_port: int) -> Endpoint:
    """The endpoint of `host`, `host:port` or a URL. Raises ValueError for anything else."""
    text = address.strip()
    parts = urlsplit(text if "://" in text else f"//{text}")
    if not parts.hostname or parts.scheme not in ("", "http", "https", "grpc", "grpcs"):
        raise ValueError(f"'{address}' is not an address: write host:port")
    secure = parts.scheme in ("https", "grpcs")
    url_port = {"http": 80, "https": 443}.get(parts.scheme, default_port)
    return Endpoint(secure, parts.hostname, parts.port or url_port, parts.path.rstrip("/"))


def request_parameters(request: InferRequest) -> dict[str, str | int | float | bool]:
    """All the parameters of a request: sequence, priority, timeout and a person's own. Raises ValueError."""
    found: dict[str, str | int | float | bool] = {}
    for name, value in request.parameters:
        if name in _RESERVED or name.startswith("triton_"):
            raise ValueError(f"the parameter name '{name}' is Triton's own")
        if not isinstance(value, str | int | float):
            raise ValueError(f"parameter '{name}' is neither text, a number, true nor false")  # noqa: TRY004
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError(f"parameter '{name}' is larger than 64 bits hold")
        found[name] = value
    if request.sequence_id:
        found["sequence_id"] = request.sequence_id
        found["sequence_start"] = request.sequence_start
        found["sequence_end"] = request.sequence_end
    elif request.sequence_start or request.sequence_end:
        raise ValueError("a sequence flag needs a sequence id other than 0")
    if request.priority:
        found["priority"] = request.priority
    if request.timeout_us:
        found["timeout"] = request.timeout_us
    return found
