"""A request to a model as one to Triton's generate extension, where inputs and parameters are JSON by name."""

from __future__ import annotations

from typing import Any

from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventRequest, generate


def generating(request: InferRequest, *, stream: bool) -> EventRequest:
    """The inputs as JSON: a single element as itself, more of them as a flat list. Raises CoreError."""
    fields: dict[str, Any] = {tensor.name: _value(tensor) for tensor in request.inputs}
    fields |= dict(request.parameters)
    if request.request_id:
        fields["id"] = request.request_id
    asked = generate(request.model, fields, stream=stream, version=request.version)
    return EventRequest(asked.path, asked.fields, request.headers, asked.what)


def _value(tensor: Tensor) -> Any:
    try:
        flat = [each.decode() if isinstance(each, bytes) else each for each in tensor.array.ravel().tolist()]
    except UnicodeDecodeError as error:
        raise CoreError("Sending a generate request", f"{tensor.name} holds bytes that are no text.") from error
    return flat[0] if len(flat) == 1 else flat
