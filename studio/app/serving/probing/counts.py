"""Reads what a server has counted for each of its models. Blocks: for a task, one at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from studio.core.serving.series import ModelCounters
from studio.core.serving.watched import Seen
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.core.inference.requests import ModelStatistics
    from studio.core.serving.launch import Addresses
    from studio.metrics.prometheus import Prometheus
    from studio.metrics.scrape import Scrape

T = TypeVar("T")
_SUMMARY = "nv_inference_request_summary_us"
_P99 = ("quantile", "0.99")


class CountsReader:
    """Reads one server: its statistics, or its metrics where it offers none; requests that wait are metrics alone."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._metrics: Prometheus | None = None
        self._streams: dict[str, bool] = {}

    def read(self, client: Triton) -> dict[str, Seen]:
        """What was counted for each model so far. Raises Failure where the server tells neither."""
        scrape = self._scrape()
        try:
            statistics = client.statistics()
        except Failure:
            if scrape is None or not scrape.models:
                raise
            statistics = ()
        at = time.monotonic()
        waiting, p99 = _waiting(scrape), _p99(scrape)
        found = {}
        for name, rows in _by_model((each.name, each) for each in statistics).items():
            streams = bool(waiting.get(name)) and not any(row.response_count for row in rows)
            found[name] = _by_statistics(
                rows, at, waiting.get(name), p99.get(name, 0.0), streams and self._is_stream(client, name)
            )
        if not found and scrape is not None:
            for name, rest in _by_model((model, each) for (model, _), each in scrape.models.items()).items():
                found[name] = _by_metrics(rest, at, p99.get(name, 0.0))
        return found

    def close(self) -> None:
        """End the connection to the metrics."""
        metrics, self._metrics = self._metrics, None
        if metrics is not None:
            metrics.close()

    def _scrape(self) -> Scrape | None:
        from studio.metrics.prometheus import Prometheus

        if not self.addresses.metrics:
            return None
        if self._metrics is None:
            self._metrics = Prometheus(self.addresses.metrics, access=self.addresses.access)
        try:
            return self._metrics.scrape()
        except Failure:
            return None

    def _is_stream(self, client: Triton, name: str) -> bool:
        """Of a model that streams, an old server counts nothing before the end of a stream."""
        if name not in self._streams:
            try:
                policy = client.config(name).get("model_transaction_policy") or {}
            except Failure:
                return True
            self._streams[name] = bool(policy.get("decoupled"))
        return self._streams[name]


def _by_model(rows: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """The versions of each model together."""
    found: dict[str, list[T]] = {}
    for name, row in rows:
        found.setdefault(name, []).append(row)
    return found


def _by_statistics(rows: Iterable[ModelStatistics], at: float, waiting: int | None, p99: float, streams: bool) -> Seen:
    kept = tuple(rows)
    return Seen(
        at,
        answers=sum(row.success_count - row.cache_hit_count + row.response_count for row in kept),
        failures=sum(row.failure_count for row in kept),
        cached=sum(row.cache_hit_count for row in kept),
        waiting=waiting,
        p99=p99,
        busy=sum(row.success_ns for row in kept) / 1e9,
        streams=streams,
    )


def _by_metrics(rows: Iterable[ModelCounters], at: float, p99: float) -> Seen:
    """Metrics do not tell answers of a stream before its end: each may be one."""
    total = sum(rows, ModelCounters())
    cached = _whole(total.cache_hits)
    return Seen(
        at,
        answers=_whole(total.success) - cached,
        failures=_whole(total.failure),
        cached=cached,
        waiting=int(total.pending) if math.isfinite(total.pending) else None,
        p99=p99,
        busy=_whole(total.request_us) / 1e6,
        streams=True,
    )


def _whole(counted: float) -> int:
    return int(counted) if math.isfinite(counted) else 0


def _waiting(scrape: Scrape | None) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for (name, _), counted in (scrape.models if scrape is not None else {}).items():
        if math.isfinite(counted.pending):
            found[name] = found.get(name, 0) + int(counted.pending)
    return found


def _p99(scrape: Scrape | None) -> Mapping[str, float]:
    """In seconds; of several versions the slowest. Only servers that were told to keep summaries have it."""
    found: dict[str, float] = {}
    for family in scrape.others if scrape is not None else ():
        for point in family.points if family.name == _SUMMARY else ():
            if _P99 in point.labels and math.isfinite(point.value):
                name = dict(point.labels).get("model", "")
                found[name] = max(found.get(name, 0.0), point.value / 1e6)
    return found
