"""The last hour of many things: in order, with gaps, in little memory."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.serving.figures.history import Column, History
from studio.core.serving.figures.minute import POINTS

COLUMNS = (Column("rate", 0.0), Column("mean", weight="rate"), Column("most", 0.0, is_largest=True))
A, B = frozenset({"a"}), frozenset({"a", "b"})


@given(st.lists(st.one_of(st.none(), st.floats(-1000, 1000, width=32)), max_size=200))
def test_points_come_back_in_order_and_a_missed_one_is_a_gap(values: list[float | None]) -> None:
    history = History(COLUMNS)
    for at, value in enumerate(values):
        history.append(at, {} if value is None else {"a": (value, 0, 0)}, frozenset() if value is None else A)
    times, found = history.points("a", "rate")
    if any(value is not None for value in values):
        assert times.tolist() == list(range(len(values)))
        np.testing.assert_array_equal(found, [math.nan if value is None else value for value in values])
        np.testing.assert_equal(history.last("a", "rate"), found[-1])
    else:
        assert len(times) == 0


def test_what_did_nothing_was_idle_where_it_was_known_and_a_gap_before() -> None:
    history = History(COLUMNS)
    history.append(0, {"a": (5, 1, 1)}, A)
    history.append(1, {"a": (5, 1, 1)}, B)
    history.append(2, {"b": (7, 2, 3)}, B)
    np.testing.assert_array_equal(history.points("a", "rate")[1], [5, 5, 0])
    np.testing.assert_array_equal(history.points("a", "mean")[1], [1, 1, math.nan])
    np.testing.assert_array_equal(history.points("b", "rate")[1], [math.nan, 0, 7])
    for at in range(3, 3 + POINTS):
        history.append(at, {}, B)
    assert history.points("b", "rate")[1].tolist()[2:] == [7, *[0] * POINTS]
    assert len(history.track("c", "rate")) == 0
    assert math.isnan(history.track("c", "rate").last)


def test_points_can_start_at_a_time_and_are_a_copy() -> None:
    history = History(COLUMNS)
    for at in range(6):
        history.append(at, {"a": (at * 10, 0, 0)}, A)
    times, values = history.points("a", "rate", since=3.5)
    assert times.tolist() == [4, 5]
    values[:] = 0
    assert history.last("a", "rate") == 50
    history.clear()
    assert history.keys() == ()
    assert len(history.points("a", "rate")[0]) == 0


def test_columns_of_one_moment_are_read_while_others_append() -> None:
    history = History(COLUMNS)
    names = [column.name for column in COLUMNS]
    is_read = threading.Event()

    def fill() -> None:
        at = 0
        while not is_read.is_set():
            history.append(at, {"a": (at, at, at)}, A)
            at += 1

    with ThreadPoolExecutor(1) as others:
        filled = others.submit(fill)
        try:
            for _ in range(300):
                times, values = history.rows("a", names)
                assert {len(column) for column in values} == {len(times)}
        finally:
            is_read.set()
        filled.result()


def test_idle_ones_cost_nothing_and_those_that_are_gone_go() -> None:
    history = History(COLUMNS, seconds=300)
    everybody = frozenset(f"m{place}" for place in range(1000))
    history.append(0, {"m1": (1, 1, 1)}, everybody)
    for at in range(1, 200):
        history.append(at, {}, everybody)
    assert history.size < 4096
    assert history.keys() == ("m1",)
    for at in range(200, 700):
        history.append(at, {f"n{at}": (1, 1, 1)}, frozenset({f"n{at}"}))
    assert "m1" not in history
    assert len(history.keys()) <= 300 + 2 * POINTS
    history.forget(lambda key: key != "n699")
    assert history.keys() == ("n699",)
    assert history.points("n699", "rate")[1][-1] == 1


def test_names_that_come_anew_with_each_point_never_take_more_than_the_budget() -> None:
    """What finds no room even so is counted."""
    history = History(COLUMNS, budget=400_000)
    for at in range(300):
        names = [f"{at}-{number}" for number in range(50)]
        history.append(at, dict.fromkeys(names, (1, 1, 1)), frozenset(names))
        assert history.left_out == 0
        assert history.size <= 400_000 + 50 * 100
        assert history.last(names[-1], "rate") == 1
    history.append(300, dict.fromkeys(range(1000), (1, 1, 1)))
    assert history.left_out > 100
    assert history.size <= 400_000
    assert history.last(0, "rate") == 1
    assert 999 not in history


def test_over_its_budget_old_points_are_thinned_and_then_left_out() -> None:
    """By their weights, and by the largest; a hundred busy things for an hour never take more than allowed."""
    budget = 200_000
    history = History(COLUMNS, budget=budget)
    names = [f"m{place}" for place in range(100)]
    largest = 0
    for at in range(1800):
        value = float(at % 10)
        history.append(at, dict.fromkeys(names, (value, value * 2, value)), frozenset(names))
        largest = max(largest, history.size)
    assert largest <= budget + 2 * 100 * len(COLUMNS) * POINTS * 4
    assert -math.inf < history.dropped_until < history.coarse_until < 1800
    times, rates = history.points("m5", "rate")
    assert times[0] > history.dropped_until
    is_coarse = times <= history.coarse_until
    assert set(np.diff(times[is_coarse])) == {10}
    assert set(rates[is_coarse]) == {4.5}
    weighted = sum(value * value * 2 for value in range(10)) / 45
    assert history.points("m5", "mean")[1][is_coarse] == pytest.approx(weighted)
    assert set(history.points("m5", "most")[1][is_coarse]) == {9}
    assert rates[-10:].tolist() == list(range(10))
