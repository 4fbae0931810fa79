"""The waterfall by itself: its axis, its rows, and what pointer and keys do to them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.tracing.values import Piece, RequestTrace, Span
from studio.ui.look import theme
from studio.ui.widgets.waterfall.axis import TimeAxis
from studio.ui.widgets.waterfall.crowd import LANES, Crowd
from studio.ui.widgets.waterfall.lines import Folds, lines
from studio.ui.widgets.waterfall.panel import Waterfall
from studio.ui.widgets.waterfall.pixels import visible
from studio.ui.widgets.waterfall.ruler import LABELS
from studio.ui.widgets.waterfall.values import Bar, Place
from tests.fixtures.traces import large_trace, pipeline, small_trace, step


@pytest.fixture
def waterfall(qtbot: QtBot) -> Waterfall:
    """One request, 890 wide."""
    theme.apply(QApplication.instance(), "dark")  # type: ignore[arg-type]
    made = Waterfall()
    qtbot.addWidget(made)
    made.resize(890, 600)
    made.show_request(pipeline("r-1", 0))
    made.show()
    return made


def titles(waterfall: Waterfall) -> list[str]:
    return [line.title for line in waterfall.view.lines]


def scrolled(widget: QWidget, at: QPointF, by: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """Turns the wheel over a widget."""
    where = widget.mapToGlobal(at)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(widget, QWheelEvent(at, where, QPoint(), by, buttons, modifiers, phase, False))


# The axis


@pytest.mark.parametrize("length", [150, 999, 4_321, 77_000, 1_234_567, 98_765_432, 3.3e9, 8.1e11])
def test_the_ruler_has_about_ten_labels_at_any_zoom(length: float) -> None:
    axis = TimeAxis()
    axis.set_whole(0, 1e12)
    axis.set_home(0, 1e12)
    axis.show(5e10, 5e10 + length)
    ticks = axis.ticks()
    assert 6 <= len(ticks) <= 15
    assert all(axis.start <= tick.at <= axis.end for tick in ticks)
    assert len({tick.words for tick in ticks}) == len(ticks)
    assert ticks[0].words.endswith((" ms", " s"))


def test_a_zoom_keeps_the_time_under_the_pointer() -> None:
    axis = TimeAxis()
    axis.set_home(0, 1000_000)
    axis.zoom(4, 250_000)
    assert axis.x(250_000, 1000) == pytest.approx(250_000 / 1_030_000 * 1000)
    axis.zoom(1e-9)
    assert axis.start == 0
    assert axis.end == pytest.approx(1_030_000)


def test_it_stays_within_what_there_is() -> None:
    axis = TimeAxis()
    axis.set_whole(0, 1e9)
    axis.set_home(4e8, 4.1e8)
    axis.move(-1e6)
    assert axis.start == 0
    axis.move(1e6)
    assert axis.end == pytest.approx(1e9, rel=1e-3)
    axis.zoom(1e12)
    assert axis.length == pytest.approx(100)


@pytest.mark.parametrize("at", [0, 2 * 10**18, 9 * 10**18])
def test_a_request_of_a_moment_is_shown_however_late_it_is(waterfall: Waterfall, at: int) -> None:
    """Numbers with a point that late are a thousand nanoseconds apart."""
    root = Span(1, 0, "m", "1", "r", 0, 0)
    crowd = Crowd(np.array([0, at]), np.array([5, at]), np.zeros(2, np.bool_))
    none = np.zeros(0, np.int64)
    for own in (crowd, Crowd(none, none, np.zeros(0, np.bool_))):
        waterfall.show_crowd(own, 1, str)
        waterfall.show_request(None)
        waterfall.show_request(RequestTrace(root, at, 0), at)
        axis = waterfall.axis
        axis.zoom(1e9)
        assert axis.start < axis.end
        assert axis.start <= at <= axis.end
        assert len({tick.words for tick in axis.ticks()}) == len(axis.ticks()) >= 2
        assert not waterfall.grab().isNull()


# The rows


def test_an_ensemble_begins_with_its_steps_and_the_slowest_of_them_opened(waterfall: Waterfall) -> None:
    stages = ["queue", "input", "compute", "output"]
    assert titles(waterfall) == ["gRPC", "image_pipeline", "preprocess", *stages, "classifier", "postprocess"]
    outline = waterfall.view.lines[1]
    assert outline.is_outline
    assert [bar.stage for bar in outline.bars] == ["gap", "step"] * 3


def test_nested_ensembles_and_calls_are_rows_below_what_asked_for_them() -> None:
    call = step(4, 3, "embed", 200_000)
    asker = Span(3, 2, "agent", "1", "", 100_000, call.end, (Piece("compute", 100_000, call.end),), (call,))
    inner = Span(2, 1, "inner", "1", "", 100_000, call.end, (), (asker,))
    root = Span(1, 0, "outer", "1", "r", 0, call.end, (), (inner,))
    found = lines(RequestTrace(root, 0, call.end), Folds())
    named = [(line.title, line.depth) for line in found if not line.place.stage]
    assert named == [("outer", 0), ("inner", 1), ("agent", 2), ("embed", 3)]
    assert [line.icon for line in found if line.title == "embed"] == ["arrow-bend-down-right"]


def test_what_failed_says_so_in_its_last_stage() -> None:
    found = lines(pipeline("r", 0, error="no PNG or JPEG"), Folds())
    failed = [line for line in found if line.failed]
    assert [line.title for line in failed] == ["image_pipeline", "preprocess"]
    assert (failed[1].bars[-1].stage, failed[1].bars[-1].words) == ("failed", "no PNG or JPEG")


def test_a_bar_is_at_least_two_pixels_and_ten_thousand_are_no_more_than_the_pixels() -> None:
    axis = TimeAxis()
    axis.set_home(0, 10_000_000)
    bars = [Bar(at * 1000, at * 1000 + 500, "compute") for at in range(10_000)]
    drawn = list(visible(axis, bars, 0, 400))
    assert all(rect.width() > 1.999 for _, rect in drawn)
    assert 100 < len(drawn) <= 400


def test_lanes_stay_as_they_are_and_hold_one_request_at_a_time() -> None:
    trace = large_trace(3_000)
    crowd = Crowd(trace.begin, trace.end, trace.failed)
    backwards = [crowd.lane(number) for number in range(2_999, -1, -1)][::-1]
    other = Crowd(trace.begin, trace.end, trace.failed)
    forwards = [other.lane(number) for number in range(3_000)]
    assert backwards == forwards
    for lane in range(LANES):
        own = [number for number in range(1024) if forwards[number] == lane]
        assert all(trace.end[one] <= trace.begin[other] for one, other in itertools.pairwise(own))


def test_the_request_above_has_a_lane_whatever_else_is_under_way(waterfall: Waterfall) -> None:
    count = 3 * LANES
    starts = np.arange(count, dtype=np.int64)
    crowd = Crowd(starts, starts + 10**7, np.zeros(count, np.bool_))
    own = next(number for number in range(count) if crowd.lane(number) < 0)
    waterfall.show_crowd(crowd, own, str)
    waterfall.axis.show_all()
    view = waterfall.view
    waterfall.grab()
    assert view.lanes.left_out == count - LANES
    x, y = LABELS + (view.viewport().width() - LABELS) / 2, len(view.lines) * 28 + 32 + 28 + 14
    waterfall.resize(890, 900)
    assert view.tip_at(QPointF(x, y)).startswith(f"{own}\n")


def test_how_many_are_under_way_is_counted() -> None:
    crowd = Crowd(np.array([0, 5, 8]), np.array([10, 6, 20]), np.zeros(3, np.bool_))
    assert crowd.under_way(np.array([0.0, 5.0, 7.0, 9.0, 15.0, 20.0])).tolist() == [1, 2, 1, 2, 1, 0]
    assert crowd.within(6.5, 7).tolist() == [0]


# By hand


def test_a_click_on_a_bar_chooses_its_row_and_a_click_on_the_caret_opens_it(waterfall: Waterfall) -> None:
    view = waterfall.view
    classifier = waterfall.request.root.steps[1] if waterfall.request else None
    assert classifier is not None
    place = Place(classifier.id)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.bar_rect(place).center().toPoint())
    assert waterfall.chosen_span == classifier
    assert view.accessibleDescription().startswith("classifier v2, 5.4")
    caret = QPoint(34, round(view.bar_rect(place).center().y()))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=caret)
    assert titles(waterfall).count("queue") == 2
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=caret)
    assert titles(waterfall).count("queue") == 1


def test_arrow_keys_go_from_span_to_span_open_and_fold(waterfall: Waterfall) -> None:
    view = waterfall.view
    view.choose(Place(1))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
    assert waterfall.chosen is not None
    assert waterfall.chosen.title == "queue"
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert waterfall.chosen.title == "preprocess"
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert "queue" not in titles(waterfall)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert waterfall.chosen.title == "postprocess"


def test_the_wheel_moves_and_zooms_with_the_control_key(waterfall: Waterfall) -> None:
    axis, viewport = waterfall.axis, waterfall.view.viewport()
    at = QPointF(LABELS + (viewport.width() - LABELS) / 4, 40)
    before, fixed = axis.length, axis.time(at.x() - LABELS, viewport.width() - LABELS)
    scrolled(viewport, at, QPoint(0, 120), Qt.KeyboardModifier.ControlModifier)
    assert axis.length == pytest.approx(before / 1.2)
    assert axis.time(at.x() - LABELS, viewport.width() - LABELS) == pytest.approx(fixed)
    start = axis.start
    scrolled(viewport, at, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert axis.start > start


def test_a_drag_moves_and_chooses_nothing(waterfall: Waterfall) -> None:
    axis, viewport = waterfall.axis, waterfall.view.viewport()
    axis.zoom(4)
    start, length = axis.start, axis.length
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(600, 40))
    QTest.mouseMove(viewport, QPoint(550, 40))
    QTest.mouseMove(viewport, QPoint(500, 40))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(500, 40))
    assert axis.start == pytest.approx(start + 100 / (viewport.width() - LABELS) * length, rel=0.05)
    assert waterfall.chosen is None


def test_a_drag_on_the_ruler_measures(waterfall: Waterfall) -> None:
    ruler, axis = waterfall.ruler, waterfall.axis
    QTest.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(LABELS + 100, 10))
    QTest.mouseMove(ruler, QPoint(LABELS + 300, 10))
    QTest.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=QPoint(LABELS + 300, 10))
    assert axis.measured is not None
    assert axis.measured[1] - axis.measured[0] == pytest.approx(200 / (ruler.width() - LABELS) * axis.length, rel=0.02)
    QTest.keyClick(waterfall.view, Qt.Key.Key_Escape)
    assert axis.measured is None


def test_the_map_moves_and_stretches_what_is_in_sight(waterfall: Waterfall) -> None:
    trace = small_trace()
    waterfall.show_crowd(Crowd(trace.begin, trace.end, trace.failed), 3, lambda row: trace.ids[row])
    waterfall.show_request(trace.request(3), int(trace.begin[3]))
    overview, axis = waterfall.overview, waterfall.axis
    assert overview.isVisible()
    start, length, middle = axis.start, axis.length, overview.window_rect.center().toPoint()
    QTest.mousePress(overview, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(overview, middle + QPoint(120, 0))
    QTest.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=middle + QPoint(120, 0))
    assert axis.start > start
    assert axis.length == pytest.approx(length)
    edge = QPoint(round(overview.window_rect.right()), middle.y())
    QTest.mousePress(overview, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(overview, edge + QPoint(60, 0))
    QTest.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=edge + QPoint(60, 0))
    assert axis.length > 1.5 * length
    axis.fit()
    assert axis.start == start


def test_a_click_on_another_request_wants_it(waterfall: Waterfall, qtbot: QtBot) -> None:
    trace = small_trace()
    waterfall.show_crowd(Crowd(trace.begin, trace.end, trace.failed), 6, lambda row: trace.ids[row])
    waterfall.show_request(trace.request(6), int(trace.begin[6]))
    view = waterfall.view
    other = next(row for row in view.lanes.crowd.within(waterfall.axis.start, waterfall.axis.end).tolist() if row != 6)
    crowd, width = view.lanes.crowd, view.viewport().width() - LABELS
    start = max(float(crowd.starts[other]), waterfall.axis.start)
    x = LABELS + waterfall.axis.x((start + min(float(crowd.ends[other]), waterfall.axis.end)) / 2, width)
    y = len(view.lines) * 28 + 32 + 28 * (1 + crowd.lane(other)) + 14 - view.verticalScrollBar().value()
    if y > view.viewport().height():
        waterfall.resize(890, 900)
    assert view.tip_at(QPointF(x, y)).startswith(f"{trace.ids[other]}\n")
    with qtbot.waitSignal(waterfall.other_chosen) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert told.args == [other]


def test_a_model_is_found_by_a_part_of_its_name(waterfall: Waterfall) -> None:
    assert waterfall.find_model("PROCESS") == 2
    assert waterfall.chosen_span is not None
    assert waterfall.chosen_span.model == "preprocess"
    waterfall.find_model("process")
    assert waterfall.chosen_span.model == "postprocess"
    assert waterfall.find_model("nothing") == 0
