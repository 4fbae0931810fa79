"""Rates between two readings, the ring of points, and the latencies of our own requests."""

import math
from dataclasses import asdict, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.serving.series import Latencies, ModelCounters, ModelSample, Series, sample, samples, total

BEFORE = ModelCounters(
    success=100, failure=2, inferences=400, executions=50,
    request_us=9_000, queue_us=1_000, input_us=100, compute_us=5_000, output_us=200, pending=9,
)  # fmt: skip
AFTER = ModelCounters(
    success=110, failure=3, inferences=440, executions=55,
    request_us=29_000, queue_us=6_000, input_us=600, compute_us=15_000, output_us=300, pending=4,
)  # fmt: skip


def _gaps(one: ModelSample) -> set[str]:
    return {name for name, value in asdict(one).items() if math.isnan(value)}


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
    assert _gaps(sample(start, fallen, 1.0)) == {f.name for f in fields(ModelSample)} - {"pending"}


def test_a_gauge_may_fall() -> None:
    assert sample(replace(AFTER, pending=9), replace(AFTER, pending=0), 1.0).requests_s == 0


def test_a_model_that_went_and_came_back_starts_anew() -> None:
    key, other = ("m", "1"), ("m", "2")
    assert _gaps(samples({}, {key: AFTER}, 1.0)[key]) == {f.name for f in fields(ModelSample)} - {"pending"}
    gone = samples({key: BEFORE, other: BEFORE}, {other: AFTER}, 1.0)
    assert _gaps(gone[key]) == {f.name for f in fields(ModelSample)}
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


@given(st.lists(st.floats(-1e9, 1e9), max_size=40), st.integers(1, 10))
def test_a_series_is_the_latest_points_in_order(values: list[float], capacity: int) -> None:
    series = Series(capacity)
    for time, value in enumerate(values):
        series.append(time, value)
    times, kept = series.points()
    assert kept.tolist() == values[-capacity:]
    assert times.tolist() == list(range(len(values)))[-capacity:]
    assert len(series) == min(len(values), capacity)
    assert series.last == values[-1] if values else math.isnan(series.last)


def test_points_can_start_at_a_time_and_are_a_copy() -> None:
    series = Series(4)
    for time in range(6):
        series.append(time, math.nan if time == 4 else time * 10)
    times, values = series.points(since=3.5)
    assert times.tolist() == [4, 5]
    assert np.isnan(values[0])
    values[:] = 0
    assert series.last == 50
    series.clear()
    assert len(series) == len(series.points()[0]) == 0


def test_time_does_not_go_back_and_a_series_holds_something() -> None:
    series = Series(2)
    series.append(5, 1)
    series.append(5, 2)
    with pytest.raises(ValueError, match="went back"):
        series.append(4.9, 3)
    with pytest.raises(ValueError, match="at least one"):
        Series(0)


def test_percentiles_are_those_of_the_window() -> None:
    latencies = Latencies(window=10)
    latencies.record("m", 0.0, 10**9)
    for n in range(1, 101):
        latencies.record("m", 50 + n / 100, n * 1000)
    now = latencies.percentiles("m", 60.0)
    assert now.count == 100
    assert (now.p50, now.p95, now.p99) == pytest.approx((50_500, 95_050, 99_010))
    assert latencies.percentiles("m", 1000.0).count == 0
    assert math.isnan(latencies.percentiles("other", 0.0).p50)
    assert latencies.models() == ("m",)


def test_latencies_are_bounded() -> None:
    latencies = Latencies(limit=3)
    for n in range(10):
        latencies.record("m", n, n)
    assert latencies.percentiles("m", 10).p50 == 8
