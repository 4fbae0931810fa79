"""A stream as it is shown: rows, figures and text as they come, and how it ends."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.core.config.datatypes import of_array
from studio.core.failure import CoreError
from studio.core.inference import stream_log
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventPart, StreamPart
from studio.ui.tensors.view import TensorView
from studio.ui.tester.stream.names import Stream
from studio.ui.tester.stream.responses import CONTENT
from studio.ui.tester.stream.side import StreamSide
from studio.ui.widgets import Label
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until

REQUEST = InferRequest("writer", (), request_id="r-1", parameters=(("max_tokens", 100),))


@pytest.fixture
def side(qtbot: QtBot) -> StreamSide:
    made = StreamSide()
    qtbot.addWidget(made)
    made.resize(960, 560)
    made.show()
    return made


def _part(number: int, text: bytes) -> StreamPart:
    array = np.array([text], object)
    return StreamPart(number, (number + 5) * 20_000_000, (Tensor("text_output", of_array(array), array),))


def _come(side: StreamSide, count: int) -> None:
    for number in range(count):
        side.add(_part(number, f" word{number}".encode()))
    wait_until(lambda: side.table.rows.count == count)


def _figure(side: StreamSide, key: str) -> str:
    return part(side, QWidget, Stream.FIGURE.format(key)).accessibleName()


def test_responses_are_shown_as_they_come(side: StreamSide) -> None:
    side.begin(REQUEST, "stream", has_text=True)
    assert side.state.text() == "waiting"
    _come(side, 40)
    assert side.state.text() == "arriving"
    assert side.text.text.toPlainText().startswith(" word0 word1")
    assert _figure(side, "first") == "Time to first: 100.0 ms, TTFT"
    assert _figure(side, "between") == "Between: 20.0 ms, ITL, mean, p50 20.0"
    assert _figure(side, "rate") == "Rate: 50.0 /s, chunks, after the first"
    assert _figure(side, "far").endswith("40 of at most 100")
    assert side.table.currentIndex().row() == 39, "the newest is followed"
    side.end()
    assert side.state.text() == "complete"


def test_a_person_who_scrolls_up_follows_no_more(side: StreamSide) -> None:
    side.begin(REQUEST, "stream", has_text=True)
    _come(side, 60)
    side.table.setFocus()
    QTest.keyClick(side.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert not side.follow.isChecked()
    side.add(_part(60, b"more"))
    wait_until(lambda: side.table.rows.count == 61)
    assert side.table.currentIndex().row() == 0
    side.follow.click()
    assert side.table.currentIndex().row() == 60


def test_a_stop_says_where(side: StreamSide) -> None:
    side.begin(REQUEST, "stream", has_text=True)
    _come(side, 3)
    side.stop()
    assert side.state.text() == "stopped at 3"


def test_an_error_ends_the_rows_and_what_came_stays(side: StreamSide) -> None:
    side.begin(REQUEST, "generate_stream", has_text=True)
    side.add(EventPart(0, 5, {"text_output": "one"}))
    side.fail(CoreError("Asking", "out of words."))
    model = side.table.rows
    assert model.rowCount() == 2
    assert model.index(1, CONTENT).data() == "out of words."
    assert side.text.text.toPlainText() == "one"
    assert side.state.text() == "failed"
    side.text.view.choose(2)
    side.table.setCurrentIndex(model.index(0, 0))
    assert '"text_output": "one"' in side.text.json.toPlainText()


def test_responses_without_text_show_their_outputs(side: StreamSide) -> None:
    side.begin(REQUEST, "stream", has_text=False)
    array = np.arange(3, dtype=np.float32)
    side.add(StreamPart(0, 5, (Tensor("OUT", of_array(array), array),)))
    side.end()
    assert side.text.stack.currentWidget() is not side.text.text
    side.text.view.choose(2)
    view = next(iter(side.text.stack.findChildren(TensorView)))
    assert view.tensor.array.tolist() == [0, 1, 2]


def test_the_runs_before_stay_beside(side: StreamSide) -> None:
    for _ in range(2):
        side.begin(REQUEST, "stream", has_text=True)
        _come(side, 2)
        side.end()
    texts = [label.text() for label in side.runs.findChildren(Label)]
    assert texts.count("r-1") == 2
    side.text.copy.click()
    assert QApplication.clipboard().text() == " word0 word1"
    assert part(side, QPlainTextEdit, Stream.TEXT).isReadOnly()


def test_of_an_endless_stream_the_newest_responses_stay(side: StreamSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_log, "MOST_ROWS", 10)
    side.begin(REQUEST, "stream", has_text=True)
    _come(side, 8)
    for number in range(8, 33):
        side.add(_part(number, b" more"))
    wait_until(lambda: "33" in side.head.detail.text())
    assert side.table.rows.rowCount() == 10
    assert [side.table.rows.index(row, 0).data() for row in (0, 9)] == ["24", "33"]
    assert side.table.currentIndex().row() == 9
    side.stop()
    assert side.state.text() == "stopped at 33"
