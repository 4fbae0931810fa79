"""A server's answers as values, from the plain dictionaries that both protocols give.

Raises KeyError, TypeError, ValueError or AttributeError for what is not as the protocol says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.client.wire import known
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import ModelMetadata, ModelState, ModelStatistics
from studio.core.serving.figures.batching import BatchCount
from studio.core.tracing.setting import TraceSetting

# What an answer that is not as the protocol says makes of itself here. RecursionError: nested too deep.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


def reason_of(error: Exception) -> str:
    """One of those in words."""
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


@dataclass(frozen=True, slots=True)
class ServerMetadata:
    """What a server says of itself; `extensions` are the parts of the protocol that it offers."""

    name: str
    version: str
    extensions: tuple[str, ...]


def server_metadata(reply: Mapping[str, Any]) -> ServerMetadata:
    """The answer to `v2`."""
    extensions = reply.get("extensions") or []
    return ServerMetadata(_text(reply, "name"), _text(reply, "version"), tuple(map(str, extensions)))


def index(reply: Any) -> tuple[ModelState, ...]:
    """The versions that a repository index lists, with their states."""
    rows = reply["models"] if isinstance(reply, Mapping) else reply
    return tuple(
        ModelState(str(row["name"]), _text(row, "version"), _text(row, "state"), _text(row, "reason")) for row in rows
    )


def metadata(reply: Mapping[str, Any], optional: frozenset[str] = frozenset()) -> ModelMetadata:
    """A model's metadata; `optional` names the inputs that may be left out, which metadata does not tell."""
    return ModelMetadata(
        name=str(reply["name"]),
        versions=tuple(str(v) for v in reply.get("versions") or ()),
        platform=_text(reply, "platform"),
        inputs=tuple(_tensor(t, t["name"] in optional) for t in reply.get("inputs") or ()),
        outputs=tuple(_tensor(t, False) for t in reply.get("outputs") or ()),
    )


def optional_inputs(config: Mapping[str, Any]) -> frozenset[str]:
    """The inputs that a configuration lets a request leave out."""
    return frozenset(str(i["name"]) for i in config.get("input") or () if i.get("optional"))


def statistics(reply: Mapping[str, Any]) -> tuple[ModelStatistics, ...]:
    """The statistics of the models in the answer."""
    return tuple(_statistics(row) for row in reply.get("model_stats") or ())


def trace_setting(reply: Mapping[str, Any]) -> TraceSetting:
    """What a tracer is set to: over gRPC each is a list of texts, over HTTP a text, and a list for the levels."""
    told = reply.get("settings", reply)

    def texts(name: str) -> tuple[str, ...]:
        value = told.get(name)
        found = value.get("value") if isinstance(value, Mapping) else value
        return tuple(map(str, found)) if isinstance(found, list | tuple) else () if found is None else (str(found),)

    def whole(name: str, usual: int) -> int:
        return int(texts(name)[0]) if texts(name) else usual

    usual = TraceSetting()
    return TraceSetting(
        texts("trace_level") or usual.levels,
        whole("trace_rate", usual.rate),
        whole("trace_count", usual.count),
        whole("log_frequency", usual.log_frequency),
        "".join(texts("trace_file")),
        "".join(texts("trace_mode")) or usual.mode,
    )


def _batch(row: Mapping[str, Any]) -> BatchCount:
    ran = row.get("compute_infer") or {}
    return BatchCount(int(row.get("batch_size") or 0), int(ran.get("count") or 0), int(ran.get("ns") or 0))


def _statistics(row: Mapping[str, Any]) -> ModelStatistics:
    stages = row.get("inference_stats") or {}

    def stage(name: str, what: str) -> int:
        return int((stages.get(name) or {}).get(what) or 0)

    return ModelStatistics(
        name=str(row["name"]),
        version=_text(row, "version"),
        inference_count=int(row.get("inference_count") or 0),
        execution_count=int(row.get("execution_count") or 0),
        success_count=stage("success", "count"),
        failure_count=stage("fail", "count"),
        success_ns=stage("success", "ns"),
        queue_ns=stage("queue", "ns"),
        input_ns=stage("compute_input", "ns"),
        compute_ns=stage("compute_infer", "ns"),
        output_ns=stage("compute_output", "ns"),
        batches=tuple(_batch(each) for each in row.get("batch_stats") or ()),
        memory=sum(int(each.get("byte_size") or 0) for each in row.get("memory_usage") or ()),
        cache_hit_count=stage("cache_hit", "count"),
        response_count=sum(
            int((each.get("success") or {}).get("count") or 0) for each in (row.get("response_stats") or {}).values()
        ),
    )


def _tensor(row: Mapping[str, Any], optional: bool) -> TensorInfo:
    name = str(row["name"])
    shape = tuple(int(n) for n in row.get("shape") or ())
    return TensorInfo(name, known(name, str(row["datatype"])), shape, optional)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value)
