"""The models of the server's page: why one is not there, how long one loads, several at once, and who needs whom."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.serving.connection import Health
from studio.app.serving.ladder import ServerStatus
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.inference.requests import ModelState
from studio.core.serving.dependents import dependents
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, Ports, State
from studio.core.serving.logs.model_log import Load
from studio.ui.room.place import FilePlace, ModelPlace, Place
from studio.ui.server import names
from studio.ui.server.model_list.models import ModelList
from studio.ui.server.model_list.row import ModelRow
from studio.ui.server.page import ServePage
from studio.ui.widgets.dialogs import Question
from tests.fixtures.broken_models import WELL, WHY, write_broken_models
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until

_LIFECYCLE = "model_lifecycle.cc"


def _row(page: ServePage, name: str) -> ModelRow:
    found = page.models.findChild(QPushButton, names.Serve.LOAD.format(name))
    assert found is not None
    row = found.parent()
    while not isinstance(row, ModelRow):
        assert row is not None
        row = row.parent()
    return row


@pytest.mark.engine
def test_eight_broken_models_are_explained(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> None:
    """Each with its whole reason, its place, and the checker's fix where there is one."""
    models = write_broken_models(tmp_path / "models")
    session = open_session(models)
    page = ServePage(session)
    qtbot.addWidget(page)
    page.resize(1150, 900)
    page.show()
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, models, ports=Ports(0, 0, 0)))
    wait_until(lambda: session.server.status.state is State.READY, 90)
    wait_until(lambda: page.pill.text() == "Running, 3 of 11 models ready", 30)
    for name in WELL:
        assert _row(page, name).state.text() == "version 1 ready"
    for name, words in WHY.items():
        row = _row(page, name)
        assert words in row.reason.whole.text(), f"{name}: {row.reason.whole.text()}"
        assert "At:" not in row.state.text()
        assert not row.fold.isHidden()
        row.fold.click()
        assert row.reason.isVisible()
    assert "ValueError: no such labels (model.py:6)" in _row(page, "bad_init").state.text()
    assert _row(page, "bad_syntax").reason.open.text() == "Open config.pbtxt:5"
    asked: list[Place] = []
    page.models.place_asked.connect(asked.append)
    _row(page, "bad_init").reason.open.click()
    _row(page, "bad_syntax").reason.open.click()
    assert isinstance(asked[0], FilePlace)
    assert asked[0].line == 6
    assert isinstance(asked[1], ModelPlace)
    assert asked[1].at is not None
    mend = _row(page, "misnamed").reason.mend
    assert not mend.isHidden()
    mend.click()
    assert [model.name for model in session.unsaved()] == ["misnamed"]
    session.open_model("misnamed").save()
    wait_until(lambda: _row(page, "misnamed").load.isEnabled())
    _row(page, "misnamed").load.click()
    wait_until(lambda: page.pill.text() == "Running, 4 of 11 models ready", 60)
    page.grab()


def _line(text: str, at: float, level: str = "I") -> LogLine:
    return LogLine(level, text, _LIFECYCLE, at)


def test_a_slow_load_is_told_from_the_log(session: Session, qtbot: QtBot) -> None:
    """Before the server answers anything."""
    shown = ModelList(session)
    qtbot.addWidget(shown)
    now = time.time()
    session.server.current.server_logged([_line("loading: slow:1", now - 29), _line("loading: quick:1", now - 29)])
    session.server.current.server_logged([_line("successfully loaded 'quick'", now - 27)])
    assert {name: rows[0].state for name, rows in session.server.models.items()} == {"slow": "LOADING", "quick": ""}
    row = next(row for row in shown.findChildren(ModelRow) if row.is_loading)
    assert row.state.text().startswith("loading, ")
    assert not row.load.isEnabled()
    assert row.load.toolTip().startswith("It is being loaded, since ")
    session.server.current.server_logged([_line("failed to load 'slow' version 1: Internal: no", now, "E")])
    assert not row.is_loading
    assert row.state.text() == "no"
    assert row.load.toolTip() != ""


def test_how_long_a_load_took_is_told(session: Session, qtbot: QtBot) -> None:
    row = ModelRow(session, "m")
    qtbot.addWidget(row)
    ready = (ModelState("m", "1", "READY", ""),)
    row.show_states(ready, "", False, Load("m", "ready", 100.0, 102.5))
    assert row.took.text() == "2.5 s"
    row.show_states((), "", False, Load("m", "ready", 100.0, 102.5))
    assert row.state.text() == "loaded, the server still starts"


def test_several_are_loaded_and_unloaded_at_once(
    tmp_path: Path, open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others need is unloaded only once a person said so."""
    session = open_session(write_example(tmp_path / "example"))
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(session.server, "load", lambda name: sent.append(("load", name)))
    monkeypatch.setattr(session.server, "unload", lambda name: sent.append(("unload", name)))
    shown = ModelList(session)
    qtbot.addWidget(shown)
    shown.show()
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path)
    session.server.guard.begin(spec)
    session.server.current.status = ServerStatus(State.READY, spec=spec)
    session.server.current.server_checked(
        Health(
            True, tuple(ModelState(name, "1", "READY", "") for name in ("image_pipeline", "preprocess", "tokenizer"))
        )
    )
    assert shown.several.isHidden()
    for row in shown.findChildren(ModelRow):
        row.choose.setChecked(row.choose.accessibleName() in ("Choose preprocess", "Choose tokenizer"))
    assert shown.chosen() == ("preprocess", "tokenizer")
    assert not shown.several.isHidden()
    shown.load.click()
    assert sent == [("load", "preprocess"), ("load", "tokenizer")]
    sent.clear()
    shown.unload.click()
    assert sent == []
    asked = shown.findChild(Question)
    assert asked is not None
    assert "image_pipeline needs them" in "".join(label.text() for label in asked.findChildren(QLabel))
    asked.accept()
    assert sent == [("unload", "preprocess"), ("unload", "tokenizer")]


def test_who_needs_a_model_directly_or_through_others(open_session: OpenSession, tmp_path: Path) -> None:
    session = open_session(write_broken_models(tmp_path / "models"))
    drafts = session.drafts()
    assert dependents(drafts, ["nobody"]) == ("needs_missing",)
    assert dependents(drafts, ["good_a"]) == ()
    outer = drafts["needs_missing"].set("ensemble_scheduling", "step", 0, "model_name", "needs_missing")
    assert dependents({**drafts, "outer": outer}, ["nobody"]) == ("needs_missing", "outer")
    assert dependents({"loop": outer, "needs_missing": outer}, ["loop"]) == ()
