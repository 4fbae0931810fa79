"""What is kept over time of models, of GPUs and of our own requests, and how several points of it become one."""

from typing import Final

from studio.core.serving.figures.history import Column

_BY_REQUESTS: Final = ("request_ms", "queue_ms", "input_ms", "compute_ms", "output_ms", "batch", "cache_hit")
MODEL: Final = (
    Column("requests_s", 0.0),
    Column("inferences_s", 0.0),
    *(Column(name, weight="requests_s") for name in _BY_REQUESTS),
    Column("failures_s", 0.0),
    Column("pending", 0.0, is_largest=True),
    *(Column(name, is_largest=True) for name in ("p50", "p95", "p99")),
)
"""Fields of `ModelSample`."""
GPU: Final = tuple(Column(name) for name in ("memory_used", "memory_total", "utilisation", "power", "temperature"))
"""Fields of `GpuReading`."""
OWN: Final = (
    *(Column(name, is_largest=True) for name in ("p50", "p95", "p99", "first50", "first99")),
    Column("failures_s", 0.0),
    Column("client"),
    Column("network"),
)
"""Fields of `Percentiles`."""
