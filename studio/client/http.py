"""The v2 protocol over HTTP, with tensors as bytes after the JSON.

Not over `tritonclient.http`: that one runs on gevent and is bound to the thread that made it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from studio.client.failure import Attempt, ClientError
from studio.client.http_messages import pack, unpack
from studio.client.replies import UNREADABLE
from studio.client.shared_region import Shared
from studio.client.transport import MAX_REPLY_BYTES, Call, Reply, Verb
from studio.core.inference.requests import InferRequest
from studio.core.serving.access import Access
from studio.core.serving.address import AddressError, parse_address
from studio.net.compression import deflated
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
    "shm_register": ("POST", "/v2/systemsharedmemory/region/{model}/register"),
    "shm_unregister": ("POST", "/v2/systemsharedmemory/region/{model}/unregister"),
    "trace_setting": ("GET", "/v2{one}/trace/setting"),
    "set_trace": ("POST", "/v2{one}/trace/setting"),
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
        one = _models_path(call.model, call.version) if call.model else ""
        path = pattern.format(model=_quoted(call.model), models=one or "/models", one=one)
        body = _control_body(call) if method == "POST" else None
        cap = min(_CONTROL_BYTES, self._max_reply_bytes)
        status, _, reply = self._exchange(method, path, body, {}, call.attempt, cap)
        if call.verb in ("live", "ready"):
            return _health(status, reply, call.attempt)
        check(status, reply, call.attempt)
        return read_json(reply, call.attempt) if reply.strip() else {}

    def infer(self, request: InferRequest, attempt: Attempt, shared: Shared | None = None) -> Reply:
        """Packs, posts and unpacks one request."""
        began = time.perf_counter_ns()
        head, tensors = pack(request, attempt, shared)
        path = f"/v2{_models_path(request.model, request.version)}/infer"
        headers = {_HEADER_LENGTH: str(len(head)), "Content-Type": "application/octet-stream"}
        content = b"".join((head, *tensors))
        if request.compression:
            content = deflated(content, request.compression)
            headers |= {"Content-Encoding": request.compression, "Accept-Encoding": request.compression}
        headers |= dict(request.headers)
        sent = time.perf_counter_ns()
        status, length, body = self._exchange("POST", path, content, headers, attempt, self._max_reply_bytes)
        received = time.perf_counter_ns()
        check(status, body, attempt)
        reply, outputs = unpack(body, length, attempt, shared)
        ended = time.perf_counter_ns()
        return Reply(
            model=str(reply.get("model_name") or request.model),
            version=str(reply.get("model_version") or request.version),
            request_id=str(reply.get("id") or ""),
            outputs=outputs,
            total_ns=ended - began,
            client_ns=(sent - began) + (ended - received),
        )

    def get(self, path: str, headers: Mapping[str, str], attempt: Attempt) -> Any:
        """The JSON at a path."""
        cap = min(_CONTROL_BYTES, self._max_reply_bytes)
        status, _, reply = self._exchange("GET", path, None, dict(headers), attempt, cap)
        check(status, reply, attempt)
        return read_json(reply, attempt)

    def follow(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        attempt: Attempt,
        taken: Callable[[int, Mapping[str, str], bytes], object],
    ) -> None:
        """Posts a body and hands on the answer as it comes, with its status and headers."""
        cap = self._max_reply_bytes
        try:
            self._connected(attempt).follow(path, attempt.timeout, cap, taken, headers, body, attempt.cancel)
        except HttpError as error:
            raise _put_in_words(error, attempt, cap) from error

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
            found = self._connected(attempt).exchange(method, path, attempt.timeout, cap, headers, body, attempt.cancel)
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
    if error.kind == "cancelled":
        return attempt.cancelled(is_told=False)
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
    if call.verb == "shm_register":
        return json.dumps({"offset": 0, **dict(call.parameters)}).encode()
    if call.verb == "set_trace":
        return json.dumps({name: _trace_value(name, value) for name, value in call.parameters}).encode()
    return json.dumps({"parameters": dict(call.parameters)} if call.parameters else {}).encode()


def _trace_value(name: str, value: object) -> object:
    """Levels are a list, others one text; null lets a model follow its server again."""
    if not isinstance(value, tuple) or not value:
        return None
    return list(value) if name == "trace_level" else value[0]


def _health(status: int, reply: bytes, attempt: Attempt) -> bool:
    if status in (401, 403, 404, 405):
        check(status, reply, attempt)
    return status == 200


def check(status: int, reply: bytes, attempt: Attempt) -> None:
    """Raises ClientError for a status that is a refusal."""
    if status == 200:
        return
    text = _error_text(reply)
    if status in (404, 405, 501) and not text:
        raise attempt.unsupported(f"HTTP {status}")
    raise attempt.refused(text or f"HTTP status {status}")


def _error_text(reply: bytes) -> str:
    try:
        error = json.loads(reply)["error"]
        # Text of Triton, an object with a message of OpenAI-compatible servers.
        return str(error["message"] if isinstance(error, dict) and error.get("message") else error)
    except UNREADABLE:
        return ""


def read_json(reply: bytes, attempt: Attempt) -> Any:
    """The JSON of an answer."""
    try:
        return json.loads(reply)
    except UNREADABLE as error:
        raise attempt.malformed(f"it is not JSON ({error})") from error
