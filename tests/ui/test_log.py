"""The server's log: levels, models, filter, following, saving, a new log for a new server, the cause of an end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.serving.ladder import ServerStatus
from studio.app.session import Session
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, LogLine, State
from studio.core.serving.logs.log_buffer import LINES as LINES_KEPT
from studio.core.serving.logs.log_buffer import LogBuffer
from studio.core.serving.logs.reasons import Reason
from studio.engines.log import LineReader
from studio.ui.server.log_panel.model import CAUSE, LINE, LogModel
from studio.ui.server.log_panel.panel import LogPanel
from tests.fixtures.examples import examples
from tests.fixtures.waiting import wait_for_turns, wait_until

LINES = [
    LogLine("I", "Started GRPCInferenceService", "grpc_server", 1.0),
    LogLine("W", "slow disk", "model_repository", 2.0),
    LogLine("E", "failed to load 'ocr'", "model_lifecycle", 3.0),
    LogLine("V", "HTTP request: 2 /v2", "http_server", 4.0),
    LogLine("", "print of a Python model"),
]


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> LogPanel:
    """The panel of a session without a server."""
    made = LogPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.show()
    return made


def _shown(panel: LogPanel) -> list[str]:
    return [panel.model.index(row, 0).data() for row in range(panel.model.rowCount())]


def test_levels_and_words_filter(panel: LogPanel, session: Session) -> None:
    """Lines of no level count as verbose; a pattern stands between slashes."""
    session.server.current.log_appended.emit(LINES)
    assert _shown(panel) == [line.text for line in LINES[:3]]
    assert panel.counted.text() == "1 error, 1 warning"
    panel.levels.set_values(("V",))
    panel.levels.changed.emit("V")
    assert _shown(panel) == [line.text for line in LINES[3:]]
    panel.levels.set_values(("E", "W", "I", "V"))
    panel.filter.setText("/fail|slow/")
    assert _shown(panel) == ["slow disk", "failed to load 'ocr'"]
    panel.filter.setText("/(/")
    assert panel.empty.isVisible()
    assert panel.empty.title.text() == "Nothing matches"


def test_an_expression_that_takes_too_long_ends_and_is_told(
    panel: LogPanel, session: Session, posted: list[Notice]
) -> None:
    session.server.current.log_appended.emit([LogLine("I", "a" * 40 + "!", "x", 1.0), *LINES])
    panel.filter.setText("/(a+)+$/")
    assert [each.text for each in posted] == ["This expression takes too long"]
    assert _shown(panel) == []
    panel.filter.setText("/a{99999999999}/")
    assert _shown(panel) == []
    panel.filter.setText("")
    assert _shown(panel)[1:] == [line.text for line in LINES[:3]]


def test_copy_takes_what_is_shown(panel: LogPanel, session: Session) -> None:
    """All of it where nothing is selected."""
    session.server.current.log_appended.emit(LINES)
    panel.copy()
    assert QApplication.clipboard().text().count("\n") == 2
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    panel.copy()
    assert QApplication.clipboard().text().endswith("W  model_repository  slow disk")


def test_follows_until_a_person_scrolls(panel: LogPanel, session: Session, qtbot: QtBot) -> None:
    """New lines scroll only while it follows."""
    many = [LogLine("I", f"line {i}", "x", 1.0) for i in range(400)]
    session.server.current.log_appended.emit(many)
    bar = panel.list.verticalScrollBar()
    wait_until(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setSliderPosition(0)
    bar.actionTriggered.emit(0)
    assert not panel.follow.isChecked()
    session.server.current.log_appended.emit(many[:5])
    assert bar.value() == 0
    panel.follow.setChecked(True)
    assert bar.value() == bar.maximum()


def test_cause_stands_below_and_a_new_server_begins_anew(panel: LogPanel, session: Session) -> None:
    """Whatever levels are shown."""
    spec = LaunchSpec(EngineKind.EMBEDDED)
    session.server.current.status_changed.emit(ServerStatus(State.STARTING, spec=spec))
    session.server.current.log_appended.emit(LINES[:3])
    end = ServerStatus(State.FAILED, exit=Exit(1, "Port 8000 is taken."), spec=spec)
    session.server.current.status_changed.emit(end)
    session.server.current.status_changed.emit(replace(end, description="the same"))
    assert _shown(panel)[-1] == "Port 8000 is taken."
    assert panel.model.index(3, 0).data(LINE).level == CAUSE
    assert panel.model.rowCount() == 4
    session.server.current.status_changed.emit(ServerStatus(State.STARTING, spec=spec))
    assert panel.model.rowCount() == 0
    assert panel.empty.title.text() == "No log yet"


def test_model_is_bounded_and_holds_to_qts_rules() -> None:
    """The oldest lines go, and are no longer counted."""
    owner = QObject()
    model = LogModel(owner, LogBuffer(lines=500))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.append([LogLine("W", "old")] * 10)
    new = [LogLine("I", f"new {number}") for number in range(500)]
    model.append(new)
    assert model.rowCount() == 500
    assert model.counts() == {"E": 0, "W": 0, "I": 500, "V": 0}
    model.clear()
    assert model.counts()["I"] == model.rowCount() == 0
    del tester


def test_a_filter_looks_at_the_latest_lines_first_and_then_at_all(panel: LogPanel, session: Session) -> None:
    session.server.current.log_appended.emit([LogLine("I", f"line {number}") for number in range(60_000)])
    panel.filter.setText("9")
    assert _shown(panel)[-1] == "line 59999"
    assert panel.model.rowCount() < len(panel.model.shown())
    session.server.current.log_appended.emit([LogLine("I", "9 more")])
    wait_for_turns(panel)
    whole = [f"line {number}" for number in range(60_000) if "9" in str(number)]
    assert _shown(panel) == [*whole, "9 more"]


@pytest.mark.long
def test_what_is_filtered_still_forgets_the_oldest(panel: LogPanel, session: Session) -> None:
    session.server.current.log_appended.emit([LogLine("I", f"line {number}") for number in range(LINES_KEPT)])
    panel.filter.setText("line")
    assert panel.model.rowCount() < len(panel.model.shown())
    session.server.current.log_appended.emit([LogLine("I", f"new line {number}") for number in range(50)])
    assert [line.text for line in panel.model.shown()[:1]] == ["line 50"]
    wait_for_turns(panel)
    assert panel.model.rowCount() == LINES_KEPT
    assert panel.model.index(0, 0).data() == "line 50"


def test_lines_of_one_model(panel: LogPanel, session: Session) -> None:
    session.server.current.log_appended.emit(
        [replace(line, model=name) for name in ("ocr", "beta") for line in LINES[:2]]
    )
    session.server.current.log_appended.emit(LINES[:3])
    assert [panel.of_model.itemText(index) for index in range(panel.of_model.count())] == ["All models", "beta", "ocr"]
    panel.of_model.setCurrentIndex(2)
    assert len(_shown(panel)) == 2
    session.server.current.log_appended.emit([LogLine("I", "more", "", 1.0, "alpha")])
    assert panel.of_model.currentText() == "ocr"
    assert len(_shown(panel)) == 2
    panel.of_model.setCurrentIndex(0)
    assert len(_shown(panel)) == 8


def test_what_is_shown_is_saved(panel: LogPanel, session: Session, tmp_path: Path, posted: list[Notice]) -> None:
    session.server.current.log_appended.emit(LINES)
    panel.save(tmp_path / "log.txt")
    wait_until(lambda: posted)
    assert (tmp_path / "log.txt").read_text().splitlines()[1].endswith("W  model_repository  slow disk")
    assert "3 lines" in posted[0].text
    panel.save(tmp_path / "none" / "log.txt")
    wait_until(lambda: len(posted) == 2)
    assert posted[1].level == "error"
    assert str(tmp_path / "none") in posted[1].text + posted[1].detail


def test_a_line_leads_to_what_it_speaks_of(panel: LogPanel, session: Session) -> None:
    """By a click on its model, and by Enter."""
    asked: list[tuple[str, Reason]] = []
    panel.place_asked.connect(lambda model, reason: asked.append((model, reason)))
    line = LogLine("E", "ValueError: no, at /m/ocr/1/model.py(7): initialize", "a.cc", 1.0, "ocr")
    session.server.current.log_appended.emit([line, LINES[0]])
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(310, 8))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 8))
    assert [(model, reason.file, reason.line) for model, reason in asked] == [("ocr", "1/model.py", 7)]
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert len(asked) == 2
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert len(asked) == 2, "a line without a model leads nowhere"


def test_a_cause_leads_to_where_the_line_above_it_says(panel: LogPanel, session: Session) -> None:
    asked: list[tuple[str, Reason]] = []
    panel.place_asked.connect(lambda model, reason: asked.append((model, reason)))
    text = "Failed to increase the shared memory pool size, at /m/ocr/1/model.py(9): execute"
    session.server.current.log_appended.emit([LogLine("E", text, "a.cc", 1.0, "ocr")])
    assert panel.model.index(1, 0).data(LINE).level == CAUSE
    place = panel.list.visualRect(panel.model.index(1, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, place.y()))
    assert [(model, reason.file, reason.line) for model, reason in asked] == [("ocr", "1/model.py", 9)]


def test_what_is_harmless_is_said_to_be_and_not_counted(panel: LogPanel, session: Session) -> None:
    line = LogLine("E", "CudaDriverHelper has not been initialized.", "server.cc", 1.0)
    session.server.current.log_appended.emit([line])
    assert panel.counted.text() == ""
    assert "harmless" in panel.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    with_gpu = LaunchSpec(EngineKind.EMBEDDED, gpus=Gpus(all=True))
    session.server.current.status_changed.emit(ServerStatus(State.STARTING, spec=with_gpu))
    session.server.current.log_appended.emit([line])
    assert panel.counted.text() == "1 error"


def test_what_is_harmless_has_no_cause(panel: LogPanel, session: Session) -> None:
    text = "unable to create stream for m: CUDA driver version is insufficient for CUDA runtime version"
    line = LogLine("E", text, "ensemble_scheduler.cc", 1.0, "m")
    session.server.current.log_appended.emit([line])
    panel.model.set_filter("EWIV", "")
    assert _shown(panel) == [text]
    with_gpu = LaunchSpec(EngineKind.EMBEDDED, gpus=Gpus(all=True))
    session.server.current.status_changed.emit(ServerStatus(State.STARTING, spec=with_gpu))
    session.server.current.log_appended.emit([line])
    assert [line.level for line in panel.model.shown()][-2:] == ["E", CAUSE]


def test_what_is_known_is_explained_below(panel: LogPanel, session: Session) -> None:
    text = "failed to load 'm' version 1: unable to find backend library for backend 'tensorrt', try"
    session.server.current.log_appended.emit([LogLine("E", text, "a.cc", 1.0, "m")])
    assert _shown(panel) == [text, "This server has no backend 'tensorrt'."]
    assert panel.model.index(1, 0).data(LINE).level == CAUSE


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    raw=st.lists(st.one_of(st.binary(max_size=30), st.text(max_size=30).map(str.encode)), max_size=6), more=st.text()
)
def test_no_line_hurts_the_panel(panel: LogPanel, session: Session, raw: list[bytes], more: str) -> None:
    reader = LineReader()
    lines = [*reader.feed(b"\n".join(raw)), *reader.close()]
    panel.levels.set_values(("E", "W", "I", "V"))
    panel.filter.setText("")
    session.server.current.server_logged([*lines, LogLine("E", more + "<img src='/etc/passwd'>" * 99, more, 1e9, more)])
    panel.grab()
    last = panel.model.index(panel.model.rowCount() - 1, 0)
    assert "<img" not in last.data(Qt.ItemDataRole.ToolTipRole)
    panel.copy()
    panel.clear()
