"""One reading of Triton's metrics: what its families say of models, of GPUs and of the server itself.

The families by name: https://github.com/triton-inference-server/server/blob/main/docs/user_guide/metrics.md, and what
releases 23.04 to 26.09 write (src/metrics.cc of its core).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.serving.figures.quantiles import Buckets, Quantiles
from studio.core.serving.series import GpuReading, ModelCounters, ModelKey
from studio.metrics.text_format import USUAL, Family, Limits, Point, buckets, read

_COUNTERS = {
    "nv_inference_request_success": "success",
    "nv_inference_request_failure": "failure",
    "nv_inference_count": "inferences",
    "nv_inference_exec_count": "executions",
    "nv_inference_request_duration_us": "request_us",
    "nv_inference_queue_duration_us": "queue_us",
    "nv_inference_compute_input_duration_us": "input_us",
    "nv_inference_compute_infer_duration_us": "compute_us",
    "nv_inference_compute_output_duration_us": "output_us",
    "nv_cache_num_hits_per_model": "cache_hits",
    "nv_cache_num_misses_per_model": "cache_misses",
    "nv_cache_hit_duration_per_model": "cache_hit_us",
    "nv_cache_miss_duration_per_model": "cache_miss_us",
    "nv_inference_pending_request_count": "pending",
    "nv_model_load_duration_secs": "load_seconds",
}
_REASONS = {"REJECTED": "rejected", "CANCELED": "cancelled", "BACKEND": "backend", "OTHER": "other"}
_GPU = {
    "nv_gpu_utilization": "utilisation",
    "nv_gpu_memory_total_bytes": "memory_total",
    "nv_gpu_memory_used_bytes": "memory_used",
    "nv_gpu_power_usage": "power",
    "nv_gpu_power_limit": "power_limit",
    "nv_energy_consumption": "energy",
}
_SERVER = {
    "nv_cpu_utilization": "processor",
    "nv_cpu_memory_total_bytes": "memory_total",
    "nv_cpu_memory_used_bytes": "memory_used",
    "nv_pinned_memory_pool_total_bytes": "pinned_total",
    "nv_pinned_memory_pool_used_bytes": "pinned_used",
}
_SUMMARY = "nv_inference_request_summary_us"
_FIRST = "nv_inference_first_response_histogram_ms"
_QUANTILES = {"0.5": "p50", "0.95": "p95", "0.99": "p99"}
_TAKEN = {*_COUNTERS, *_GPU, *_SERVER}


@dataclass(frozen=True, slots=True)
class Scrape:
    """One reading. `time` is in seconds of the monotonic clock, taken when the answer came.

    `models` sums over GPUs and failure reasons, `server` is what the server tells of its own machine and pool.
    `quantiles` are those of all traffic by the server's own sliding window, `first` what it counted by how long a first
    response took. `others` are the families that are none of these, and summaries and histograms as they are written.
    `left_out` is what of the answer was not taken, in words.
    """

    time: float
    models: Mapping[ModelKey, ModelCounters] = field(default_factory=dict)
    gpus: tuple[GpuReading, ...] = ()
    others: tuple[Family, ...] = ()
    quantiles: Mapping[ModelKey, Quantiles] = field(default_factory=dict)
    first: Mapping[ModelKey, Buckets] = field(default_factory=dict)
    server: Mapping[str, float] = field(default_factory=dict)
    left_out: str = ""
    names: frozenset[str] = frozenset()
    """Of all families."""


def parse(body: bytes, at: float, limits: Limits = USUAL, is_whole: bool = True) -> Scrape:
    """What a text in Prometheus' format says. Raises ValueError where it is none."""
    text = read(body, limits, is_whole)
    families = {family.name: family for family in text.families}
    summaries = families.get(_SUMMARY)
    return Scrape(
        time=at,
        models=_models(text.families, summaries),
        gpus=_gpus(text.families),
        others=tuple(family for family in text.families if family.name not in _TAKEN),
        quantiles=_quantiles(summaries.points if summaries else ()),
        first=_first(families[_FIRST].points if _FIRST in families else ()),
        server={_SERVER[name]: families[name].points[0].value for name in _SERVER if name in families},
        left_out=text.left_out,
        names=frozenset(families),
    )


