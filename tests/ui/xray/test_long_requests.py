"""The waterfall of a request with tens of thousands of steps, and of one whose numbers lead back to itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.tracing.values import Piece, RequestTrace, Span
from studio.ui.look import theme
from studio.ui.widgets.waterfall.lines import PAGE
from studio.ui.widgets.waterfall.panel import Waterfall
from studio.ui.widgets.waterfall.values import EARLIER, LATER, Place
from tests.fixtures.traces import step

MANY = 8 * PAGE
FIRST = 2
"""The number of the first step; the others follow."""


def asker(slowest: int = 0, is_ensemble: bool = False) -> RequestTrace:
    """A model that asked others so many times, one after the other, one of them for the longest."""
    calls = [step(FIRST + place, 1, f"call{place}", place * 10_000_000) for place in range(MANY)]
    calls[slowest] = replace(calls[slowest], end=calls[slowest].end + 1_000_000)
    end = calls[-1].end
    pieces = () if is_ensemble else (Piece("compute", 0, end),)
    return RequestTrace(Span(1, 0, "agent", "1", "r", 0, end, pieces, tuple(calls)), 0, end)


@pytest.fixture
def waterfall(qtbot: QtBot) -> Waterfall:
    """Shows nothing yet."""
    theme.apply(QApplication.instance(), "dark")  # type: ignore[arg-type]
    made = Waterfall()
    qtbot.addWidget(made)
    made.resize(890, 600)
    made.show()
    return made


def calls(waterfall: Waterfall) -> list[str]:
    return [line.title for line in waterfall.view.lines if line.depth == 1 and not line.place.stage]


def test_a_page_of_many_steps_is_shown_and_the_others_are_turned_to(waterfall: Waterfall) -> None:
    waterfall.show_request(asker())
    waterfall.turn(1)
    assert calls(waterfall) == [f"call{place}" for place in range(PAGE)]
    assert waterfall.view.lines[-1].title == f"… {MANY - PAGE:,} more"
    told: list[str] = []
    waterfall.chosen_changed.connect(lambda: told.append(waterfall.chosen.title if waterfall.chosen else ""))
    waterfall.view.choose(Place(FIRST + PAGE - 1))
    QTest.keyClick(waterfall.view, Qt.Key.Key_Down)
    assert calls(waterfall)[0] == f"call{PAGE}"
    assert [line.title for line in waterfall.view.lines if line.place.stage in (EARLIER, LATER)] == [
        f"… {PAGE:,} before",
        f"… {MANY - 2 * PAGE:,} more",
    ]
    QTest.keyClick(waterfall.view, Qt.Key.Key_Up)
    assert told == [f"call{PAGE - 1}", f"call{PAGE}", f"call{PAGE - 1}"], "what turns the page is not told of itself"


def test_a_step_on_another_page_is_found(waterfall: Waterfall) -> None:
    waterfall.show_request(asker())
    assert waterfall.find_model(f"call{MANY - 3}") == 1
    assert waterfall.chosen is not None
    assert waterfall.chosen.title == f"call{MANY - 3}"
    assert len(waterfall.view.lines) < PAGE + 10
    assert waterfall.choose_model("call7")
    assert waterfall.chosen.title == "call7"


def test_an_ensemble_of_many_steps_has_bars_for_a_page_and_begins_with_the_slowest(waterfall: Waterfall) -> None:
    waterfall.show_request(asker(MANY - 2, is_ensemble=True))
    assert f"call{MANY - 2}" in calls(waterfall)
    outline = waterfall.view.lines[0]
    assert [bar.stage for bar in outline.bars] == [EARLIER, *["step"] * PAGE]
    waterfall.choose_first()
    assert waterfall.chosen_span is not None
    assert waterfall.chosen_span.model == f"call{MANY - 2}"
    assert not waterfall.grab().isNull()


def test_steps_of_many_steps_that_are_all_opened_are_cut(waterfall: Waterfall) -> None:
    inner = [
        Span(
            10**6 + place,
            1,
            "inner",
            "1",
            "",
            0,
            9,
            (),
            tuple(step(10**7 + place * 100 + at, 1, "x", 0) for at in range(12)),
        )
        for place in range(PAGE)
    ]
    waterfall.show_request(RequestTrace(Span(1, 0, "outer", "1", "r", 0, 9, (), tuple(inner)), 0, 9))
    assert len(waterfall.view.lines) < MANY + PAGE
    assert waterfall.view.lines[-1].title == "… fold some to see more"
    waterfall.view.choose(waterfall.view.lines[-1].place)
    assert waterfall.chosen_span is None


def test_a_request_that_is_read_anew_stays_as_it_was_opened(waterfall: Waterfall) -> None:
    waterfall.show_request(asker())
    waterfall.turn(1)
    waterfall.show_request(asker())
    assert len(calls(waterfall)) == PAGE
    waterfall.show_request(replace(asker(), error="refused"))
    assert calls(waterfall) == []


@pytest.mark.parametrize("number", [0, 5])
def test_numbers_that_lead_back_to_themselves_do_not_hold_it_up(waterfall: Waterfall, number: int) -> None:
    inner = step(number, number, "inner", 10)
    middle = Span(6, number, "middle", "1", "", 0, inner.end, (), (inner, step(6, 6, "again", 10)))
    waterfall.show_request(RequestTrace(Span(number, number, "m", "1", "r", 0, inner.end, (), (middle,)), 0, inner.end))
    for model in ("m", "middle", "inner", "again"):
        assert waterfall.choose_model(model)
    assert waterfall.find_model("middle") == 1
