"""The file of a request from what was sent and what came: a new one, or the same with its expectations renewed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from studio.core.inference.figures import statistics
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.results import top_k
from studio.core.saved_requests import values
from studio.value_class import dataclass

_PLAIN = (
    "version",
    "request_id",
    "priority",
    "timeout_us",
    "sequence_id",
    "sequence_start",
    "sequence_end",
    "compression",
    "shared_memory",
)
"""Fields that a request and its file have alike."""


@dataclass(frozen=True, slots=True)
class Written:
    """What to keep: the JSON of the file, and the files beside it that it names."""

    tree: Mapping[str, Any]
    files: Mapping[str, bytes]


def from_request(
    name: str, request: InferRequest, expected: Iterable[Tensor] = (), tags: Iterable[str] = ()
) -> Written:
    """The file of a request that was made somewhere else, with the outputs that are expected."""
    usual = {field.name: field.default for field in fields(InferRequest)}
    tree: dict[str, Any] = {"model": request.model, "protocol": request.protocol}
    tree.update({key: getattr(request, key) for key in _PLAIN if getattr(request, key) != usual[key]})
    lists = {"outputs": list(request.outputs), "tags": list(tags)}
    maps = {"parameters": request.parameters, "headers": request.headers, "classes": request.classes}
    tree.update({key: value for key, value in lists.items() if value})
    tree.update({key: dict(value) for key, value in maps.items() if value})
    files: dict[str, bytes] = {}
    tree["inputs"] = {tensor.name: _kept(name, tensor, "", files) for tensor in request.inputs}
    given = tuple(expected)
    if given:
        tree["expect"] = {tensor.name: _expected(name, tensor, {}, files) for tensor in given}
    return Written(tree, files)


def renewed(name: str, own: Mapping[str, Any], outputs: Iterable[Tensor]) -> Written:
    """The same file with these outputs as what is expected, in the way they are now.

    Where nothing is expected yet, all of them are from now on.
    """
    before = own.get("expect")
    old: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
    files: dict[str, bytes] = {}
    wanted = [tensor for tensor in outputs if not old or tensor.name in old]
    expect = {tensor.name: _expected(name, tensor, old.get(tensor.name) or {}, files) for tensor in wanted}
    return Written({**own, "expect": {**old, **expect}}, files)


def _expected(name: str, tensor: Tensor, old: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    kind = str(old.get("is") or ("close" if tensor.data_type.family == "F" else "exact"))
    kept = {key: old[key] for key in ("absolute", "relative") if key in old}
    found = statistics(tensor.array)
    if kind == "statistics" and found is not None:
        names = old.get("statistics") or ("minimum", "maximum", "mean")
        return {**kept, "is": kind, "statistics": {each: _number(getattr(found, each)) for each in names}}
    if kind == "top" and found is not None:
        count = len(old.get("classes") or ()) or 1
        return {"is": kind, "classes": [each.index for each in top_k(tensor.array, count)]}
    kind = kind if kind in ("exact", "close") else "exact"
    return {**kept, "is": kind, **_kept(name, tensor, "expected.", files)}


def _kept(name: str, tensor: Tensor, mark: str, files: dict[str, bytes]) -> dict[str, Any]:
    if values.is_small(tensor):
        return values.inline(tensor)
    data, ending, told = values.to_file(tensor)
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", tensor.name) or "tensor"
    file = f"{name.rpartition('/')[2]}.{mark}{plain}{ending}"
    while file in files:
        file = f"{file.removesuffix(ending)}_{ending}"
    files[file] = data
    return {**told, "file": file}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
