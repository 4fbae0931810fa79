"""A request as a line of curl."""

from __future__ import annotations

import shlex
import textwrap

from studio.core.inference.requests import InferRequest
from studio.core.inference.snippets import parts


def curl(request: InferRequest, address: str) -> str:
    """The command for a shell. What JSON cannot hold goes as bytes after it; the answer is JSON as far as it can be."""
    url = shlex.quote(parts.base_url(address) + parts.infer_path(request))
    headers = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.headers]
    if all(parts.plain_values(tensor) is not None for tensor in request.inputs):
        body = parts.to_json(parts.head(request, binary=False, binary_answer=False))
        lines = [f"curl -sS {url}", "-H 'Content-Type: application/json'", *headers, "--data-binary @- <<'END'"]
        return f"{_joined(lines)}\n{body}\nEND\n"
    head = parts.to_json(parts.head(request, binary=True, binary_answer=False)).encode()
    body = parts.in_base64(head + b"".join(map(parts.raw_bytes, request.inputs)))
    length = f"-H 'Inference-Header-Content-Length: {len(head)}'"
    kind = "-H 'Content-Type: application/octet-stream'"
    lines = [f"base64 -d <<'END' | curl -sS {url}", kind, length, *headers, "--data-binary @-"]
    return f"{_joined(lines)}\n{textwrap.fill(body, 100)}\nEND\n"


def _joined(lines: list[str]) -> str:
    return " \\\n  ".join(lines)
