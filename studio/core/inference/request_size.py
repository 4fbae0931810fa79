"""How large a request is on the wire, before it is packed, and which limits apply."""

from __future__ import annotations

from studio.core.files.sizes import size_text
from studio.core.inference.requests import InferRequest, InferResult, Tensor

GRPC_MOST = 2**31 - 1
"""What a message of gRPC can be."""
HTTP_MOST = 64 << 20
"""What Triton takes over HTTP from 25.06 on, unless `--http-max-input-size` says more."""
_LENGTH = 4
"""Before each string."""


def tensor_bytes(tensor: Tensor) -> int:
    """The bytes of a tensor on the wire."""
    if tensor.data_type.size:
        return int(tensor.array.size) * tensor.data_type.size
    elements = tensor.array.ravel().tolist()
    if set(map(type, elements)) <= {bytes}:
        # There may be millions.
        return _LENGTH * len(elements) + sum(map(len, elements))
    return sum(map(_string_bytes, elements))


def _string_bytes(element: object) -> int:
    raw = element.encode("utf-8", "surrogateescape") if isinstance(element, str) else element
    return _LENGTH + (len(raw) if isinstance(raw, bytes) else 0)


def request_bytes(request: InferRequest) -> int:
    """The bytes of a request's tensors, which are nearly all of it; none where they go through shared memory."""
    return 0 if request.shared_memory else sum(map(tensor_bytes, request.inputs))


def answer_bytes(result: InferResult | None) -> int:
    """The bytes of the tensors of an answer; 0 for none."""
    return sum(map(tensor_bytes, result.outputs)) if result is not None else 0


def size_warning(request: InferRequest) -> str:
    """What a limit says to a request of this size, in words; empty where none is near."""
    return limit_words(request.protocol, request_bytes(request))


def limit_words(protocol: str, size: int) -> str:
    """What the limit of a protocol says to so many bytes, in words; empty where they are fewer."""
    if protocol == "grpc" and size > GRPC_MOST:
        return f"{size_text(size)} are more than gRPC carries (2 GiB): send it over HTTP or through shared memory."
    if protocol == "http" and size > HTTP_MOST:
        return (
            f"{size_text(size)} are more than Triton takes over HTTP from 25.06 on (64 MB), "
            "unless it runs with a larger --http-max-input-size."
        )
    return ""
