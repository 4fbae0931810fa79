"""Tensors as JSON, in the form that the inference protocol has, and as CSV."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from studio.core.config.datatypes import DataType, data_type
from studio.core.inference.figures import pieces
from studio.core.inference.formats import elements
from studio.core.inference.requests import Array, Tensor

_HEAD = re.compile(r"# tensor (\w+) \[([\d, ]*)\]$")
_WORDS = {"nan": '"NaN"', "-nan": '"-NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}


def write_json(tensor: Tensor, file: BinaryIO) -> None:
    """Name, data type, shape and the elements in C order; bytes that are no text as base 64."""
    head = {"name": tensor.name, "datatype": tensor.data_type.wire, "shape": list(tensor.array.shape)}
    file.write(f'{json.dumps(head, ensure_ascii=False)[:-1]}, "data": ['.encode())
    between = ""
    for piece in pieces(tensor.array):
        file.write((between + ", ".join(_json_elements(piece, tensor.data_type))).encode("utf-8"))
        between = ",\n"
    file.write(b"]}\n")


def _json_elements(piece: Array, kind: DataType) -> Iterator[str]:
    if kind.wire == "BYTES":
        yield from (json.dumps(_json_string(elements.raw(each)), ensure_ascii=False) for each in piece.tolist())
        return
    for text in elements.texts(piece, kind):
        yield _WORDS.get(text, f'"{text}"' if text.startswith("nan:") else text)


def _json_string(value: bytes) -> str | dict[str, str]:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(value).decode()}


def from_json(told: Any, kind: DataType) -> Array | None:
    """The tensor of a document that `write_json` wrote; None for another one. Raises ValueError."""
    if not isinstance(told, dict) or not {"datatype", "shape", "data"} <= set(told):
        return None
    stored = data_type(str(told["datatype"]))
    if stored != kind:
        raise ValueError(f"it holds {told['datatype']}, and {kind.short} is needed")
    if kind.wire == "BYTES":
        return elements.strings([_from_json_string(each) for each in told["data"]], told["shape"])
    return elements.from_texts(told["data"], kind).reshape(told["shape"])


def _from_json_string(value: object) -> bytes:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else str(value).encode()


def csv_refusal(tensor: Tensor) -> str:
    """Why CSV cannot hold a tensor; empty where it can."""
    if tensor.data_type.wire != "BYTES":
        return ""
    odd = sum(not _is_text(elements.raw(each)) for each in tensor.array.ravel().tolist())
    return f"{odd:,} of its strings are no UTF-8 text; .npy, .npz and .json hold them" if odd else ""


def _is_text(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def write_csv(tensor: Tensor, file: BinaryIO) -> None:
    """A row for each index of all but the last axis. What rows and columns cannot say stands in a first line."""
    array, kind = tensor.array, tensor.data_type
    if not is_plain(tensor):
        file.write(f"# tensor {kind.wire} {list(array.shape)}\n".encode())
    if not array.size:
        return
    width = array.shape[-1] if array.ndim else 1
    text = io.StringIO(newline="")
    # Quotes around all: the writer would leave a lone carriage return without.
    is_text = kind.wire == "BYTES"
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if is_text else csv.QUOTE_MINIMAL)
    rest: list[str] = []
    for piece in pieces(array):
        rest += _csv_cells(piece, kind)
        whole = len(rest) // width * width
        writer.writerows(rest[start : start + width] for start in range(0, whole, width))
        del rest[:whole]
        file.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()


def is_plain(tensor: Tensor) -> bool:
    """Whether rows and columns say it all: numbers along two axes."""
    return tensor.array.ndim == 2 and tensor.array.size > 0 and tensor.data_type.wire != "BYTES"


def _csv_cells(piece: Array, kind: DataType) -> list[str]:
    if kind.wire == "BYTES":
        return [elements.raw(each).decode("utf-8") for each in piece.tolist()]
    return elements.texts(piece, kind)


def from_csv(data: bytes, kind: DataType) -> Array | None:
    """The tensor of a CSV; None for strings that were not saved by `write_csv`. Raises ValueError."""
    first, _, rest = data.partition(b"\n")
    head = _HEAD.match(first.decode("utf-8", "replace").strip())
    if head is None and kind.wire == "BYTES":
        return None
    if head is not None and data_type(head[1]) != kind:
        raise ValueError(f"it holds {head[1]}, and {kind.short} is needed")
    csv.field_size_limit(sys.maxsize)
    body = (rest if head else data).decode("utf-8")
    rows = [row for row in csv.reader(io.StringIO(body, newline="")) if row]
    cells = [cell for row in rows for cell in row]
    shape = [int(size) for size in head[2].split(",") if size.strip()] if head else [len(rows), -1]
    if head is None and len({len(row) for row in rows}) != 1:
        raise ValueError("its rows differ in length")
    if kind.wire == "BYTES":
        return elements.strings((cell.encode() for cell in cells), shape)
    return elements.from_texts([cell.strip() for cell in cells], kind).reshape(shape)
