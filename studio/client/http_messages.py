"""The bodies of the v2 protocol over HTTP: JSON, and tensors as bytes after it."""

from __future__ import annotations

import json
from typing import Any

from studio.client.failure import Attempt
from studio.client.replies import UNREADABLE, reason_of
from studio.client.shared_region import Shared
from studio.client.wire import byte_size, decode, elements, encode, from_values
from studio.core.inference.request_parameters import request_parameters
from studio.core.inference.requests import InferRequest, Tensor


def pack(request: InferRequest, attempt: Attempt, shared: Shared | None) -> tuple[bytes, list[bytes]]:
    """The JSON of a request, and the bytes of the tensors that go after it."""
    try:
        tensors: list[bytes] = []
        head: dict[str, Any] = {"inputs": [_input(each, shared, tensors) for each in request.inputs]}
        parameters = request_parameters(request)
        if request.request_id:
            head["id"] = request.request_id
        if request.asked_outputs:
            head["outputs"] = [_asked(name, request, shared) for name in request.asked_outputs]
        else:
            parameters["binary_data_output"] = True
        if parameters:
            head["parameters"] = parameters
        return json.dumps(head, allow_nan=False, ensure_ascii=False).encode(), tensors
    except (ValueError, TypeError) as error:
        raise attempt.unsendable(str(error)) from error


def _input(tensor: Tensor, shared: Shared | None, tensors: list[bytes]) -> dict[str, Any]:
    place = shared.parameters(tensor.name) if shared else None
    if place is None:
        tensors.append(encode(tensor))
        place = {"binary_data_size": len(tensors[-1])}
    return {
        "name": tensor.name,
        "shape": list(tensor.array.shape),
        "datatype": tensor.data_type.wire,
        "parameters": place,
    }


def _asked(name: str, request: InferRequest, shared: Shared | None) -> dict[str, Any]:
    parameters = (shared.parameters(name, output=True) if shared else None) or {"binary_data": True}
    count = dict(request.classes).get(name)
    return {"name": name, "parameters": {**parameters, **({"classification": count} if count else {})}}


def unpack(
    body: bytes, length: str, attempt: Attempt, shared: Shared | None = None
) -> tuple[dict[str, Any], tuple[Tensor, ...]]:
    """The JSON of an answer, and its outputs."""
    try:
        split = int(length) if length else len(body)
        if not 0 <= split <= len(body):
            raise ValueError(f"its JSON should be {split} bytes, but all of it is {len(body)}")
        head = json.loads(body[:split])
        return head, _outputs(head.get("outputs") or [], memoryview(body)[split:], shared)
    except UNREADABLE as error:
        raise attempt.malformed(reason_of(error)) from error


def _outputs(rows: list[dict[str, Any]], rest: memoryview, shared: Shared | None) -> tuple[Tensor, ...]:
    tensors = []
    for row in rows:
        name, wire, shape = str(row["name"]), str(row["datatype"]), row["shape"]
        parameters = row.get("parameters") or {}
        size = parameters.get("binary_data_size")
        if shared is not None and name in shared.outputs and size is None and "data" not in row:
            tensors.append(decode(name, wire, shape, shared.read(name, byte_size(name, wire, shape))))
            continue
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
