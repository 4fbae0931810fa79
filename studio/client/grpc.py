"""The v2 protocol over gRPC.

Messages are packed and unpacked here and travel as bytes, so that the time this takes can be told from the
network's, and an answer that is no message is told from a call that failed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from studio.client.failure import Attempt, ClientError, is_known_refusal
from studio.client.grpc_messages import METHODS, control, pack, parsed, plain, unpack
from studio.client.shared_region import Shared
from studio.client.transport import MAX_REPLY_BYTES, Call, Reply
from studio.core.inference.requests import InferRequest
from studio.core.inference.streams import StreamPart, StreamTimes, stream_times
from studio.core.serving.access import Access
from studio.core.serving.address import AddressError, parse_address
from studio.net.grpc import MAX_MESSAGE, Asked, GrpcCaller, GrpcError

_SERVICE = "/inference.GRPCInferenceService/"
_NONE = Access()


class GrpcTransport:
    """A server's gRPC address: one channel, shared by threads."""

    def __init__(self, address: str, max_reply_bytes: int = MAX_REPLY_BYTES, access: Access = _NONE) -> None:
        self.address = address
        self._access = access
        self._max_reply_bytes = min(max_reply_bytes, MAX_MESSAGE)
        self._lock = threading.Lock()
        self._caller: GrpcCaller | None = None

    def ask(self, call: Call) -> Any:
        """One call other than inference."""
        from tritonclient.grpc import service_pb2

        method = METHODS[call.verb]
        try:
            request = control(service_pb2, call)
            raw = request.SerializeToString()
        except (ValueError, TypeError) as error:
            raise call.attempt.unsendable(str(error)) from error
        reply = parsed(getattr(service_pb2, f"{method}Response"), self._send(method, raw, call.attempt), call.attempt)
        if call.verb in ("live", "ready"):
            return bool(getattr(reply, call.verb))
        found = plain(reply)
        return found["config"] if call.verb == "config" else found

    def infer(self, request: InferRequest, attempt: Attempt, shared: Shared | None = None) -> Reply:
        """Packs, sends and unpacks one request."""
        from tritonclient.grpc import service_pb2

        began = time.perf_counter_ns()
        packed = pack(service_pb2, request, attempt, shared)
        sent = time.perf_counter_ns()
        raw = self._send("ModelInfer", packed, attempt, Asked(request.headers, request.compression, attempt.cancel))
        received = time.perf_counter_ns()
        message = parsed(service_pb2.ModelInferResponse, raw, attempt)
        outputs = unpack(message, attempt, shared)
        ended = time.perf_counter_ns()
        return Reply(
            model=message.model_name or request.model,
            version=message.model_version or request.version,
            request_id=message.id,
            outputs=outputs,
            total_ns=ended - began,
            client_ns=(sent - began) + (ended - received),
        )

    def stream(self, request: InferRequest, attempt: Attempt, taken: Callable[[StreamPart], object]) -> StreamTimes:
        """Sends a request and hands on its answers as they come, however many there are."""
        from tritonclient.grpc import service_pb2

        packed = pack(service_pb2, request, attempt, None, final=True)
        moments: list[int] = []
        began = time.perf_counter_ns()

        def take(raw: bytes) -> None:
            at = time.perf_counter_ns() - began
            reply = parsed(service_pb2.ModelStreamInferResponse, raw, attempt)
            if reply.error_message:
                raise attempt.refused(reply.error_message)
            message = reply.infer_response
            is_end = "triton_final_response" in message.parameters and not message.outputs
            if not is_end:
                moments.append(at)
                taken(StreamPart(len(moments) - 1, at, unpack(message, attempt), message.id))

        asked = Asked(request.headers, request.compression, attempt.cancel)
        try:
            self._connected(attempt).follow(f"{_SERVICE}ModelStreamInfer", packed, attempt.timeout, take, asked)
        except GrpcError as error:
            raise self._explained(error, attempt) from error
        return stream_times(moments, time.perf_counter_ns() - began)

    def close(self) -> None:
        """Ends the channel and what is under way on it; the next call opens a new one."""
        with self._lock:
            caller = self._caller
        if caller is not None:
            caller.close()

    def _send(self, method: str, raw: bytes, attempt: Attempt, asked: Asked | None = None) -> bytes:
        asked = asked or Asked(cancel=attempt.cancel)
        try:
            return self._connected(attempt).call(_SERVICE + method, raw, attempt.timeout, asked)
        except GrpcError as error:
            raise self._explained(error, attempt) from error

    def _connected(self, attempt: Attempt) -> GrpcCaller:
        try:
            with self._lock:
                if self._caller is None:
                    place = parse_address(self.address, "grpc")
                    self._caller = GrpcCaller(place, self._access, self._max_reply_bytes)
                return self._caller
        except AddressError as error:
            raise attempt.unsendable(str(error)) from error

    def _explained(self, error: GrpcError, attempt: Attempt) -> ClientError:
        if error.kind == "status":
            if error.code == "UNIMPLEMENTED" and not is_known_refusal(error.reason):
                return attempt.unsupported(error.reason)
            return attempt.refused(error.reason or f"gRPC status {error.code}")
        if error.kind == "cancelled" and attempt.cancel is not None and attempt.cancel.is_set:
            return attempt.cancelled(is_told=True)
        if error.kind == "deadline":
            return attempt.late()
        if error.kind == "too_large":
            return attempt.too_large(self._max_reply_bytes)
        if error.kind == "request":
            return attempt.unsendable(error.reason, error.remedy)
        return attempt.unreachable(error.reason, error.remedy)
