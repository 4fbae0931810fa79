"""The v2 protocol over HTTP, with tensors as bytes after the JSON.

Not over `tritonclient.http`: that one runs on gevent and is bound to the thread that made it.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import quote

from studio.client.failure import Attempt, ClientError
from studio.client.replies import UNREADABLE, reason_of
from studio.client.transport import MAX_REPLY_BYTES, Call, Reply, Verb, request_parameters
from studio.client.wire import decode, elements, encode, from_values
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.access import Access
from studio.core.serving.address import AddressError, parse_address
from studio.net.http import HttpError, HttpReader

_HEADER_LENGTH = "Inference-Header-Content-Length"
_CONTROL_BYTES = 64 << 20
_NONE = Access()
_PATHS: dict[Verb, tuple[str, str]] = {
    "live": ("GET", "/v2/health/live"),
    "ready": ("GET", "/v2/health/ready"),
    "server": ("GET", "/v2"),
    "index": ("POST", "/v2/repository/index"),
    "load": ("POST", "/v2/repository/models/{model}/load"),
    "unload": ("POST", "/v2/repository/models/{model}/unload"),
    "metadata": ("GET", "/v2{models}"),
    "config": ("GET", "/v2{models}/config"),
    "statistics": ("GET", "/v2{models}/stats"),
}


class HttpTransport:
    """A server's HTTP address; connections are kept and shared by threads."""

    def __init__(self, address: str, max_reply_bytes: int = MAX_REPLY_BYTES, access: Access = _NONE) -> None:
        self.address = address
        self._access = access
        self._max_reply_bytes = max_reply_bytes
        self._lock = threading.Lock()
        self._reader: HttpReader | None = None

    def ask(self, call: Call) -> Any:
        """One call other than inference; False for health that is not."""
        method, pattern = _PATHS[call.verb]
        models = _models_path(call.model, call.version) if call.model else "/models"
        path = pattern.format(model=_quoted(call.model), models=models)
        body = _control_body(call) if method == "POST" else None
        cap = min(_CONTROL_BYTES, self._max_reply_bytes)
        status, _, reply = self._exchange(method, path, body, {}, call.attempt, cap)
        if call.verb in ("live", "ready"):
            return _health(status, reply, call.attempt)
        _check(status, reply, call.attempt)
        return _json(reply, call.attempt) if reply.strip() else {}

    def infer(self, request: InferRequest, attempt: Attempt) -> Reply:
        """Packs, posts and unpacks one request."""
        began = time.perf_counter_ns()
        head, tensors = _pack(request, attempt)
        path = f"/v2{_models_path(request.model, request.version)}/infer"
        headers = {_HEADER_LENGTH: str(len(head)), "Content-Type": "application/octet-stream"}
        content = b"".join((head, *tensors))
        sent = time.perf_counter_ns()
        status, length, body = self._exchange("POST", path, content, headers, attempt, self._max_reply_bytes)
        received = time.perf_counter_ns()
        _check(status, body, attempt)
        reply, outputs = _unpack(body, length, attempt)
        ended = time.perf_counter_ns()
        return Reply(
            model=str(reply.get("model_name") or request.model),
            version=str(reply.get("model_version") or request.version),
            request_id=str(reply.get("id") or ""),
            outputs=outputs,
            total_ns=ended - began,
            client_ns=(sent - began) + (ended - received),
        )

    def close(self) -> None:
        """Ends the connections; the next call opens new ones."""
        with self._lock:
            reader = self._reader
        if reader is not None:
            reader.close()

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], attempt: Attempt, cap: int
    ) -> tuple[int, str, bytes]:
        """Status, header length of the answer, and its body, which is at most `cap` bytes."""
        try:
            found = self._connected(attempt).exchange(method, path, attempt.timeout, cap, headers, body)
        except HttpError as error:
            raise _put_in_words(error, attempt, cap) from error
        return found.status, found.headers.get(_HEADER_LENGTH.lower(), ""), found.body

    def _connected(self, attempt: Attempt) -> HttpReader:
        try:
            with self._lock:
                if self._reader is None:
                    self._reader = HttpReader(parse_address(self.address), self._access)
                return self._reader
        except AddressError as error:
            raise attempt.unsendable(str(error)) from error


