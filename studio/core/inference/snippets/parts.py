"""What the snippets of a request have in common."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Any

import numpy as np

from studio.core.config.datatypes import numpy_type
from studio.core.inference.request_parameters import request_parameters
from studio.core.inference.requests import Array, InferRequest, Tensor

MOST_SHOWN = 256
"""Elements that are written out; of more the bytes are, in base64."""
_NOT_IN_JSON = ("FP16", "BF16")


def base_url(address: str) -> str:
    """An HTTP address with its scheme."""
    return (address if "://" in address else f"http://{address}").rstrip("/")


def infer_path(request: InferRequest) -> str:
    """The path of the call, below the address."""
    from urllib.parse import quote

    version = f"/versions/{quote(request.version, safe='')}" if request.version else ""
    return f"/v2/models/{quote(request.model, safe='')}{version}/infer"


def raw_bytes(tensor: Tensor) -> bytes:
    """The bytes of a tensor on the wire."""
    if tensor.data_type.wire == "BYTES":
        return b"".join(struct.pack("<I", len(each)) + each for each in elements(tensor.array))
    dtype = np.dtype(numpy_type(tensor.data_type))
    return np.ascontiguousarray(tensor.array, dtype=dtype.newbyteorder("<")).tobytes()


def elements(array: Array) -> list[bytes]:
    """The elements of a tensor of strings."""
    return [each if isinstance(each, bytes) else str(each).encode() for each in array.ravel().tolist()]


def plain_values(tensor: Tensor) -> list[Any] | None:
    """The elements as JSON can hold them, None where it cannot."""
    if tensor.data_type.wire in _NOT_IN_JSON:
        return None
    if tensor.data_type.wire == "BYTES":
        try:
            return [each.decode("utf-8") for each in elements(tensor.array)]
        except UnicodeDecodeError:
            return None
    if tensor.data_type.family != "F":
        return list(tensor.array.ravel().tolist())
    values = [short(each) for each in tensor.array.ravel()]
    return values if all(map(math.isfinite, values)) else None


def short(number: Any) -> float:
    """A number as the shortest one of 64 bits that becomes the same one of fewer."""
    return float(str(number)) if isinstance(number, np.float16 | np.float32) else float(number)


def in_base64(data: bytes) -> str:
    """Bytes as the text of base64."""
    return base64.b64encode(data).decode("ascii")


def head(request: InferRequest, *, binary: bool, binary_answer: bool) -> dict[str, Any]:
    """The JSON of a request over HTTP, with its values or, where they go after it, with their sizes."""
    found: dict[str, Any] = {"inputs": [_input(each, binary) for each in request.inputs]}
    parameters: dict[str, Any] = dict(request_parameters(request))
    if request.request_id:
        found["id"] = request.request_id
    if request.asked_outputs:
        classes = dict(request.classes)
        found["outputs"] = [_output(name, classes.get(name, 0), binary_answer) for name in request.asked_outputs]
    elif binary_answer:
        parameters["binary_data_output"] = True
    if parameters:
        found["parameters"] = parameters
    return found


def to_json(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _input(tensor: Tensor, binary: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": tensor.name,
        "shape": list(tensor.array.shape),
        "datatype": tensor.data_type.wire,
    }
    if binary:
        return {**found, "parameters": {"binary_data_size": len(raw_bytes(tensor))}}
    return {**found, "data": plain_values(tensor)}


def _output(name: str, count: int, binary: bool) -> dict[str, Any]:
    return {"name": name, "parameters": {"binary_data": binary, **({"classification": count} if count else {})}}
