"""A request as text to copy: programs, a line for a shell, and a file for another tool."""

from __future__ import annotations

from studio.core.failure import CoreError
from studio.core.inference.request_size import request_bytes
from studio.core.inference.requests import InferRequest
from studio.core.inference.snippets.curl import curl
from studio.core.inference.snippets.perf_analyzer import perf_analyzer
from studio.core.inference.snippets.plain_python import plain_python
from studio.core.inference.snippets.triton_python import triton_python
from studio.core.serving.launch import Addresses

FORMS = {
    "tritonclient": "Python, with tritonclient",
    "python": "Python, standard library alone",
    "curl": "curl",
    "perf_analyzer": "perf_analyzer, input data as JSON",
}
MOST_BYTES = 32 << 20
"""Of the tensors of a request that is copied."""


def copied(form: str, request: InferRequest, addresses: Addresses, *, batched: bool) -> str:
    """The text of one of the forms. `batched` says whether the first axis is a batch. Raises CoreError."""
    attempted = f"Copying the request as {FORMS[form]}"
    if request_bytes(request) > MOST_BYTES:
        raise CoreError(attempted, f"its tensors are larger than {MOST_BYTES >> 20} MiB.", "Save it as a request.")
    if form == "perf_analyzer":
        return perf_analyzer(request, batched=batched)
    if form == "tritonclient":
        address = addresses.http if request.protocol == "http" else addresses.grpc
        return triton_python(request, _known(address, attempted, request.protocol))
    make = curl if form == "curl" else plain_python
    return make(request, _known(addresses.http, attempted, "HTTP"))


def where_used(form: str, model: str) -> str:
    """What to do with the text."""
    if form == "perf_analyzer":
        return f"Save it as data.json; perf_analyzer -m {model} --input-data data.json"
    return {"curl": "Paste it into a shell", "python": "Any Python 3 runs it"}.get(form, "Needs tritonclient and numpy")


def _known(address: str, attempted: str, protocol: str) -> str:
    if not address:
        raise CoreError(attempted, f"the server has no {protocol} address.", "Choose another form.")
    return address
