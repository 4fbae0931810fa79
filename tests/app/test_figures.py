"""What is kept of a server's readings, fed as a clock of our own goes: rates, gaps, streams, memory."""

import math
from pathlib import Path

import numpy as np
import pytest

from studio.app.serving.sampling.figures import Figures
from studio.app.serving.sampling.scraping import Reading, Scraper
from studio.core.serving.figures.quantiles import Quantiles
from studio.core.serving.launch import Addresses
from studio.core.serving.series import ModelCounters, ModelKey
from studio.metrics.failure import MetricsError
from tests.client.server import answering, http

A, B = ("a", "1"), ("b", "1")


def counted(requests: float, pending: float = 0.0) -> ModelCounters:
    """So many requests of four milliseconds, one of them in the queue."""
    return ModelCounters(
        requests, 0.0, 2 * requests, requests, 4000 * requests, 1000 * requests, 0, 3000 * requests, 0, pending=pending
    )


@pytest.fixture
def figures() -> Figures:
    """Those of a server whose models answer once a request."""
    made = Figures()
    made.streams = {"a": False, "b": False}
    return made


def test_rates_and_means_are_those_of_the_counters(figures: Figures) -> None:
    for second in range(5):
        figures.take(Reading(float(second), {A: counted(10 * second), B: counted(0)}))
    times, rates = figures.models.points(A, "requests_s")
    np.testing.assert_array_equal(times, range(5))
    np.testing.assert_array_equal(rates, [math.nan, 10, 10, 10, 10])
    assert figures.models.last(A, "queue_ms") == 1
    assert figures.models.last(A, "batch") == 2
    assert figures.asked() == (A,)


def test_a_reading_that_failed_and_counters_that_began_anew_are_gaps(figures: Figures) -> None:
    figures.take(Reading(0.0, {A: counted(50)}))
    figures.take(Reading(1.0, {A: counted(60)}))
    figures.miss(2.0, "no answer")
    figures.take(Reading(3.0, {A: counted(70)}))
    figures.take(Reading(4.0, {A: counted(80)}))
    found = figures.take(Reading(5.0, {A: counted(2)}))
    assert found.anew == (A,)
    assert not figures.take(Reading(6.0, {A: counted(4)})).anew
    np.testing.assert_array_equal(
        figures.models.points(A, "requests_s")[1], [math.nan, 10, math.nan, math.nan, 10, math.nan, 2]
    )


def test_a_restart_is_told_from_the_first_sample_and_from_a_failed_scrape(figures: Figures) -> None:
    for second, requests in enumerate((10, 15)):
        figures.take(Reading(float(second), {A: counted(requests, 1)}))
    figures.miss(2.0, "no answer")
    for second, requests in enumerate((20, 25, 2, 12), 3):
        figures.take(Reading(float(second), {A: counted(requests)}))
    figures.take(Reading(7.0))
    for second, requests in enumerate((1, 2), 8):
        figures.take(Reading(float(second), {A: counted(requests)}))
    assert figures.restarts == ((5.0, A), (8.0, A))
    figures.clear()
    assert not figures.restarts


def test_the_gpus_of_a_server_stay_known_while_it_does_not_answer(figures: Figures) -> None:
    answers = iter([http(b'nv_gpu_utilization{gpu_uuid="GPU-x"} 0.5\n')])
    with answering(lambda _: next(answers, b"")) as address:
        scraper = Scraper(Addresses(metrics=address))
        assert [gpu.utilisation for gpu in scraper.read().gpus] == [0.5]
        with pytest.raises(MetricsError) as failed:
            scraper.read()
        scraper.end()
    found = figures.miss(1.0, failed.value.reason, scraper.gpus)
    assert [gpu.uuid for gpu in found.gpus] == ["GPU-x"]
    assert math.isnan(figures.gpus.last("GPU-x", "utilisation"))


def test_the_times_of_a_model_that_streams_are_not_told_nor_of_one_that_is_not_known_yet(figures: Figures) -> None:
    figures.streams = {"b": True}
    told = {A: Quantiles(1, 2, 3), B: Quantiles(4, 5, 6)}
    for second in range(3):
        figures.take(Reading(float(second), {A: counted(second), B: counted(second)}, quantiles=told))
    for key in (A, B):
        assert figures.models.last(key, "requests_s") == 1
        assert math.isnan(figures.models.last(key, "queue_ms"))
        assert math.isnan(figures.models.last(key, "p99"))
    figures.streams = {"a": False, "b": True}
    figures.take(Reading(3.0, {A: counted(3), B: counted(3)}, quantiles=told))
    assert (figures.models.last(A, "queue_ms"), figures.models.last(A, "p99")) == (1, 3)
    assert math.isnan(figures.models.last(B, "queue_ms"))


def test_latencies_of_all_traffic_are_told_while_there_is_any_and_from_buckets_without_summaries(
    figures: Figures,
) -> None:
    buckets = [((100.0, 10.0 * second), (math.inf, 10.0 * second)) for second in range(2)]
    for second, first in enumerate(buckets):
        figures.take(Reading(float(second), {A: counted(second)}, first={A: first}))
    assert figures.models.last(A, "p50") == 50
    figures.take(Reading(2.0, {A: counted(1)}, quantiles={A: Quantiles(7, 8, 9)}))
    assert math.isnan(figures.models.last(A, "p50"))


def busy_hour(models: int, seconds: int) -> Figures:
    """So many models that all answer, for so long."""
    figures = Figures()
    keys: list[ModelKey] = [(f"model_{place}", "1") for place in range(models)]
    figures.streams = {name: False for name, _ in keys}
    for second in range(seconds):
        figures.take(Reading(float(second), {key: counted(second * (1 + place % 7)) for place, key in enumerate(keys)}))
    return figures


def test_what_finds_no_room_is_said(figures: Figures) -> None:
    for second in range(2):
        many = {(f"model_{place}", "1"): counted(second) for place in range(12_000)}
        found = figures.take(Reading(float(second), many, left_out="a line"))
    assert found.left_out.startswith("a line and the figures of ")
    assert found.left_out.endswith(" models, for want of memory")
    assert figures.models.size <= 36 << 20


def test_fifty_models_for_five_minutes_keep_every_second_in_a_megabyte() -> None:
    figures = busy_hour(50, 300)
    assert figures.models.size < 1 << 20
    assert len(figures.models.points(("model_7", "1"), "requests_s")[0]) == 300
    assert figures.models.coarse_until == -math.inf


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_busy_models_for_an_hour_take_less_than_sixty_megabytes() -> None:
    busy_hour(10, 70)
    before = _resident()
    figures = busy_hour(1000, 3700)
    assert _resident() - before < 60 << 20
    assert figures.models.dropped_until == -math.inf
    times, rates = figures.models.points(("model_8", "1"), "requests_s")
    assert times[-1] - times[0] > 3500
    assert set(rates[1:]) == {2.0}


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
