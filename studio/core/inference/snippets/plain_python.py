"""A request as a Python program that needs nothing but the standard library."""

from __future__ import annotations

import textwrap

from studio.core.inference.requests import InferRequest
from studio.core.inference.snippets import parts

_PROGRAM = """\
import base64
import json
import struct
import urllib.request

head = json.loads({head})
raw = base64.b64decode({raw})
headers = {headers}

text = json.dumps(head).encode()
headers["Inference-Header-Content-Length"] = str(len(text))
request = urllib.request.Request({url}, text + raw, headers)
with urllib.request.urlopen(request) as reply:
    split = int(reply.headers.get("Inference-Header-Content-Length") or 0)
    body = reply.read()
answer, rest = (json.loads(body[:split]), body[split:]) if split else (json.loads(body), b"")

CODES = {{"BOOL": "?", "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q", "UINT8": "B", "UINT16": "H",
         "UINT32": "I", "UINT64": "Q", "FP16": "e", "FP32": "f", "FP64": "d"}}


def values(kind, raw):
    if kind == "BYTES":
        found, at = [], 0
        while at < len(raw):
            (size,) = struct.unpack_from("<I", raw, at)
            found.append(raw[at + 4 : at + 4 + size])
            at += 4 + size
        return found
    if kind == "BF16":
        return [struct.unpack("<f", b"\\0\\0" + raw[at : at + 2])[0] for at in range(0, len(raw), 2)]
    size = struct.calcsize(CODES[kind])
    return list(struct.unpack(f"<{{len(raw) // size}}{{CODES[kind]}}", raw))


for output in answer["outputs"]:
    size = (output.get("parameters") or {{}}).get("binary_data_size")
    if size is None:
        data = output["data"]
    else:
        data, rest = values(output["datatype"], rest[:size]), rest[size:]
    print(output["name"], output["datatype"], output["shape"], data)
"""


def plain_python(request: InferRequest, address: str) -> str:
    """The program; it prints each output with its type, shape and flat values."""
    binary = any(parts.plain_values(tensor) is None for tensor in request.inputs)
    raw = b"".join(map(parts.raw_bytes, request.inputs)) if binary else b""
    kind = "application/octet-stream" if binary else "application/json"
    return _PROGRAM.format(
        head=_text(parts.to_json(parts.head(request, binary=binary, binary_answer=True))),
        raw=_text(parts.in_base64(raw)),
        headers=repr({"Content-Type": kind, **dict(request.headers)}),
        url=repr(parts.base_url(address) + parts.infer_path(request)),
    )


def _text(value: str) -> str:
    """A text as Python writes it, in lines of a fair length."""
    if len(value) < 90:
        return repr(value)
    lines = [repr(value[at : at + 100]) for at in range(0, len(value), 100)]
    return f"(\n{textwrap.indent(chr(10).join(lines), '    ')}\n)"
