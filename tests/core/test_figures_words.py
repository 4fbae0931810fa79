"""What the figures are put into words by: where time goes, batches, two stretches, memory, a dashboard."""

import json
import math
import re

import numpy as np
import pytest

from studio.core.serving.figures.batching import BatchCount, Batching, batching_of, verdict
from studio.core.serving.figures.comparison import compare, mean
from studio.core.serving.figures.grafana import dashboard
from studio.core.serving.figures.ledger import Entry, kept, slope, will_it_fit
from studio.core.serving.figures.owner import Stages, slowest, told

GB = 2**30


@pytest.mark.parametrize(
    ("stages", "asked", "words"),
    [
        (Stages(0.1, 0.4, 0.5, 0, 9, 0), Batching(), ("90% of 10.0 ms is compute", "more instances do not")),
        (Stages(0, 0, 30, 0, 10, 0), Batching(8, instances=2), ("75% of 40.0 ms is queue", "2 instances")),
        (Stages(0, 0, 30, 0, 10, 0), Batching(8, True, (), 500), ("1 instance requests come faster", "up to 500 µs")),
        (Stages(0, 9, 1, 0, 1, 0), Batching(), ("82% of 11.0 ms is network", "Binary tensors")),
        (Stages(0, 0, 4, 2, 4.8, 0), Batching(), ("No layer owns it alone: compute takes 44%",)),
        (Stages(queue=1, compute=9), None, ("90% of 10.0 ms is compute", "known of own requests only")),
    ],
)  # fmt: skip
def test_the_layer_that_owns_the_time_is_named_with_what_would_help(
    stages: Stages, asked: Batching | None, words: tuple[str, ...]
) -> None:
    said = told(stages, asked)
    assert all(each in said for each in words), said


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert told(Stages()) == ""
    assert told(Stages(queue=0, compute=0)) == ""


def test_the_slowest_step_is_named_where_there_is_another_to_hold_it_against() -> None:
    steps = {"quick": 1.5, "slow": 58.5, "unknown": math.nan}
    assert slowest(steps) == "Of its steps slow takes longest: 58.5 ms, 98% of all steps together."
    assert slowest({"quick": math.nan, "slow": 58.5}) == slowest({"a": 0, "b": 0}) == ""


def test_a_configuration_says_what_batches_it_asks_for() -> None:
    config = {
        "max_batch_size": "8",
        "dynamic_batching": {"preferred_batch_size": [8, "4"], "max_queue_delay_microseconds": "100"},
        "instance_group": [{"count": 2, "gpus": [0, 1]}, {"count": "1"}],
    }
    assert batching_of(config) == Batching(8, True, (4, 8), 100, 5)
    assert batching_of({"dynamic_batching": {}}).is_dynamic
    assert batching_of({"max_batch_size": "many", "instance_group": None}) == Batching()


@pytest.mark.parametrize(
    ("sizes", "asked", "words"),
    [
        ({1: 10}, Batching(), "each request is a run of its own"),
        ({2: 10}, Batching(8), "There is no dynamic batching"),
        ({8: 9, 1: 1}, Batching(8, True), "Mean 7.3 of at most 8. 90% of the runs were full."),
        ({1: 9, 2: 1}, Batching(8, True), "Without max_queue_delay_microseconds"),
        ({1: 10}, Batching(8, True, (), 100), "Too few requests come within the 100 µs"),
        (
            {3: 10},
            Batching(8, True, (4,), 100),
            "0% of the runs had a preferred size (4). The delay of 100 µs runs out",
        ),
        ({4: 8, 1: 2}, Batching(8, True, (4,), 100), "80% of the runs had a preferred size (4)."),
    ],
)
def test_batches_are_held_against_the_configuration(sizes: dict[int, int], asked: Batching, words: str) -> None:
    assert words in verdict(tuple(BatchCount(size, runs) for size, runs in sizes.items()), asked)
    assert verdict((), asked) == ""


def test_two_stretches_are_compared_quantity_by_quantity() -> None:
    one, two = compare({"queue_ms": 2.0, "p99": math.nan, "failures_s": 0.0}, {"queue_ms": 3.0, "failures_s": 0.0})
    assert (one.field, one.text, two.text) == ("queue_ms", "+1.00 (+50%)", "the same")
    values = np.array([1.0, math.nan, 4.0])
    assert mean(values) == 2.5
    assert mean(values, np.array([3.0, 5.0, 1.0])) == 1.75
    assert math.isnan(mean(values[1:2]))


def test_a_ledger_says_what_was_kept_and_whether_the_next_load_fits() -> None:
    entries = [
        Entry(0, "g", "m", "load", 1 * GB, 4 * GB),
        Entry(1, "g", "other", "load", 4 * GB, 5 * GB),
        Entry(2, "g", "m", "unload", 5 * GB, 2.5 * GB),
    ]
    assert kept(entries, "g", "m") == 0.5 * GB
    assert math.isnan(kept(entries, "g", "other"))
    assert will_it_fit(entries, "g", "m", 2 * GB, 10 * GB).text == "Fits: 5.00 GB stay free."
    assert will_it_fit(entries, "g", "m", 6.7 * GB, 10 * GB).text.endswith("That is less than 5 % of the GPU.")
    assert will_it_fit(entries, "g", "m", 8 * GB, 10 * GB).text == "Does not fit: 1.00 GB are missing."
    assert "Not known" in will_it_fit(entries, "g", "new", 0, 10 * GB).text


def test_a_leak_is_told_only_where_it_is_certain() -> None:
    found = slope([100.0, 115.2, 130.9, 145.8, 161.0])
    assert found is not None
    assert found.slope == pytest.approx(15.26)
    assert found.leaks
    still = slope([100.0, 103.0, 99.0, 101.0, 100.0])
    assert still is not None
    assert not still.leaks
    assert slope([1.0, 2.0]) is None


def test_a_dashboard_asks_for_nothing_that_is_not_there() -> None:
    names = {"nv_inference_request_success", "nv_inference_count", "nv_gpu_utilization"}
    made = json.loads(dashboard(names, "Mine"))
    asked = {name for panel in made["panels"] for t in panel["targets"] for name in re.findall(r"nv_\w+", t["expr"])}
    assert asked == names
    assert [panel["title"] for panel in made["panels"]] == ["Requests", "Inferences", "GPU use"]
    assert json.loads(dashboard((), "None"))["panels"] == []
