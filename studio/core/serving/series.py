"""What a running server counted, and the rates between two readings of it.

Nothing here reads a clock or a server: times and counters come in as values. NaN is a gap everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

from studio.value_class import dataclass

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ModelKey: TypeAlias = tuple[str, str]
Floats: TypeAlias = "npt.NDArray[np.float64]"
GAP = math.nan


@dataclass(frozen=True, slots=True)
class ModelCounters:
    """What a server counted for one model version since it was loaded, summed over GPUs and reasons.

    Durations are microseconds. `pending` and `load_seconds`, the time that loading took, are gauges. NaN is what the
    server did not tell; the four cache counters are NaN where the response cache is off. `rejected`, `cancelled`,
    `backend` and `other` are the failures by reason, from release 24.07 on.
    """

    success: float = GAP
    failure: float = GAP
    inferences: float = GAP
    executions: float = GAP
    request_us: float = GAP
    queue_us: float = GAP
    input_us: float = GAP
    compute_us: float = GAP
    output_us: float = GAP
    cache_hits: float = GAP
    cache_misses: float = GAP
    cache_hit_us: float = GAP
    cache_miss_us: float = GAP
    pending: float = GAP
    rejected: float = GAP
    cancelled: float = GAP
    backend: float = GAP
    other: float = GAP
    load_seconds: float = GAP

    def __add__(self, other: ModelCounters) -> ModelCounters:
        """Both together, as for the instances on two GPUs; what only one of them tells stands."""
        return ModelCounters(*(_sum(getattr(self, f.name), getattr(other, f.name)) for f in fields(ModelCounters)))


@dataclass(frozen=True, slots=True)
class GpuReading:
    """One GPU at one moment: memory in bytes, utilisation from 0 to 1, power in watts, temperature in °C.

    `energy` is joules since the driver was loaded, the clocks of the processors and of the memory are in MHz.

    `uuid` is the NVML identity, the same in every source. `index` is -1, `name` empty and a number NaN where
    the source does not tell. `instances` are the parts that MIG cuts it into, each with its number as `part`;
    `problem` is why the driver cannot reach it, empty where it can.
    """

    uuid: str
    name: str = ""
    index: int = -1
    memory_total: float = GAP
    memory_used: float = GAP
    utilisation: float = GAP
    power: float = GAP
    power_limit: float = GAP
    temperature: float = GAP
    energy: float = GAP
    clock: float = GAP
    memory_clock: float = GAP
    instances: tuple[GpuReading, ...] = ()
    part: int = -1
    problem: str = ""

    @property
    def title(self) -> str:
        """As NVIDIA's tools number it: "GPU 1", "GPU 1:0" for a part; "GPU" where no number is known."""
        if self.index < 0:
            return "GPU"
        return f"GPU {self.index}:{self.part}" if self.part >= 0 else f"GPU {self.index}"


@dataclass(frozen=True, slots=True)
class ModelSample:
    """What one model version did between two readings; a NaN is a gap.

    Averages (`batch` and the milliseconds, each a mean over requests) are gaps where nothing happened, rates are
    then 0. `compute_ms` leaves out requests that the response cache answered; `cache_hit` goes from 0 to 1. `p50` to
    `p99` are milliseconds of all traffic, where the server tells them; `reasons` are the failures a second by reason.
    """

    requests_s: float = GAP
    inferences_s: float = GAP
    batch: float = GAP
    request_ms: float = GAP
    queue_ms: float = GAP
    input_ms: float = GAP
    compute_ms: float = GAP
    output_ms: float = GAP
    failures_s: float = GAP
    pending: float = GAP
    cache_hit: float = GAP
    p50: float = GAP
    p95: float = GAP
    p99: float = GAP
    reasons: tuple[tuple[str, float], ...] = ()


def sample(before: ModelCounters | None, after: ModelCounters | None, seconds: float) -> ModelSample:
    """What happened between two readings of one model version.

    A counter that fell, or a model that one of the readings lacks, starts a new epoch: all gaps, since what
    was counted before the reset cannot be told.
    """
    if after is None:
        return ModelSample()
    if before is None or seconds <= 0 or _was_reset(before, after):
        return ModelSample(pending=after.pending)
    delta = _difference(before, after)
    hits = 0.0 if math.isnan(delta.cache_hits) else delta.cache_hits
    computed = delta.success - hits
    return ModelSample(
        requests_s=delta.success / seconds,
        inferences_s=delta.inferences / seconds,
        batch=_mean(delta.inferences, delta.executions),
        request_ms=_mean(delta.request_us, delta.success) / 1e3,
        queue_ms=_mean(delta.queue_us, delta.success) / 1e3,
        input_ms=_mean(delta.input_us, computed) / 1e3,
        compute_ms=_mean(delta.compute_us, computed) / 1e3,
        output_ms=_mean(delta.output_us, computed) / 1e3,
        failures_s=delta.failure / seconds,
        pending=after.pending,
        cache_hit=_mean(delta.cache_hits, delta.cache_hits + delta.cache_misses),
        reasons=tuple((said, each / seconds) for said, name in _REASONS if (each := getattr(delta, name)) > 0),
    )


def samples(
    before: Mapping[ModelKey, ModelCounters], after: Mapping[ModelKey, ModelCounters], seconds: float
) -> dict[ModelKey, ModelSample]:
    """A sample of every model version in either reading; all gaps for one that is gone."""
    return {key: sample(before.get(key), after.get(key), seconds) for key in {**before, **after}}


def total(counters: Iterable[ModelCounters]) -> ModelCounters:
    """The sum of several counters, as over GPUs or over a model's versions."""
    return sum(counters, start=ModelCounters())


def _sum(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else one + other


def _mean(amount: float, count: float) -> float:
    return amount / count if count > 0 else GAP


_REASONS = (("rejected", "rejected"), ("cancelled", "cancelled"), ("by the backend", "backend"), ("other", "other"))
_GAUGES = ("pending", "load_seconds")
_COUNTERS = tuple(f.name for f in fields(ModelCounters) if f.name not in _GAUGES)


def _was_reset(before: ModelCounters, after: ModelCounters) -> bool:
    return any(getattr(after, name) < getattr(before, name) for name in _COUNTERS)


def _difference(before: ModelCounters, after: ModelCounters) -> ModelCounters:
    return ModelCounters(**{name: getattr(after, name) - getattr(before, name) for name in _COUNTERS})
