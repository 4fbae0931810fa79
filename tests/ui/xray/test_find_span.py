"""The field that finds a span of the request that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.tracing.shares import shares
from studio.ui.xray.middle import Middle
from tests.fixtures.traces import small_trace


def test_a_stage_is_found_and_one_escape_closes_the_field(qtbot: QtBot) -> None:
    trace, middle = small_trace(), Middle()
    qtbot.addWidget(middle)
    middle.show()
    request = trace.request(0)
    middle.show_trace(trace)
    middle.show_request(0, request, shares(request))
    middle.open_search()
    QTest.keyClicks(middle.field, "queue")
    assert middle.found.text().endswith(" found")
    assert middle.waterfall.chosen_span is not None
    QTest.keyClicks(middle.field, "x")
    assert middle.found.text() == "nothing found"
    QTest.keyClick(middle.field, Qt.Key.Key_Escape)
    assert middle.search.isHidden()
