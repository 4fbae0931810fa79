"""Triton's metrics endpoint, scraped."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from studio.core.serving.access import Access
from studio.core.serving.address import METRICS_PORT, AddressError, parse_address
from studio.core.serving.series import GpuReading, ModelCounters, ModelKey
from studio.metrics.failure import MetricsError
from studio.net.http import HttpError, HttpReader

if TYPE_CHECKING:
    from prometheus_client.core import Metric, Sample

MAX_BYTES = 32 << 20
_NONE = Access()
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
}
_GPU = {
    "nv_gpu_utilization": "utilisation",
    "nv_gpu_memory_total_bytes": "memory_total",
    "nv_gpu_memory_used_bytes": "memory_used",
    "nv_gpu_power_usage": "power",
    "nv_gpu_power_limit": "power_limit",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a family, with its labels; `suffix` is what follows the family's name (`_sum`, `_bucket`)."""

    suffix: str
    labels: tuple[tuple[str, str], ...]
    value: float


@dataclass(frozen=True, slots=True)
class Family:
    """A metric as the server writes it: `kind` is counter, gauge, summary, histogram or unknown."""

    name: str
    kind: str
    help: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Scrape:
    """One reading. `time` is in seconds of the monotonic clock, taken when the answer came.

    `models` sums over GPUs and failure reasons. `others` are the families that are neither a model's counters
    nor a GPU's gauges: the server's own, other backends', and those of models.
    """

    time: float
    models: Mapping[ModelKey, ModelCounters] = field(default_factory=dict)
    gpus: tuple[GpuReading, ...] = ()
    others: tuple[Family, ...] = ()


class Prometheus:
    """One metrics address; its connection is kept between scrapes. For one thread at a time."""

    def __init__(self, address: str, timeout: float = 2.0, max_bytes: int = MAX_BYTES, access: Access = _NONE) -> None:
        self._address = address
        self._access = access
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._reader: HttpReader | None = None

    def scrape(self) -> Scrape:
        """Reads all metrics once; raises MetricsError."""
        text = self._text()
        at = time.monotonic()
        try:
            return parse(text, at)
        except ValueError as error:
            remedy = "Check that the address is the server's metrics address."
            raise self._failed("the answer is not Prometheus text.", remedy) from error

    def close(self) -> None:
        """Ends the connection; the next scrape opens a new one."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def __enter__(self) -> Prometheus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _text(self) -> str:
        try:
            answer = self._connected().exchange("GET", "", self._timeout, self._max_bytes)
            if answer.status != 200:
                remedy = "Start the server with --allow-metrics=true."
                raise self._failed(f"HTTP status {answer.status}.", remedy)
            return answer.body.decode("utf-8")
        except AddressError as error:
            raise self._failed(str(error), "Write host:port.") from error
        except UnicodeDecodeError as error:
            raise self._failed("the answer is not UTF-8 text.") from error
        except HttpError as error:
            raise self._put_in_words(error) from error

    def _put_in_words(self, error: HttpError) -> MetricsError:
        if error.kind == "deadline":
            return self._failed(f"no answer within {self._timeout:g} s.", "Look at the server's load.")
        if error.kind == "too_large":
            return self._failed(error.reason)
        remedy = error.remedy or "Check that the server runs, with metrics on, and that the address is right."
        why = re.sub(r"^\[Errno -?\d+\] ", "", error.reason)
        return self._failed(f"no answer: {why.rstrip('.')}.", remedy)

    def _connected(self) -> HttpReader:
        if self._reader is None:
            address = parse_address(self._address, port=METRICS_PORT)
            place = address if address.path else replace(address, path="/metrics")
            self._reader = HttpReader(place, self._access)
        return self._reader

    def _failed(self, reason: str, remedy: str = "") -> MetricsError:
        return MetricsError(f"Reading metrics from {self._address}", reason, remedy)


def scrape(address: str, timeout: float = 2.0) -> Scrape:
    """One reading over a connection of its own."""
    with Prometheus(address, timeout) as metrics:
        return metrics.scrape()


def parse(text: str, at: float) -> Scrape:
    """What a text in Prometheus' format says. Raises ValueError where it is none."""
    models: dict[ModelKey, dict[str, float]] = {}
    gpus: dict[str, dict[str, Any]] = {}
    others: list[Family] = []
    for family in _families(text):
        if family.name in _COUNTERS:
            for one in family.samples:
                _count(models, _COUNTERS[family.name], one)
        elif family.name in _GPU:
            for one in family.samples:
                gpus.setdefault(one.labels.get("gpu_uuid", ""), {})[_GPU[family.name]] = float(one.value)
        else:
            points = tuple(_point(family.name, one) for one in family.samples)
            others.append(Family(family.name, family.type, family.documentation, points))
    return Scrape(
        time=at,
        models={key: ModelCounters(**counters) for key, counters in models.items()},
        gpus=tuple(_gpu(uuid, gauges) for uuid, gauges in sorted(gpus.items())),
        others=tuple(others),
    )


def _gpu(uuid: str, gauges: dict[str, Any]) -> GpuReading:
    """Triton writes 0 for what a GPU does not tell, and none is without memory or power."""
    told = {name: value for name, value in gauges.items() if value or name == "utilisation"}
    if told.keys() <= {"utilisation", "memory_total"} and not told.get("utilisation"):
        # It may be idle as well, but one that tells neither power nor memory in use tells no use either.
        told.pop("utilisation", None)
    return GpuReading(uuid, **told)


def _families(text: str) -> Iterable[Metric]:
    from prometheus_client.parser import text_string_to_metric_families

    try:
        yield from text_string_to_metric_families(text)
    except (IndexError, KeyError, TypeError, AttributeError) as error:
        # What is no Prometheus text makes the parser raise these, besides ValueError.
        raise ValueError(str(error)) from error


def _count(models: dict[ModelKey, dict[str, float]], name: str, one: Sample) -> None:
    """Adds one series to its model: over GPUs and reasons, since only some counters have those labels."""
    counters = models.setdefault((one.labels.get("model", ""), one.labels.get("version", "")), {})
    value = float(one.value)
    if not math.isnan(value):
        counters[name] = counters.get(name, 0.0) + value


def _point(family: str, one: Sample) -> Point:
    # The parser gives every counter the ending that OpenMetrics asks for, and Triton's have not.
    suffix = one.name.removeprefix(family).removesuffix("_total")
    return Point(suffix, tuple(sorted(one.labels.items())), float(one.value))
