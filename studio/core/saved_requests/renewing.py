"""The file of a request from what was sent and what came: a new one, or the same with its expectations renewed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from studio.core.inference.figures import statistics
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.results import top_k
from studio.core.saved_requests import values
from studio.core.saved_requests.folder import RequestFile
from studio.core.saved_requests.keeping.origins import Origins, own_file
from studio.core.saved_requests.keeping.same import is_same
from studio.core.saved_requests.variables import used
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
    "stream",
    "seconds",
)
"""Fields that a request and its file have alike."""


@dataclass(frozen=True, slots=True)
class Written:
    """What to keep: the JSON of the file, and the files beside it that it names."""

    tree: Mapping[str, Any]
    files: Mapping[str, bytes]


def from_request(
    name: str,
    request: InferRequest,
    expected: Iterable[Tensor] = (),
    tags: Iterable[str] = (),
    ways: Mapping[str, Mapping[str, Any]] | None = None,
    origins: Origins | None = None,
) -> Written:
    """The file of a request that was made somewhere else, with the outputs that are expected.

    Inputs are written by where they came from, as far as `origins` tell.

    `ways` say how each is expected, as its entry in the file does: its "is", tolerances, as many classes as count.
    """
    usual = {field.name: field.default for field in fields(InferRequest)}
    tree: dict[str, Any] = {"model": request.model, "protocol": request.protocol}
    tree.update({key: getattr(request, key) for key in _PLAIN if getattr(request, key) != usual[key]})
    lists = {"outputs": list(request.outputs), "tags": list(tags)}
    maps = {"parameters": request.parameters, "headers": request.headers, "classes": request.classes}
    tree.update({key: value for key, value in lists.items() if value})
    tree.update({key: dict(value) for key, value in maps.items() if value})
    files: dict[str, bytes] = {}
    tree["inputs"] = {tensor.name: _input(name, tensor, files, origins) for tensor in request.inputs}
    given = tuple(expected)
    if given:
        tree["expect"] = {each.name: _expected(name, each, (ways or {}).get(each.name, {}), files) for each in given}
    return Written(tree, files)


def updated(
    name: str, file: RequestFile, before: InferRequest, now: InferRequest, origins: Origins | None = None
) -> Written:
    """The file of a request with what is another now than `before`, which is what the file said.

    All else stays as it was written: variables, generators, references, what is expected.
    """
    kept = {each.name: each for each in before.inputs}
    changed = tuple(each for each in now.inputs if each.name not in kept or not is_same(each, kept[each.name]))
    fresh = from_request(name, replace(now, inputs=changed), origins=origins)
    old = from_request(name, replace(before, inputs=()))
    tree = dict(file.own)
    for key in (fresh.tree.keys() | old.tree.keys()) - {"inputs"}:
        if fresh.tree.get(key) == old.tree.get(key):
            continue
        if key in fresh.tree:
            tree[key] = fresh.tree[key]
        else:
            tree.pop(key, None)
    sent = {each.name for each in now.inputs}
    if changed or sent != set(kept):
        stands = file.tree.get("inputs")
        own: Mapping[str, Any] = stands if isinstance(stands, Mapping) else {}
        tree["inputs"] = {**{each: own[each] for each in own if each in sent}, **fresh.tree["inputs"]}
    return Written(tree, fresh.files)


def expecting(
    name: str, own: Mapping[str, Any], outputs: Iterable[Tensor], ways: Mapping[str, Mapping[str, Any]]
) -> Written:
    """The same file expecting these outputs and nothing else, in the ways that are told of them."""
    files: dict[str, bytes] = {}
    expect = {each.name: _expected(name, each, ways.get(each.name, {}), files) for each in outputs}
    rest = {key: value for key, value in own.items() if key != "expect"}
    return Written({**rest, **({"expect": expect} if expect else {})}, files)


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
    # A variable is text: it stays as it was written.
    kind = str(old.get("is") or ("close" if tensor.data_type.family == "F" else "exact"))
    kept = {key: old[key] for key in ("absolute", "relative") if key in old}
    if used(kind):
        return _as_variable_says(name, tensor, old, files)
    found = statistics(tensor.array)
    if kind == "statistics" and found is not None:
        names = old.get("statistics") or ("minimum", "maximum", "mean")
        if isinstance(names, str):
            return {**kept, "is": kind, "statistics": names}
        return {**kept, "is": kind, "statistics": {each: _number(getattr(found, each)) for each in names}}
    if kind == "top" and found is not None:
        classes = old.get("classes") or (0,)
        if isinstance(classes, str):
            return {"is": kind, "classes": classes}
        count = len(classes)
        return {"is": kind, "classes": [each.index for each in top_k(tensor.array, count)]}
    kind = kind if kind in ("exact", "close") else "exact"
    return {**kept, "is": kind, **_kept(name, tensor, "expected.", files)}


def _as_variable_says(name: str, tensor: Tensor, old: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    """The same where the way is a variable: all that it has for one way or another is renewed."""
    ways = [way for key, way in (("statistics", "statistics"), ("classes", "top")) if key in old]
    if not ways or "values" in old or "file" in old:
        ways.append("close")
    found: dict[str, Any] = {}
    for way in ways:
        found.update(_expected(name, tensor, {**old, "is": way}, files))
    return {**found, "is": old["is"]}


def _input(name: str, tensor: Tensor, files: dict[str, bytes], origins: Origins | None) -> dict[str, Any]:
    if origins is None:
        return _kept(name, tensor, "", files)
    found = origins.written(name, tensor, files)
    return found if found is not None else {**_kept(name, tensor, "", files), **origins.noted(tensor.name)}


def _kept(name: str, tensor: Tensor, mark: str, files: dict[str, bytes]) -> dict[str, Any]:
    if values.is_small(tensor):
        return values.inline(tensor)
    data, ending, told = values.to_file(tensor)
    file = own_file(name, tensor.name, mark, ending, files)
    files[file] = data
    return {**told, "file": file}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
