"""What the studio's own questions cost a server, and how busy its instances are."""

import math

import pytest

from studio.core.serving.figures.busy import share, told
from studio.core.serving.figures.polls import Polls


def polled(*seconds: float) -> Polls:
    """Answers of the metrics that took so long."""
    made = Polls()
    for each in seconds:
        made.note("metrics", each)
    return made


def test_answers_that_grow_slow_are_told_with_figures_and_a_slow_one_alone_is_not() -> None:
    usual = [0.02 + place % 3 / 1000 for place in range(90)]
    assert polled(*usual).slow == ""
    assert polled(*usual, 0.9, 0.02, 0.9, 0.9).slow == ""
    slow = polled(*usual, 0.7, 0.8, 0.9)
    assert slow.slow == "The server takes 900 ms to tell its metrics, usually 21 ms."
    slow.note("index of models", 0.004)
    assert slow.text == "index of models 4 ms, metrics 900 ms"
    assert polled(*usual, 0.1, 0.1, 0.1).slow == ""


def test_what_takes_over_a_second_from_the_start_is_told_and_what_failed_counts_as_nothing() -> None:
    assert polled(1.2, 1.3, 1.4).slow == "The server takes 1.4 s to tell its metrics."
    assert polled(1.2, math.nan, 1.4).slow == ""


def test_instances_are_as_busy_as_their_runs_take() -> None:
    assert share(inferences_s=80, batch=4, run_ms=25, instances=2) == pytest.approx(0.25)
    assert told(0.25, 2) == "Its 2 instances were busy 25% of the time, an estimate by runs and their times."
    assert told(1.07, 1).startswith("Its one instance was busy 100% of the time")
    assert told(0.9, 1).endswith("More instances would help where requests wait.")
    assert math.isnan(share(80, math.nan, 25, 2))
    assert math.isnan(share(80, 4, math.nan, 2))
    assert told(math.nan, 2) == ""
