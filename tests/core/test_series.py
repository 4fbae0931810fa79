"""Rates between two readings."""

import math
from dataclasses import asdict, fields, replace

import pytest

from studio.core.serving.series import ModelCounters, ModelSample, sample, samples, total

BEFORE = ModelCounters(
    success=100, failure=2, inferences=400, executions=50,
    request_us=9_000, queue_us=1_000, input_us=100, compute_us=5_000, output_us=200, pending=9,
)  # fmt: skip
AFTER = ModelCounters(
    success=110, failure=3, inferences=440, executions=55,
    request_us=29_000, queue_us=6_000, input_us=600, compute_us=15_000, output_us=300, pending=4,
)  # fmt: skip

MADE = {f.name for f in fields(ModelSample)} - {"p50", "p95", "p99", "reasons"}


def _gaps(one: ModelSample) -> set[str]:
    """Without the quantiles, which come from elsewhere."""
    told = {name: value for name, value in asdict(one).items() if name in MADE}
    return {name for name, value in told.items() if math.isnan(value)}


def test_rates_and_means_between_two_readings() -> None:
    one = sample(BEFORE, AFTER, seconds=2.0)
    assert (one.requests_s, one.inferences_s, one.failures_s, one.batch) == (5, 20, 0.5, 8)
    assert (one.request_ms, one.queue_ms, one.input_ms, one.compute_ms, one.output_ms) == (2, 0.5, 0.05, 1, 0.01)
    assert one.pending == 4
    assert _gaps(one) == {"cache_hit"}


def test_nothing_done_is_a_rate_of_zero_and_a_gap_in_every_mean() -> None:
    one = sample(BEFORE, BEFORE, seconds=1.0)
    assert (one.requests_s, one.inferences_s, one.failures_s) == (0, 0, 0)
    assert _gaps(one) == {"batch", "request_ms", "queue_ms", "input_ms", "compute_ms", "output_ms", "cache_hit"}


@pytest.mark.parametrize("name", [f.name for f in fields(ModelCounters) if f.name not in ("pending", "load_seconds")])
def test_any_counter_that_falls_is_a_reset_and_a_gap(name: str) -> None:
    start = ModelCounters(*[10.0] * len(fields(ModelCounters)))
    fallen = replace(ModelCounters(*[20.0] * len(fields(ModelCounters))), **{name: 9.0})
    assert _gaps(sample(start, fallen, 1.0)) == MADE - {"pending"}


def test_a_gauge_may_fall() -> None:
    assert sample(replace(AFTER, pending=9), replace(AFTER, pending=0), 1.0).requests_s == 0


def test_a_model_that_went_and_came_back_starts_anew() -> None:
    key, other = ("m", "1"), ("m", "2")
    assert _gaps(samples({}, {key: AFTER}, 1.0)[key]) == MADE - {"pending"}
    gone = samples({key: BEFORE, other: BEFORE}, {other: AFTER}, 1.0)
    assert _gaps(gone[key]) == MADE
    assert gone[other].requests_s == 10


def test_no_time_between_readings_is_a_gap() -> None:
    assert math.isnan(sample(BEFORE, AFTER, 0.0).requests_s)


def test_what_the_cache_answered_was_not_computed() -> None:
    before = replace(BEFORE, cache_hits=5, cache_misses=5)
    one = sample(before, replace(AFTER, cache_hits=11, cache_misses=9), 1.0)
    assert one.cache_hit == 0.6
    assert one.compute_ms == 10_000 / 4 / 1000
    assert one.queue_ms == 0.5


def test_only_hits_leave_no_compute_mean() -> None:
    before = replace(BEFORE, cache_hits=0, cache_misses=0)
    one = sample(before, replace(AFTER, cache_hits=10, cache_misses=0), 1.0)
    assert (one.cache_hit, math.isnan(one.compute_ms)) == (1, True)


def test_counters_of_gpus_add_up_and_what_one_lacks_stands() -> None:
    both = total([ModelCounters(success=1, failure=2), ModelCounters(success=3, pending=1)])
    assert (both.success, both.failure, both.pending) == (4, 2, 1)
    assert math.isnan(both.queue_us)
    assert math.isnan(total([]).success)


def test_failures_are_told_by_reason() -> None:
    before = replace(BEFORE, rejected=1, cancelled=2, backend=0, other=0)
    after = replace(AFTER, rejected=4, cancelled=2, backend=1, other=0)
    assert sample(before, after, 2.0).reasons == (("rejected", 1.5), ("by the backend", 0.5))
    assert sample(BEFORE, AFTER, 2.0).reasons == ()
