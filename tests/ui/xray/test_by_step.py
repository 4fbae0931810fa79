"""The tester's *By step*, where the server traced the request: the same waterfall, and the way to the X-ray."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.inference.requests import InferResult, StageTimes, StepTimes
from studio.ui.tester.timing import TimingPanel
from tests.fixtures.traces import pipeline

_STEPS = (StepTimes("preprocess", "1", 1, 2, 3, 4), StepTimes("classifier", "2", 1, 2, 3, 4))


def test_the_steps_of_an_answer_are_a_waterfall_until_the_next_answer(qtbot: QtBot) -> None:
    panel = TimingPanel()
    qtbot.addWidget(panel)
    panel.resize(1100, 400)
    panel.show()
    answer = InferResult("image_pipeline", "1", (), StageTimes(14_000_000), _STEPS)
    panel.show_result(answer)
    assert not panel.open_trace.isVisible()
    request = pipeline("r", 0)
    panel.show_trace(request)
    assert panel.waterfall is not None
    assert not panel.waterfall.isVisible()
    panel.breakdown.choose(1)
    assert panel.waterfall.isVisible()
    assert [line.title for line in panel.waterfall.view.lines][:3] == ["gRPC", "image_pipeline", "preprocess"]
    assert not panel.waterfall.overview.isVisible()
    with qtbot.waitSignal(panel.trace_wanted) as wanted:
        QTest.mouseClick(panel.open_trace, Qt.MouseButton.LeftButton)
    assert wanted.args == [request]
    panel.show_result(answer)
    assert not panel.waterfall.isVisible()
    assert not panel.open_trace.isVisible()
