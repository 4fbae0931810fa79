"""The server's log: levels, filter, following, a new log for a new server, the cause of an end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app.serving.ladder import ServerStatus
from studio.app.session import Session
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, LogLine, State
from studio.ui.server.log import LogPanel
from studio.ui.server.log_model import CAPACITY, CAUSE, LINE, LogModel
from tests.fixtures.waiting import wait_until

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
    session.server.log_appended.emit(LINES)
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


def test_copy_takes_what_is_shown(panel: LogPanel, session: Session) -> None:
    """All of it where nothing is selected."""
    session.server.log_appended.emit(LINES)
    panel.copy()
    assert QApplication.clipboard().text().count("\n") == 2
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    panel.copy()
    assert QApplication.clipboard().text().endswith("W  model_repository  slow disk")


def test_follows_until_a_person_scrolls(panel: LogPanel, session: Session, qtbot: QtBot) -> None:
    """New lines scroll only while it follows."""
    many = [LogLine("I", f"line {i}", "x", 1.0) for i in range(400)]
    session.server.log_appended.emit(many)
    bar = panel.list.verticalScrollBar()
    wait_until(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setSliderPosition(0)
    bar.actionTriggered.emit(0)
    assert not panel.follow.isChecked()
    session.server.log_appended.emit(many[:5])
    assert bar.value() == 0
    panel.follow.setChecked(True)
    assert bar.value() == bar.maximum()


def test_cause_stands_below_and_a_new_server_begins_anew(panel: LogPanel, session: Session) -> None:
    """Whatever levels are shown."""
    spec = LaunchSpec(EngineKind.EMBEDDED)
    session.server.status_changed.emit(ServerStatus(State.STARTING, spec=spec))
    session.server.log_appended.emit(LINES[:3])
    end = ServerStatus(State.FAILED, exit=Exit(1, "Port 8000 is taken."), spec=spec)
    session.server.status_changed.emit(end)
    session.server.status_changed.emit(replace(end, description="the same"))
    assert _shown(panel)[-1] == "Port 8000 is taken."
    assert panel.model.index(3, 0).data(LINE).level == CAUSE
    assert panel.model.rowCount() == 4
    session.server.status_changed.emit(ServerStatus(State.STARTING, spec=spec))
    assert panel.model.rowCount() == 0
    assert panel.empty.title.text() == "No log yet"


def test_model_is_bounded_and_holds_to_qts_rules() -> None:
    """The oldest lines go, and are no longer counted."""
    owner = QObject()
    model = LogModel(owner)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.append([LogLine("W", "old")] * 10)
    model.append([LogLine("I", "new")] * CAPACITY)
    assert model.rowCount() == CAPACITY
    assert model.counts() == {"E": 0, "W": 0, "I": CAPACITY, "V": 0}
    model.clear()
    assert model.counts()["I"] == model.rowCount() == 0
    del tester