def _put_in_words(error: HttpError, attempt: Attempt, cap: int) -> ClientError:
    if error.kind == "deadline":
        return attempt.late()
    if error.kind == "too_large":
        return attempt.too_large(cap)
    if error.kind == "unreachable":
        return attempt.unreachable(error.reason, error.remedy)
    told = {"malformed": attempt.malformed, "request": attempt.unsendable}
    return told[error.kind](error.reason)


def _models_path(model: str, version: str) -> str:
    named = f"/models/{_quoted(model)}"
    return f"{named}/versions/{_quoted(version)}" if version else named


def _quoted(name: str) -> str:
    return quote(name, safe="", errors="replace")


def _control_body(call: Call) -> bytes:
    return json.dumps({"parameters": dict(call.parameters)} if call.parameters else {}).encode()


def _health(status: int, reply: bytes, attempt: Attempt) -> bool:
    if status in (401, 403, 404, 405):
        _check(status, reply, attempt)
    return status == 200


def _check(status: int, reply: bytes, attempt: Attempt) -> None:
    if status == 200:
        return
    text = _error_text(reply)
    if status in (404, 405, 501) and not text:
        raise attempt.unsupported(f"HTTP {status}")
    raise attempt.refused(text or f"HTTP status {status}")


def _error_text(reply: bytes) -> str:
    try:
        return str(json.loads(reply)["error"])
    except UNREADABLE:
        return ""


def _json(reply: bytes, attempt: Attempt) -> Any:
    try:
        return json.loads(reply)
    except UNREADABLE as error:
        raise attempt.malformed(f"it is not JSON ({error})") from error


def _pack(request: InferRequest, attempt: Attempt) -> tuple[bytes, list[bytes]]:
    try:
        tensors = [encode(tensor) for tensor in request.inputs]
        parameters = request_parameters(request)
        head: dict[str, Any] = {"inputs": [_input(t, raw) for t, raw in zip(request.inputs, tensors, strict=True)]}
        if request.request_id:
            head["id"] = request.request_id
        if request.outputs:
            head["outputs"] = [{"name": name, "parameters": {"binary_data": True}} for name in request.outputs]
        else:
            parameters["binary_data_output"] = True
        if parameters:
            head["parameters"] = parameters
        return json.dumps(head, allow_nan=False, ensure_ascii=False).encode(), tensors
    except (ValueError, TypeError) as error:
        raise attempt.unsendable(str(error)) from error


def _input(tensor: Tensor, raw: bytes) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.array.shape),
        "datatype": tensor.data_type.wire,
        "parameters": {"binary_data_size": len(raw)},
    }


def _unpack(body: bytes, length: str, attempt: Attempt) -> tuple[dict[str, Any], tuple[Tensor, ...]]:
    try:
        split = int(length) if length else len(body)
        if not 0 <= split <= len(body):
            raise ValueError(f"its JSON should be {split} bytes, but all of it is {len(body)}")
        head = json.loads(body[:split])
        return head, _outputs(head.get("outputs") or [], memoryview(body)[split:])
    except UNREADABLE as error:
        raise attempt.malformed(reason_of(error)) from error


def _outputs(rows: list[dict[str, Any]], rest: memoryview) -> tuple[Tensor, ...]:
    tensors = []
    for row in rows:
        name, wire, shape = str(row["name"]), str(row["datatype"]), row["shape"]
        size = (row.get("parameters") or {}).get("binary_data_size")
        if size is None:
            tensors.append(from_values(name, wire, shape, row.get("data", [])))
            continue
        elements(name, [size])
        if size > len(rest):
            raise ValueError(f"output '{name}' should have {size} bytes, but {len(rest)} are left")
        tensors.append(decode(name, wire, shape, rest[:size]))
        rest = rest[size:]
    if len(rest):
        raise ValueError(f"{len(rest)} bytes after its last output")
    return tuple(tensors)
