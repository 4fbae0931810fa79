"""What answers at an address: a Triton's HTTP, its gRPC, its metrics, or something else, said as what it is."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from studio.core.serving.access import Access
from studio.core.serving.address import Address
from studio.net import tls
from studio.net.grpc import GrpcCaller, GrpcError
from studio.net.http import Answer, HttpError, HttpReader

Protocol = Literal["HTTP", "gRPC", "metrics"]
PROTOCOLS: tuple[Protocol, ...] = ("HTTP", "gRPC", "metrics")
_SERVICE = "/inference.GRPCInferenceService/"
_LIVE = (b"", b"\x08\x00", b"\x08\x01")
"""A ServerLiveResponse: one bool."""
_RESTRICTED = "is restricted, expecting header"
_SMALL, _METRICS = 1 << 20, 32 << 20
_ACCESS = "Give what it asks for as a header of the connection, such as Authorization."
_MOST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an address is not what was looked for. `is_silent` where nothing there can be asked anything."""

    reason: str
    remedy: str = ""
    is_silent: bool = False


def answers(protocol: Protocol, place: Address, access: Access, seconds: float) -> Problem | None:
    """Why a protocol of a Triton does not answer at an address within so many seconds; None where it does."""
    looks: Mapping[Protocol, Callable[[Address, Access, float], Problem | None]] = {
        "HTTP": _http,
        "gRPC": _grpc,
        "metrics": _metrics,
    }
    return looks[protocol](place, access, seconds)


def metrics_place(place: Address) -> Address:
    """Where the metrics of an address are."""
    return place if place.path.endswith("/metrics") else replace(place, path=f"{place.path}/metrics")


# HTTP


def _http(place: Address, access: Access, seconds: float) -> Problem | None:
    reader = HttpReader(place, access)
    try:
        live = reader.exchange("GET", "/v2/health/live", seconds, _SMALL)
        if _is_restricted(live):
            return None
        # 400 is a live server's way to say that it is not ready. Some sites answer 200 to whatever they are asked.
        if live.status not in (200, 400):
            return _other(place, live, "/v2/health/live")
        told = reader.exchange("GET", "/v2", seconds, _SMALL)
    except HttpError as failure:
        return _not_http(place, access, failure, seconds)
    finally:
        reader.close()
    return None if _is_restricted(told) or "name" in _json(told) else _other(place, told, "/v2")


def _json(answer: Answer) -> Mapping[str, object]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_restricted(answer: Answer) -> bool:
    return answer.status == 403 and _RESTRICTED in str(_json(answer).get("error", ""))


def _other(place: Address, answer: Answer, path: str) -> Problem:
    """What answers HTTP and is no Triton."""
    if answer.status in (401, 403, 407):
        what = "the proxy before it" if answer.status == 407 else place.text
        return Problem(f"{what} asks for a login (HTTP {answer.status}).", _ACCESS)
    to = answer.headers.get("location", "")
    if 300 <= answer.status < 400 and to:
        return Problem(f"{place.text} sends on to {to[:_MOST_WORDS]}.", "Give the address of the server itself.")
    if "html" in answer.headers.get("content-type", ""):
        return Problem(f"{place.text} is a web site, and no Triton (HTTP {answer.status} at {path}).")
    return Problem(f"{place.text} answers, but is no Triton (HTTP {answer.status} at {path}).")


def _early(place: Address, failure: HttpError | GrpcError, seconds: float) -> Problem | None:
    """What ends a call before anything answered, by either protocol; None where something else did."""
    if failure.kind == "request":
        return Problem(failure.reason, failure.remedy, is_silent=True)
    if failure.kind == "deadline":
        return _unreachable(place, TimeoutError(), seconds)
    if failure.remedy:
        return Problem(f"{place.text} cannot be trusted: {failure.reason}", failure.remedy)
    return None


def _not_http(place: Address, access: Access, failure: HttpError, seconds: float) -> Problem:
    if early := _early(place, failure, seconds):
        return early
    if failure.error is not None and not isinstance(failure.error, ConnectionResetError | BrokenPipeError):
        return _unreachable(place, failure.error, seconds)
    return _foreign(place, access, "HTTP", seconds)


# gRPC


