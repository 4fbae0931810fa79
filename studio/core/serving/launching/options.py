"""Options of a launch besides what every launch has: those of `tritonserver`, and those of a container."""

from __future__ import annotations

from studio import TYPE_CHECKING
from studio.value_class import dataclass, field

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

TraceMode: TypeAlias = 'Literal["ready", "off", "triton", "opentelemetry"]'
TRACE_MODES: tuple[TraceMode, ...] = ("ready", "off", "triton", "opentelemetry")
TRACE_LEVELS = ("OFF", "TIMESTAMPS", "TENSORS")
TRACE_FILE = "/tmp/trace.json"  # noqa: S108 - in a container its own
METRICS_INTERVAL_MS = 2000
"""How often a server looks at its GPUs and its processor unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a server records of requests: with "ready" nothing until it is asked to. `to` is a file, or the address of a
    collector of OpenTelemetry; `rate` says that it records one request in so many. The level can be changed while it
    runs, the file cannot.
    """

    mode: TraceMode = "ready"
    level: str = "OFF"
    rate: int = 1000
    to: str = ""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Options of `tritonserver`. `verbose` is 0 for none of the verbose log, `strict` completes no configuration,
    `summaries` gives percentiles of latencies, `resources` are those of the rate limiter as `NAME:COUNT[:DEVICE]`.
    """

    verbose: int = 0
    strict: bool = False
    metrics_interval_ms: int = METRICS_INTERVAL_MS
    summaries: bool = True
    trace: Trace = field(default_factory=Trace)
    rate_limit: bool = False
    resources: tuple[str, ...] = ()
    client_shared_memory: bool = False


@dataclass(frozen=True, slots=True)
class ContainerOptions:
    """Options of a container. 0 is no limit, an empty `user` the person's own number; `packages` are requirements of
    Python that are installed into an image made from the one that was chosen.
    """

    memory_mb: int = 0
    cpus: float = 0.0
    user: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one option of a launch: the name of the option, and a sentence."""

    option: str
    text: str
