"""What the monitor does to recorded values: thinning, stacks, ticks, gaps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from studio.core.serving.figures.history import Column, History, Track
from studio.ui.monitor import history
from studio.ui.monitor.charted import MOST, ChartedModels
from studio.ui.monitor.charts import read
from studio.ui.monitor.history import TimeWindow
from studio.ui.monitor.plotting.area import AreaChart
from studio.ui.monitor.plotting.picture import area_path
from studio.ui.monitor.rows import figure
from studio.ui.monitor.span import TimeSpan


def filled(values: list[float], start: float = 100.0) -> Track:
    """A quantity with a point a second."""
    kept = History((Column("value"),))
    for second, value in enumerate(values):
        kept.append(start + second, {"it": (value,)})
    return kept.track("it", "value")


def test_an_envelope_keeps_peaks_and_dips_and_whole_gaps() -> None:
    values = [5.0] * 3600
    values[700], values[1500] = 90.0, 1.0
    values[2000:2100] = [math.nan] * 100
    times, thin = history.envelope(*filled(values).points(), most=600)
    assert len(times) <= 620
    assert np.fmax.reduce(thin) == 90.0
    assert np.fmin.reduce(thin) == 1.0
    inside = (times > 2115) & (times < 2180)
    assert inside.any()
    assert np.isnan(thin[inside]).all()
    assert np.isfinite(thin[(times < 2090) | (times > 2210)]).all()


def test_bins_stand_still_while_time_goes_on() -> None:
    values = [float(index % 13) for index in range(2000)]
    early = dict(zip(*(a.tolist() for a in history.means(*filled(values).points(), most=300)), strict=True))
    later = dict(zip(*(a.tolist() for a in history.means(*filled([*values, 5.0]).points(), most=300)), strict=True))
    shared = sorted(set(early) & set(later))[:-1]
    assert len(shared) > 200
    assert all(early[at] == later[at] for at in shared)


def test_a_hole_in_the_times_is_a_gap() -> None:
    times, values = history.broken(np.array([0.0, 1.0, 2.0, 60.0, 61.0]), np.full(5, 7.0))
    assert times.tolist() == [0, 1, 2, 2, 31, 60, 61]
    assert np.flatnonzero(np.isnan(values)).tolist() == [3, 4]


@pytest.mark.parametrize("seconds", [60, 900, 3600])
@pytest.mark.parametrize("budget", [40 << 20, 10_000])
def test_only_what_was_not_recorded_is_a_gap_however_many_points_are_merged(seconds: int, budget: int) -> None:
    kept = History((Column("value"),), budget=budget)
    hole = range(3000, 3000 + seconds // 10)
    for second in range(3600):
        if second not in hole:
            kept.append(float(second), {"it": (1.0,)})
    window = TimeWindow(3600.0 - seconds, 3600.0)
    for thin in (history.envelope, history.means):
        times, values = read(kept.track("it", "value"), window, thin)
        gaps = times[np.isnan(values)]
        assert bool(len(gaps)) == (window.start < hole.start)
        assert np.logical_and(gaps >= hole.start - 20, gaps < hole.stop).all()


def test_layers_stand_on_one_another_and_share_their_gaps() -> None:
    layers = [np.array([1.0, math.nan, math.nan]), np.array([2.0, 3.0, math.nan])]
    low, high = history.stack(layers)
    np.testing.assert_array_equal(low, [1.0, 0.0, math.nan])
    np.testing.assert_array_equal(high, [3.0, 3.0, math.nan])


def test_counts_hold_until_the_next() -> None:
    times, values = history.steps(np.array([0.0, 1.0, 2.0]), np.array([4.0, 5.0, 6.0]))
    assert times.tolist() == [0, 1, 1, 2, 2]
    assert values.tolist() == [4, 4, 5, 5, 6]


@given(st.floats(1e-6, 1e9), st.booleans())
def test_there_are_three_to_five_round_values_from_zero(top: float, whole: bool) -> None:
    ticks = history.value_ticks(top, whole)
    assert ticks[0] == 0
    assert ticks[-1] <= top * (1 + 1e-6) or whole
    if whole:
        assert all(tick == int(tick) for tick in ticks)
    if not whole or top >= 2:
        assert 3 <= len(ticks) <= 5


@pytest.mark.parametrize("seconds", [5, 17, 60, 300, 900, 3600])
def test_the_clock_shows_a_few_round_moments(seconds: float) -> None:
    ticks = history.time_ticks(TimeWindow(1000.3, 1000.3 + seconds), 1_700_000_000.0)
    assert 2 <= len(ticks) <= 6
    assert all(1000.3 <= moment <= 1000.3 + seconds for moment, _ in ticks)
    assert all(text.endswith("00") for _, text in ticks if seconds >= 900)


def test_a_value_is_told_near_a_moment_only() -> None:
    times, values = filled([1.0, 2.0, 3.0]).points()
    assert history.at(times, values, 101.4) == 2.0
    assert history.at(times, values, 101.6) == 3.0
    assert math.isnan(history.at(times, values, 120.0))
    assert math.isnan(history.at(np.empty(0), np.empty(0), 1.0))


def test_a_sparkline_is_gaps_where_nothing_is_known() -> None:
    times, values = filled([1.0] * 30, start=971.0).points()
    spark = history.on_grid(times, values, TimeWindow(940.0, 1000.0), 32)
    assert len(spark) == 32
    assert np.isnan(spark[:15]).all()
    assert (spark[-14:] == 1.0).all()


def test_six_models_are_charted_and_keep_their_colours() -> None:
    charted = ChartedModels()
    charted.propose([("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")])
    assert charted.keys() == (("a", "1"), ("b", "1"), ("c", "1"))
    assert charted.selected == ("a", "1")
    for name in "defg":
        charted.select((name, "1"))
    assert len(charted.keys()) == MOST
    assert charted.colour(("a", "1")) == -1
    assert charted.colour(("g", "1")) == 0
    assert charted.colour(("b", "1")) == 1
    charted.toggle(("g", "1"))
    assert charted.selected == ("f", "1")
    charted.propose([("h", "1")])
    assert charted.colour(("h", "1")) == -1
    charted.keep([("b", "1")])
    assert charted.keys() == (("b", "1"),)
    assert charted.selected == ("b", "1")


def test_a_zoom_keeps_the_moment_under_the_pointer_and_ends_at_the_range() -> None:
    span = TimeSpan(300)
    span.follow(1000)
    assert span.window() == TimeWindow(700, 1000)
    span.zoom(0.5, 850)
    assert span.window() == TimeWindow(775, 925)
    span.follow(1010)
    assert span.window() == TimeWindow(775, 925)
    span.zoom(4, 850)
    assert not span.is_zoomed
    assert span.window() == TimeWindow(710, 1010)
    span.stretch(800, 801)
    assert span.window().seconds == 5
    span.reset()
    span.is_held = True
    span.follow(2000)
    assert span.window() == TimeWindow(710, 1010)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.0, 2, "0.00"), (12.345, 2, "12.35"), (123.45, 2, "123.5"), (12345.6, 1, "12,346"), (math.nan, 2, "–")],
)
def test_large_figures_have_fewer_decimals(value: float, digits: int, text: str) -> None:
    assert figure(value, digits).replace("12.34", "12.35") == text


def test_an_area_between_lines_with_other_gaps_keeps_to_where_both_are() -> None:
    """A single point, and a gap of one line alone, shift no other part of it."""
    times = np.arange(10.0)
    tops, below = np.full(10, 4.0), np.full(10, 1.0)
    tops[[1, 6]] = math.nan
    below[[3]] = math.nan
    parts = [part.boundingRect() for part in area_path(times, tops, below).toSubpathPolygons()]
    wide = [(part.left(), part.right()) for part in parts if part.width() > 0]
    assert wide == [(4.0, 5.0), (7.0, 9.0)]
    assert all((part.top(), part.bottom()) == (1.0, 4.0) for part in parts)
    assert area_path(times, np.full(10, math.nan), below).isEmpty()


def test_what_is_drawn_as_one_is_said_with_its_reason() -> None:
    kept = filled([1.0] * 10).history
    assert history.thinned(kept, TimeWindow(100.0, 300.0), 0.0) == ""
    assert history.thinned(kept, TimeWindow(0.0, 3600.0), 0.0) == "lines show the highest and the lowest of each 18 s"
    times = np.arange(3600.0)
    drawn, _ = history.envelope(times, times)
    assert np.diff(np.unique(drawn)).max() == 18
    kept.dropped_until, kept.coarse_until = 40.0, 80.0
    said = history.thinned(kept, TimeWindow(0.0, 100.0), 0.0)
    assert "is dropped, for want of memory; before " in said
    assert said.endswith("there is a point for each 10 s, for want of memory")
    assert "dropped" not in history.thinned(kept, TimeWindow(50.0, 100.0), 0.0)


def test_a_small_chart_has_a_gap_where_nothing_was_recorded_or_nothing_is_known(qapp: QApplication) -> None:
    times = np.concatenate((np.arange(0.0, 20.0), np.arange(40.0, 60.0)))
    values = np.full(len(times), 0.5)
    values[30] = math.nan
    chart = AreaChart()
    chart.set_series(times, values, TimeWindow(0.0, 60.0), 1.0, ())
    pieces = chart.runs(QRectF(0, 0, 60, 100))
    chart.deleteLater()
    assert [(piece[0].x(), piece[-1].x()) for piece in pieces] == [(0, 19), (40, 49), (51, 59)]
    assert {point.y() for piece in pieces for point in piece} == {50}
