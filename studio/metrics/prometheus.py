"""Triton's metrics endpoint, scraped."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.core.serving.series import GpuReading, ModelCounters, ModelKey
from studio.metrics.failure import MetricsError

if TYPE_CHECKING:
    import httpx
    from prometheus_client.core import Metric, Sample

MAX_BYTES = 32 << 20
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
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

    def __init__(self, address: str, timeout: float = 2.0, max_bytes: int = MAX_BYTES) -> None:
        self._address = address
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._client: httpx.Client | None = None

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
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def __enter__(self) -> Prometheus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _text(self) -> str:
        import httpx

        try:
            with self._connected().stream("GET", _url(self._address)) as response:
                if response.status_code != 200:
                    remedy = "Start the server with --allow-metrics=true."
                    raise self._failed(f"HTTP status {response.status_code}.", remedy)
                return self._read(response).decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._failed("the answer is not UTF-8 text.") from error
        except httpx.TimeoutException as error:
            raise self._failed(f"no answer within {self._timeout:g} s.", "Look at the server's load.") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            # An address may be none in ways that only taking it apart shows, as a ValueError.
            remedy = "Check that the server runs, with metrics on, and that the address is right."
            why = re.sub(r"^\[Errno -?\d+\] ", "", str(error) or type(error).__name__)
            raise self._failed(f"no answer: {why}.", remedy) from error

    def _read(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size, end = 0, time.monotonic() + self._timeout
        for part in response.iter_raw():
            size += len(part)
            if size > self._max_bytes:
                raise self._failed(f"the answer is larger than {self._max_bytes / 2**20:g} MiB.")
            if time.monotonic() > end:
                raise self._failed(f"the answer was not whole within {self._timeout:g} s.")
            parts.append(part)
        return b"".join(parts)

    def _connected(self) -> httpx.Client:
        import httpx

        if self._client is None:
            # A proxy of the environment must not come between the studio and its own machine.
            local = urlsplit(_url(self._address)).hostname in _LOOPBACK
            headers = {"Accept-Encoding": "identity"}
            self._client = httpx.Client(timeout=self._timeout, trust_env=not local, headers=headers)
        return self._client

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
        gpus=tuple(GpuReading(uuid, **gauges) for uuid, gauges in sorted(gpus.items())),
        others=tuple(others),
    )


def _families(text: str) -> Iterable[Metric]:
    from prometheus_client.parser import text_string_to_metric_families

    try:
        yield from text_string_to_metric_families(text)
    except (IndexError, KeyError, TypeError, AttributeError) as error:
        # Some junk takes the parser by surprise.
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


def _url(address: str) -> str:
    url = address if "://" in address else f"http://{address}"
    return url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/metrics"
