"""The latencies and failures of our own requests over a window."""

import math

import pytest

from studio.core.serving.figures.latencies import Latencies


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


def test_first_answers_and_failures_are_kept_beside_and_a_model_that_is_not_asked_is_forgotten() -> None:
    latencies = Latencies(window=60)
    latencies.record("stream", 10.0, 800_000_000, first=100_000_000)
    for second in range(3):
        latencies.record_failure("broken", 10.0 + second)
    found = latencies.all(13.0)
    assert (found["stream"].p50, found["stream"].first50, found["stream"].count) == (8e8, 1e8, 1)
    assert (found["broken"].failures_s, found["broken"].count) == (0.6, 0)
    assert math.isnan(found["broken"].p99)
    assert latencies.all(40.0)["broken"].failures_s == 0
    latencies.all(100.0)
    assert latencies.models() == ()