def _grpc(place: Address, access: Access, seconds: float) -> Problem | None:
    caller = GrpcCaller(place, access, _SMALL)
    try:
        if caller.call(f"{_SERVICE}ServerLive", b"", seconds) in _LIVE:
            return None
        return Problem(f"{place.text} answers, but is no Triton.")
    except GrpcError as failure:
        if failure.code == "UNIMPLEMENTED":
            return _partly(place, caller, failure, seconds)
        return _refused(place, failure) if failure.kind == "status" else _not_grpc(place, access, failure, seconds)
    finally:
        caller.close()


def _partly(place: Address, caller: GrpcCaller, failure: GrpcError, seconds: float) -> Problem | None:
    """Some servers of the protocol, such as Dynamo's, offer its inference alone."""
    try:
        caller.call(f"{_SERVICE}ModelMetadata", b"", seconds)
    except GrpcError as second:
        if second.kind != "status" or second.code == "UNIMPLEMENTED" or "http" in second.reason.lower():
            return Problem(f"{place.text} speaks gRPC, but is no Triton ({failure.reason[:_MOST_WORDS]}).")
    return None


def _refused(place: Address, failure: GrpcError) -> Problem | None:
    if _RESTRICTED in failure.reason:
        return None
    low = failure.reason.lower()
    if failure.code in ("UNAUTHENTICATED", "PERMISSION_DENIED") or "status: 401" in low or "status: 403" in low:
        return Problem(f"{place.text} asks for a login ({failure.reason[:_MOST_WORDS] or failure.code}).", _ACCESS)
    words = failure.reason[:_MOST_WORDS] or failure.code
    return Problem(f"{place.text} answers, but not as a Triton's gRPC ({words}).")


def _not_grpc(place: Address, access: Access, failure: GrpcError, seconds: float) -> Problem:
    if early := _early(place, failure, seconds):
        return early
    if access.proxy:
        return Problem(f"{place.text} cannot be reached by gRPC ({failure.reason[-_MOST_WORDS:]}).")
    try:
        socket.create_connection((place.host, place.port), seconds).close()
    except OSError as error:
        return _unreachable(place, error, seconds)
    return _foreign(place, access, "gRPC", seconds)


# Metrics


def _metrics(place: Address, access: Access, seconds: float) -> Problem | None:
    reader = HttpReader(metrics_place(place), access)
    try:
        answer = reader.exchange("GET", "", seconds, _METRICS)
    except HttpError as failure:
        if failure.kind == "too_large":
            return Problem(f"{place.text}: {failure.reason}")
        return _not_http(place, access, failure, seconds)
    finally:
        reader.close()
    kind = answer.headers.get("content-type", "")
    if answer.status != 200 or "html" in kind:
        return replace(_other(place, answer, metrics_place(place).path), is_silent=False)
    if _has_families(answer.body, b"nv_") or (not answer.body.strip() and "version=" in kind):
        return None
    if _has_families(answer.body, b""):
        return Problem(f"{place.text} gives metrics, but not those of a Triton.")
    return Problem(f"{place.text} answers, but gives no metrics.")


def _has_families(body: bytes, prefix: bytes) -> bool:
    """Whether a Prometheus text has a family whose name begins so."""
    return any(line.startswith((b"# HELP " + prefix, b"# TYPE " + prefix)) for line in body.splitlines())


# What is no answer


def _foreign(place: Address, access: Access, wanted: Protocol, seconds: float) -> Problem:
    """Somebody takes connections there, and speaks something else."""
    if place.is_secure:
        why, remedy = tls.diagnosed(place, access, seconds)
        if why:
            return Problem(f"{place.text} cannot be trusted: {why}", remedy)
    elif tls.speaks(place, seconds):
        scheme = "grpcs" if wanted == "gRPC" else "https"
        return Problem(f"{place.text} speaks TLS.", f"Write {scheme}://{place.target}.")
    return Problem(f"{place.text} answers, but does not speak {wanted}.")


def _unreachable(place: Address, error: OSError, seconds: float) -> Problem:
    if isinstance(error, ConnectionRefusedError):
        return Problem(f"nothing listens at {place.text}.", is_silent=True)
    if isinstance(error, TimeoutError):
        return Problem(f"{place.text} did not answer within {max(seconds, 1):.0f} s.")
    if isinstance(error, socket.gaierror):
        return Problem(f"the name {place.host} is not known.", is_silent=True)
    if isinstance(error, ssl.SSLError):
        return Problem(f"{place.text} does not speak TLS as it should ({error.reason}).")
    return Problem(f"{place.text} cannot be reached ({error.strerror or error}).", is_silent=True)