def _models(families: tuple[Family, ...], summaries: Family | None) -> dict[ModelKey, ModelCounters]:
    found: dict[ModelKey, dict[str, float]] = {}
    for family in families:
        name = _COUNTERS.get(family.name)
        for point in family.points if name is not None else ():
            labels = dict(point.labels)
            counters = found.setdefault(_key(labels), {})
            _add(counters, name or "", point.value)
            if name == "failure" and labels.get("reason") in _REASONS:
                _add(counters, _REASONS[labels["reason"]], point.value)
    for key, summed in _summed(summaries.points if summaries else ()).items():
        # With counter_latencies=false the counters stay at 0 for ever, and the summaries go on.
        counters = found.setdefault(key, {})
        counters.update({name: value for name, value in summed.items() if not counters.get(name)})
    return {key: ModelCounters(**counters) for key, counters in found.items()}


def _summed(points: tuple[Point, ...]) -> dict[ModelKey, dict[str, float]]:
    """The counts and sums of summaries by model, over its GPUs."""
    found: dict[ModelKey, dict[str, float]] = {}
    for point in points:
        counters = found.setdefault(_key(dict(point.labels)), {})
        name = {"_count": "success", "_sum": "request_us"}.get(point.suffix, "")
        if name:
            _add(counters, name, point.value)
    return found


def _add(counters: dict[str, float], name: str, value: float) -> None:
    """Adds one series to its model: over GPUs and reasons, since only some counters have those labels."""
    if math.isfinite(value):
        counters[name] = counters.get(name, 0.0) + value


def _gpus(families: tuple[Family, ...]) -> tuple[GpuReading, ...]:
    found: dict[str, dict[str, Any]] = {}
    for family in families:
        for point in family.points if family.name in _GPU else ():
            found.setdefault(dict(point.labels).get("gpu_uuid", ""), {})[_GPU[family.name]] = point.value
    return tuple(_gpu(uuid, gauges) for uuid, gauges in sorted(found.items()))


def _gpu(uuid: str, gauges: dict[str, Any]) -> GpuReading:
    """Triton writes 0 for what a GPU does not tell, and none is without memory or power."""
    told = {name: value for name, value in gauges.items() if value or name == "utilisation"}
    if told.keys() <= {"utilisation", "memory_total"} and not told.get("utilisation"):
        # It may be idle as well, but one that tells neither power nor memory in use tells no use either.
        told.pop("utilisation", None)
    return GpuReading(uuid, **told)


def _quantiles(points: tuple[Point, ...]) -> dict[ModelKey, Quantiles]:
    """In milliseconds. Those of several GPUs cannot be merged: the largest is one that the whole does not exceed."""
    found: dict[ModelKey, dict[str, float]] = {}
    for point in points:
        labels = dict(point.labels)
        name = _QUANTILES.get(labels.get("quantile", ""))
        if name is not None and math.isfinite(point.value):
            kept = found.setdefault(_key(labels), {})
            kept[name] = max(kept.get(name, 0.0), point.value / 1e3)
    return {key: Quantiles(**values) for key, values in found.items()}


def _first(points: tuple[Point, ...]) -> dict[ModelKey, Buckets]:
    found: dict[ModelKey, dict[float, float]] = {}
    for labels, bound, count in buckets(points):
        kept = found.setdefault(_key(dict(labels)), {})
        kept[bound] = kept.get(bound, 0.0) + count
    return {key: tuple(sorted(kept.items())) for key, kept in found.items()}


def _key(labels: Mapping[str, str]) -> ModelKey:
    return labels.get("model", ""), labels.get("version", "")
