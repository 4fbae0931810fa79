"""A dashboard for Grafana of what a server really tells: no query names a metric that it does not have."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from studio.value_class import dataclass

_BY = "by (model, version)"


@dataclass(frozen=True, slots=True)
class _Panel:
    """Queries with their legends; every metric of `needs` has to be there."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]


def _rate(metric: str) -> str:
    return f"sum {_BY} (rate({metric}[$__rate_interval]))"


def _mean(amount: str, count: str) -> str:
    return f"{_rate(amount)} / {_rate(count)}"


_SUCCESS, _COUNT, _EXEC = "nv_inference_request_success", "nv_inference_count", "nv_inference_exec_count"
_FAILURE, _PENDING = "nv_inference_request_failure", "nv_inference_pending_request_count"
_QUEUE, _COMPUTE = "nv_inference_queue_duration_us", "nv_inference_compute_infer_duration_us"
_REQUEST, _SUMMARY = "nv_inference_request_duration_us", "nv_inference_request_summary_us"
_HITS, _MISSES = "nv_cache_num_hits_per_model", "nv_cache_num_misses_per_model"
_USED, _TOTAL = "nv_gpu_memory_used_bytes", "nv_gpu_memory_total_bytes"
_MODEL = "{{model}} {{version}}"
_PANELS = (
    _Panel("Requests", "reqps", ((_rate(_SUCCESS), _MODEL),), (_SUCCESS,)),
    _Panel("Inferences", "ops", ((_rate(_COUNT), _MODEL),), (_COUNT,)),
    _Panel("Mean batch", "none", ((_mean(_COUNT, _EXEC), _MODEL),), (_COUNT, _EXEC)),
    _Panel("Failures", "reqps", ((_rate(_FAILURE), _MODEL),), (_FAILURE,)),
    _Panel("Waiting", "none", ((f"sum {_BY} ({_PENDING})", _MODEL),), (_PENDING,)),
    _Panel("Request, mean", "µs", ((_mean(_REQUEST, _SUCCESS), _MODEL),), (_REQUEST, _SUCCESS)),
    _Panel("Queue, mean", "µs", ((_mean(_QUEUE, _SUCCESS), _MODEL),), (_QUEUE, _SUCCESS)),
    _Panel("Compute, mean", "µs", ((_mean(_COMPUTE, _SUCCESS), _MODEL),), (_COMPUTE, _SUCCESS)),
    _Panel("Request, 99 %", "µs", ((f'max {_BY} ({_SUMMARY}{{quantile="0.99"}})', _MODEL),), (_SUMMARY,)),
    _Panel(
        "Cache hits",
        "percentunit",
        ((f"{_rate(_HITS)} / ({_rate(_HITS)} + {_rate(_MISSES)})", _MODEL),),
        (_HITS, _MISSES),
    ),
    _Panel("GPU use", "percentunit", (("nv_gpu_utilization", "{{gpu_uuid}}"),), ("nv_gpu_utilization",)),
    _Panel("GPU memory", "bytes", ((_USED, "{{gpu_uuid}} used"), (_TOTAL, "{{gpu_uuid}} in all")), (_USED, _TOTAL)),
    _Panel("GPU power", "watt", (("nv_gpu_power_usage", "{{gpu_uuid}}"),), ("nv_gpu_power_usage",)),
    _Panel("Host processor", "percentunit", (("nv_cpu_utilization", "host"),), ("nv_cpu_utilization",)),
    _Panel(
        "Pinned memory",
        "bytes",
        (("nv_pinned_memory_pool_used_bytes", "used"),),
        ("nv_pinned_memory_pool_used_bytes",),
    ),
)
_ACROSS, _HIGH = 8, 8


def dashboard(metrics: Collection[str], title: str) -> str:
    """As JSON, for import into Grafana, with a panel for whatever these metrics allow."""
    shown = [panel for panel in _PANELS if all(need in metrics for need in panel.needs)]
    panels = [_panel(panel, place) for place, panel in enumerate(shown)]
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    made = {
        "title": title,
        "tags": ["triton"],
        "schemaVersion": 39,
        "refresh": "5s",
        "time": {"from": "now-15m", "to": "now"},
        "templating": {"list": [source]},
        "panels": panels,
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _panel(panel: _Panel, place: int) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    targets = [
        {"refId": chr(ord("A") + number), "expr": query, "legendFormat": legend, "datasource": source}
        for number, (query, legend) in enumerate(panel.queries)
    ]
    across = 24 // _ACROSS
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": source,
        "gridPos": {"x": place % across * _ACROSS, "y": place // across * _HIGH, "w": _ACROSS, "h": _HIGH},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": targets,
    }
