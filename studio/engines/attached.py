"""A server that somebody else runs, reached by its address."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, replace

from studio.core.serving.address import GRPC_PORT, HTTP_PORT, METRICS_PORT, Address, AddressError, parse_address
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine
from studio.engines.failure import EngineError
from studio.net.http import HttpError, HttpReader

_ATTEMPT = "Attach to a server"
_TIMEOUT = 3.0
_CHECK_EVERY = 2.0


def addresses(text: str) -> Addresses:
    """One address that a person wrote, with the other two beside it as Triton numbers them: HTTP, gRPC, metrics."""
    place = _parse(text)
    if place.is_secure or place.path:
        # Behind a proxy nothing can be said of the other ports.
        return Addresses(grpc=place.text) if place.scheme == "grpcs" else Addresses(http=place.text)
    is_grpc = place.scheme == "grpc" or place.port == GRPC_PORT
    first = place.beside(HTTP_PORT - GRPC_PORT) if is_grpc else place
    return Addresses(*(first.beside(port - HTTP_PORT).text for port in (HTTP_PORT, GRPC_PORT, METRICS_PORT)))


def _parse(text: str, scheme: str = "http", port: int = 0) -> Address:
    try:
        return parse_address(text, scheme, port)
    except AddressError as error:
        raise EngineError(_ATTEMPT, str(error), "Write host:port, or a URL with http or grpc.") from error


@dataclass(frozen=True, slots=True)
class AttachedEngine:
    """Attaches to servers; it neither starts nor stops any."""

    kind: EngineKind = EngineKind.ATTACHED

    def start(self, spec: LaunchSpec) -> AttachedServer:
        """Look what answers at the addresses; raises where no server does."""
        wanted = _complete(spec.addresses)
        found = {
            "HTTP": _try_http(wanted.http),
            "gRPC": _try_connect(wanted.grpc, "grpc"),
            "metrics": _try_metrics(wanted.metrics),
        }
        if found["HTTP"] and (not wanted.grpc or found["gRPC"]):
            raise EngineError(_ATTEMPT, found["HTTP"], "Check the address, and that the server runs.")
        answering = Addresses(
            "" if found["HTTP"] else wanted.http,
            "" if found["gRPC"] else wanted.grpc,
            "" if found["metrics"] else wanted.metrics,
        )
        lacks = tuple(f"{name}: {problem}" for name, problem in found.items() if problem)
        return AttachedServer(spec, answering, lacks)


@dataclass
class AttachedServer:
    """A server that is not ours: no log, and stopping only lets go of it. `lacks` says what does not answer."""

    spec: LaunchSpec
    addresses: Addresses
    lacks: tuple[str, ...] = ()
    _stopped: bool = False
    _checked: float = 0.0
    _gone: Exit | None = None

    @property
    def description(self) -> str:
        """What is shown for it: the address it was attached at."""
        return f"Server at {self.addresses.http or self.addresses.grpc}"

    def poll(self) -> Exit | None:
        """Why it does not answer; looks at most every two seconds. A server that is back is None again."""
        if self._stopped:
            return Exit(0, "Detached.")
        now = time.monotonic()
        if now - self._checked >= _CHECK_EVERY:
            scheme = "http" if self.addresses.http else "grpc"
            problem = _try_connect(self.addresses.http or self.addresses.grpc, scheme)
            self._gone = Exit(-1, problem) if problem else None
            self._checked = time.monotonic()
        return self._gone

    def read_log(self) -> list[LogLine]:
        """Nothing: the log stays where the server runs."""
        return []

    def stop(self, timeout: float = 10.0) -> None:  # noqa: ARG002 — the protocol's
        """Let go of it; it goes on running."""
        self._stopped = True


def _complete(given: Addresses) -> Addresses:
    """Fill in what was left out by Triton's convention."""
    if given.http:
        guess = addresses(given.http)
    elif given.grpc:
        guess = addresses(given.grpc if "://" in given.grpc else f"grpc://{given.grpc}")
    else:
        raise EngineError(_ATTEMPT, "no address was given.", "Write host:port.")
    return Addresses(given.http or guess.http, given.grpc or guess.grpc, given.metrics or guess.metrics)


def _try_connect(address: str, default: str) -> str:
    """Why nobody can be reached at an address; empty where somebody is."""
    if not address:
        return "no address is known."
    place = _parse(address, default)
    try:
        socket.create_connection((place.host, place.port), _TIMEOUT).close()
    except OSError as error:
        return _unreachable(place, error)
    return ""


def _try_http(address: str) -> str:
    if not address:
        return "no address is known."
    place = _parse(address)
    status, problem = _status(place, "/v2/health/live")
    # 400 is a live server's way to say that it is not ready; 401 and 403 that it is restricted.
    if status in (200, 400, 401, 403):
        return ""
    return problem or f"{place.text} answers, but is no Triton (HTTP {status} at /v2/health/live)."


def _try_metrics(address: str) -> str:
    if not address:
        return "no address is known."
    place = _parse(address, port=METRICS_PORT)
    status, problem = _status(place if place.path else replace(place, path="/metrics"), "")
    return problem or ("" if status == 200 else f"{place.text} gives no metrics (HTTP {status}).")


def _status(place: Address, path: str) -> tuple[int, str]:
    """The status of one request; 0 and the reason where there was no answer."""
    reader = HttpReader(place)
    try:
        return reader.status("GET", path, _TIMEOUT), ""
    except HttpError as failure:
        error = TimeoutError() if failure.kind == "deadline" else failure.error
        return 0, _unreachable(place, error) if error else f"{place.text} answers, but does not speak HTTP."
    finally:
        reader.close()


def _unreachable(place: Address, error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {place.text}."
    if isinstance(error, TimeoutError):
        return f"{place.text} did not answer within {_TIMEOUT:.0f} s."
    if isinstance(error, socket.gaierror):
        return f"the name {place.host} is not known."
    if isinstance(error, ssl.SSLError):
        return f"{place.text} does not answer with a TLS certificate that is trusted ({error.reason})."
    return f"{place.text} cannot be reached ({error.strerror or error})."
