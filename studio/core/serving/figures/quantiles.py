"""Latencies of which only a few figures are known: quantiles of a summary, and counts by bucket."""

from __future__ import annotations

import itertools
import math
from typing import TypeAlias

from studio.core.serving.series import GAP
from studio.value_class import dataclass

Buckets: TypeAlias = tuple[tuple[float, float], ...]
"""Upper bounds, rising, with how many lie at or below each; the last bound may be infinite."""


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Latencies in milliseconds below which half, 95 % and 99 % lie; NaN where it is not told.

    Of values that come from buckets `bound` is the highest finite bound: what lies above it is not known any closer.
    """

    p50: float = GAP
    p95: float = GAP
    p99: float = GAP
    bound: float = GAP


def between(before: Buckets, after: Buckets) -> Buckets:
    """What came into each bucket between two readings; all of it where the counts began anew."""
    known = dict(before)
    if any(count < known.get(limit, 0.0) for limit, count in after):
        return after
    return tuple((limit, count - known.get(limit, 0.0)) for limit, count in after)


def of_buckets(buckets: Buckets) -> Quantiles:
    """Quantiles by interpolation inside the bucket in which each lies, as Prometheus' histogram_quantile does."""
    finite = [limit for limit, _ in buckets if math.isfinite(limit)]
    if not finite or buckets[-1][1] <= 0:
        return Quantiles()
    p50, p95, p99 = (_quantile(buckets, share) for share in (0.5, 0.95, 0.99))
    return Quantiles(p50, p95, p99, max(finite))


def _quantile(buckets: Buckets, share: float) -> float:
    wanted = share * buckets[-1][1]
    for (low, below), (high, count) in itertools.pairwise(((0.0, 0.0), *buckets)):
        if count >= wanted:
            # Above the last finite bound nothing is known: its bound is a lower one.
            return low if not math.isfinite(high) else low + (high - low) * (wanted - below) / max(count - below, 1e-12)
    return GAP
