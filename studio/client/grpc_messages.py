"""The messages of the v2 protocol over gRPC: requests made, and answers read."""

from __future__ import annotations

from typing import Any

from studio.client.failure import Attempt
from studio.client.replies import UNREADABLE, reason_of
from studio.client.shared_region import Shared
from studio.client.transport import Call, Verb
from studio.client.wire import byte_size, decode, encode, from_values
from studio.core.inference.request_parameters import request_parameters
from studio.core.inference.request_size import GRPC_MOST, request_bytes
from studio.core.inference.requests import InferRequest, Tensor

METHODS: dict[Verb, str] = {
    "live": "ServerLive",
    "ready": "ServerReady",
    "server": "ServerMetadata",
    "index": "RepositoryIndex",
    "load": "RepositoryModelLoad",
    "unload": "RepositoryModelUnload",
    "metadata": "ModelMetadata",
    "config": "ModelConfig",
    "statistics": "ModelStatistics",
    "shm_register": "SystemSharedMemoryRegister",
    "shm_unregister": "SystemSharedMemoryUnregister",
    "trace_setting": "TraceSetting",
    "set_trace": "TraceSetting",
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


def control(messages: Any, call: Call) -> Any:
    request = getattr(messages, f"{METHODS[call.verb]}Request")()
    if call.verb in ("shm_register", "shm_unregister"):
        request.name = call.model
        for name, value in call.parameters:
            setattr(request, name, value)
    elif call.verb in ("load", "unload"):
        request.model_name = call.model
        for name, value in call.parameters:
            kind = "bool_param" if isinstance(value, bool) else "string_param"
            setattr(request.parameters[name], kind, value)
    elif call.verb in ("trace_setting", "set_trace"):
        request.model_name = call.model
        for name, values in call.parameters:
            request.settings[name].value.extend(values)
    elif call.model:
        request.name, request.version = call.model, call.version
    return request


def parsed(kind: Any, raw: bytes, attempt: Attempt) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(raw)
    except DecodeError as error:
        raise attempt.malformed("it is not the protocol's message") from error


def pack(messages: Any, request: InferRequest, attempt: Attempt, shared: Shared | None, final: bool = False) -> bytes:
    """A ModelInferRequest; `final` asks a stream to say where its last answer is."""
    from google.protobuf.message import EncodeError

    if request_bytes(request) > GRPC_MOST:
        raise _too_large(attempt)
    try:
        message = messages.ModelInferRequest(
            model_name=request.model, model_version=request.version, id=request.request_id
        )
        _add_inputs(message, request, shared)
        _add_outputs(message, request, shared)
        for name, value in request_parameters(request).items():
            _set_parameter(message.parameters[name], name, value)
        if final:
            message.parameters["triton_enable_empty_final_response"].bool_param = True
        packed: bytes = message.SerializeToString()
    except (ValueError, TypeError, EncodeError) as error:
        raise attempt.unsendable(str(error)) from error
    if len(packed) > GRPC_MOST:
        raise _too_large(attempt)
    return packed


def _too_large(attempt: Attempt) -> Exception:
    return attempt.unsendable("the request is larger than gRPC carries (2 GiB)", "Send it over HTTP.")


def _add_inputs(message: Any, request: InferRequest, shared: Shared | None) -> None:
    for tensor in request.inputs:
        added = message.inputs.add(name=tensor.name, datatype=tensor.data_type.wire, shape=list(tensor.array.shape))
        place = shared.parameters(tensor.name) if shared else None
        if place is None:
            message.raw_input_contents.append(encode(tensor))
        else:
            _set_all(added.parameters, place)


def _add_outputs(message: Any, request: InferRequest, shared: Shared | None) -> None:
    classes = dict(request.classes)
    for name in request.asked_outputs:
        added = message.outputs.add(name=name)
        if name in classes:
            added.parameters["classification"].int64_param = classes[name]
        _set_all(added.parameters, (shared.parameters(name, output=True) if shared else None) or {})


def _set_all(parameters: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        _set_parameter(parameters[name], name, value)


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


def unpack(message: Any, attempt: Attempt, shared: Shared | None = None) -> tuple[Tensor, ...]:
    """The outputs of a ModelInferResponse."""
    raws = list(message.raw_output_contents)
    try:
        if raws and len(raws) != len(message.outputs):
            raise ValueError(f"{len(message.outputs)} outputs came with {len(raws)} contents")
        return tuple(_output(o, raws[i] if raws else None, shared) for i, o in enumerate(message.outputs))
    except UNREADABLE as error:
        raise attempt.malformed(reason_of(error)) from error


def _output(output: Any, raw: bytes | None, shared: Shared | None) -> Tensor:
    shape = list(output.shape)
    if shared is not None and output.name in shared.outputs and not raw:
        # Triton says nothing of where it is, and sends it empty.
        raw = shared.read(output.name, byte_size(output.name, output.datatype, shape))
    return _typed(output) if raw is None else decode(output.name, output.datatype, shape, raw)


def _typed(output: Any) -> Tensor:
    """An output whose values stand in the message, as servers other than Triton write them."""
    field = _CONTENTS.get(output.datatype)
    values = list(getattr(output.contents, field)) if field else []
    return from_values(output.name, output.datatype, list(output.shape), values)


def plain(message: Any) -> dict[str, Any]:
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
        return plain(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return value
