"""A request as a Python program with tritonclient."""

from __future__ import annotations

import textwrap

from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.snippets import parts

_PROGRAM = """\
{imports}
import tritonclient.{protocol} as triton

client = triton.InferenceServerClient({arguments})
inputs = []
{inputs}
result = client.infer(
{call}
)
{answer}
    print(name, result.as_numpy(name).tolist())
"""
_NAMES = {
    "grpc": "for name in [output.name for output in result.get_response().outputs]:",
    "http": 'for name in [output["name"] for output in result.get_response()["outputs"]]:',
}
_DTYPES = {"BOOL": "np.bool_", "BF16": "ml_dtypes.bfloat16", "BYTES": "object"}


def triton_python(request: InferRequest, address: str) -> str:
    """The program, over the request's protocol, whose address is given; it prints each output with its values."""
    protocol = "http" if request.protocol == "http" else "grpc"
    scheme, _, place = address.rpartition("://")
    is_secure = scheme in ("https", "grpcs")
    kinds = {tensor.data_type.wire for tensor in request.inputs}
    large = any(tensor.array.size > parts.MOST_SHOWN for tensor in request.inputs)
    imports = ["import base64\n"] * large + ["import ml_dtypes"] * ("BF16" in kinds) + ["import numpy as np"]
    return _PROGRAM.format(
        imports="\n".join(imports),
        protocol=protocol,
        arguments=f"{place.rstrip('/')!r}{', ssl=True' if is_secure else ''}",
        inputs="\n".join(map(_input, request.inputs)),
        call=textwrap.indent(",\n".join(_arguments(request, protocol)) + ",", "    "),
        answer=_NAMES[protocol],
    )


def _input(tensor: Tensor) -> str:
    shape = list(tensor.array.shape)
    lines = [
        f"inputs.append(triton.InferInput({tensor.name!r}, {shape}, {tensor.data_type.wire!r}))",
        f"inputs[-1].set_data_from_numpy({_array(tensor)}.reshape({shape}))",
    ]
    return "\n".join(lines)


def _array(tensor: Tensor) -> str:
    kind = tensor.data_type.wire
    dtype = _DTYPES.get(kind) or f"np.{tensor.array.dtype.name}"
    if kind == "BYTES":
        return f"np.array({_wrapped(', '.join(map(repr, parts.elements(tensor.array))))}, dtype=object)"
    if tensor.array.size > parts.MOST_SHOWN:
        return f'np.frombuffer(base64.b64decode("{parts.in_base64(parts.raw_bytes(tensor))}"), dtype={dtype})'
    if tensor.data_type.family == "F":
        # As text: NaN and the infinities have no name of their own in Python.
        values = ", ".join(repr(str(parts.short(each))) for each in tensor.array.ravel())
        return f"np.array([float(each) for each in {_wrapped(values)}], dtype={dtype})"
    return f"np.array({_wrapped(', '.join(map(str, tensor.array.ravel().tolist())))}, dtype={dtype})"


def _wrapped(text: str) -> str:
    return f"[{text}]"


def _arguments(request: InferRequest, protocol: str) -> list[str]:
    classes = dict(request.classes)
    outputs = ", ".join(
        f"triton.InferRequestedOutput({name!r}{f', class_count={classes[name]}' if name in classes else ''})"
        for name in request.asked_outputs
    )
    compression = "request_compression_algorithm" if protocol == "http" else "compression_algorithm"
    given = {
        "model_version": request.version,
        "request_id": request.request_id,
        "sequence_id": request.sequence_id,
        "sequence_start": request.sequence_start,
        "sequence_end": request.sequence_end,
        "priority": request.priority,
        "timeout": request.timeout_us,
        "parameters": dict(request.parameters),
        # gRPC takes names in lower case only.
        "headers": {name.lower() if protocol == "grpc" else name: value for name, value in request.headers},
        compression: request.compression,
    }
    options = [f"{name}={value!r}" for name, value in given.items() if value]
    return [f"{request.model!r}", "inputs", *([f"outputs=[{outputs}]"] if outputs else []), *options]
