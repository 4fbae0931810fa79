"""The v2 protocol over gRPC.

Messages are packed and unpacked here and travel as bytes, so that the time this takes can be told from the
network's, and an answer that is no message is told from a call that failed.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from studio.client.failure import Attempt, ClientError, is_known_refusal
from studio.client.replies import UNREADABLE, reason_of
from studio.client.transport import MAX_REPLY_BYTES, Call, Reply, Verb, request_parameters
from studio.client.wire import decode, encode, from_values
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.access import Access
from studio.core.serving.address import AddressError, parse_address
from studio.net.grpc import MAX_MESSAGE, GrpcCaller, GrpcError

_SERVICE = "/inference.GRPCInferenceService/"
_NONE = Access()
_METHODS: dict[Verb, str] = {
    "live": "ServerLive",
    "ready": "ServerReady",
    "server": "ServerMetadata",
    "index": "RepositoryIndex",
    "load": "RepositoryModelLoad",
    "unload": "RepositoryModelUnload",
    "metadata": "ModelMetadata",
    "config": "ModelConfig",
    "statistics": "ModelStatistics",
}
_CONTENTS = {
    "BOOL": "bool_contents",
    **dict.fromkeys(("INT8", "INT16", "INT32"), "int_contents"),
    **dict.fromkeys(("UINT8", "UINT16", "UINT32"), "uint_contents"),
    "INT64": "int64_contents",
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


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

        method = _METHODS[call.verb]
        try:
            request = _control(service_pb2, call)
            raw = request.SerializeToString()
        except (ValueError, TypeError) as error:
            raise call.attempt.unsendable(str(error)) from error
        reply = _parsed(getattr(service_pb2, f"{method}Response"), self._send(method, raw, call.attempt), call.attempt)
        if call.verb in ("live", "ready"):
            return bool(getattr(reply, call.verb))
        plain = _plain(reply)
        return plain["config"] if call.verb == "config" else plain

    def infer(self, request: InferRequest, attempt: Attempt) -> Reply:
        """Packs, sends and unpacks one request."""
        from tritonclient.grpc import service_pb2

        began = time.perf_counter_ns()
        packed = _pack(service_pb2, request, attempt)
        sent = time.perf_counter_ns()
        raw = self._send("ModelInfer", packed, attempt)
        received = time.perf_counter_ns()
        message = _parsed(service_pb2.ModelInferResponse, raw, attempt)
        outputs = unpack(message, attempt)
        ended = time.perf_counter_ns()
        return Reply(
            model=message.model_name or request.model,
            version=message.model_version or request.version,
            request_id=message.id,
            outputs=outputs,
            total_ns=ended - began,
            client_ns=(sent - began) + (ended - received),
        )

    def close(self) -> None:
        """Ends the channel and what is under way on it; the next call opens a new one."""
        with self._lock:
            caller = self._caller
        if caller is not None:
            caller.close()

    def _send(self, method: str, raw: bytes, attempt: Attempt) -> bytes:
        try:
            return self._connected(attempt).call(_SERVICE + method, raw, attempt.timeout)
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
        if error.kind == "deadline":
            return attempt.late()
        if error.kind == "too_large":
            return attempt.too_large(self._max_reply_bytes)
        if error.kind == "request":
            return attempt.unsendable(error.reason, error.remedy)
        return attempt.unreachable(error.reason, error.remedy)


def _control(messages: Any, call: Call) -> Any:
    request = getattr(messages, f"{_METHODS[call.verb]}Request")()
    if call.verb in ("load", "unload"):
        request.model_name = call.model
        for name, value in call.parameters:
            kind = "bool_param" if isinstance(value, bool) else "string_param"
            setattr(request.parameters[name], kind, value)
    elif call.model:
        request.name, request.version = call.model, call.version
    return request


def _parsed(kind: Any, raw: bytes, attempt: Attempt) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(raw)
    except DecodeError as error:
        raise attempt.malformed("it is not the protocol's message") from error


def _pack(messages: Any, request: InferRequest, attempt: Attempt) -> bytes:
    from google.protobuf.message import EncodeError

    try:
        message = messages.ModelInferRequest(
            model_name=request.model, model_version=request.version, id=request.request_id
        )
        for tensor in request.inputs:
            message.inputs.add(name=tensor.name, datatype=tensor.data_type.wire, shape=list(tensor.array.shape))
            message.raw_input_contents.append(encode(tensor))
        for name in request.outputs:
            message.outputs.add(name=name)
        for name, value in request_parameters(request).items():
            _set_parameter(message.parameters[name], name, value)
        packed: bytes = message.SerializeToString()
    except (ValueError, TypeError, EncodeError) as error:
        raise attempt.unsendable(str(error)) from error
    if len(packed) > MAX_MESSAGE:
        raise attempt.unsendable("the request is larger than gRPC carries (2 GiB)", "Send it over HTTP.")
    return packed


def _set_parameter(parameter: Any, name: str, value: str | int | float | bool) -> None:
    if name == "priority":
        parameter.uint64_param = value
    elif isinstance(value, bool):  # before int, which it is too
        parameter.bool_param = value
    elif isinstance(value, int):
        parameter.int64_param = value
    elif isinstance(value, float):
        parameter.double_param = value
    else:
        parameter.string_param = value


def unpack(message: Any, attempt: Attempt) -> tuple[Tensor, ...]:
    """The outputs of a ModelInferResponse."""
    raws = message.raw_output_contents
    try:
        if raws and len(raws) != len(message.outputs):
            raise ValueError(f"{len(message.outputs)} outputs came with {len(raws)} contents")
        return tuple(
            decode(o.name, o.datatype, list(o.shape), raws[i]) if raws else _typed(o)
            for i, o in enumerate(message.outputs)
        )
    except UNREADABLE as error:
        raise attempt.malformed(reason_of(error)) from error


def _typed(output: Any) -> Tensor:
    """An output whose values stand in the message, as servers other than Triton write them."""
    field = _CONTENTS.get(output.datatype)
    values = list(getattr(output.contents, field)) if field else []
    return from_values(output.name, output.datatype, list(output.shape), values)


def _plain(message: Any) -> dict[str, Any]:
    """A message as Triton's HTTP server writes it: numbers stay numbers, defaults are there, enums are names."""
    found: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.has_presence and not message.HasField(field.name):
            continue
        found[field.name] = _plain_value(field, getattr(message, field.name))
    return found


def _plain_value(field: Any, value: Any) -> Any:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        item = field.message_type.fields_by_name["value"]
        return {str(key): _plain_one(item, value[key]) for key in value}
    if field.is_repeated:
        return [_plain_one(field, one) for one in value]
    return _plain_one(field, value)


def _plain_one(field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return _plain(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return value
