"""The tensors of a request as the file that perf_analyzer takes with `--input-data`."""

from __future__ import annotations

import json
from typing import Any

from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.snippets import parts


def perf_analyzer(request: InferRequest, *, batched: bool) -> str:
    """The JSON. With `batched` the first axis is the model's batch, which is not told: each member is one entry."""
    count = request.inputs[0].array.shape[0] if batched and request.inputs else 1
    data = [
        {tensor.name: _entry(tensor, member if batched else None) for tensor in request.inputs}
        for member in range(count)
    ]
    return f"{json.dumps({'data': data}, indent=1)}\n"


def _entry(tensor: Tensor, member: int | None) -> dict[str, Any]:
    one = tensor if member is None else Tensor(tensor.name, tensor.data_type, tensor.array[member])
    shape = list(one.array.shape)
    values = parts.plain_values(one)
    if values is not None:
        return {"content": values, "shape": shape}
    raw = b"".join(parts.elements(one.array)) if one.data_type.wire == "BYTES" else parts.raw_bytes(one)
    return {"b64": parts.in_base64(raw), "shape": shape}
