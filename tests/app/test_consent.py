"""A launch of a session waits for consent to its code. The engine that is not there tells that a launch went on."""

from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.consent.launches import Answer
from studio.app.session import Session
from studio.core.consent.question import Question
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.paths import state_dir
from tests.engines.models import python_model
from tests.fixtures.waiting import wait_until


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaunchSpec:
    """A repository with code; no engine is installed."""
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path / "none"))
    python_model(tmp_path / "models")
    return LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models")


@pytest.fixture
def asked(session: Session) -> list[tuple[Question, Answer]]:
    """What the session asked, with what takes the answer."""
    found: list[tuple[Question, Answer]] = []
    session.server.consent.ask = lambda question, answer: found.append((question, answer))
    return found


def _state(session: Session) -> State:
    return session.server.status.state


def _ended(session: Session) -> bool:
    return _state(session) is State.FAILED and tasks.busy() == 0


def test_without_anybody_to_ask_nothing_is_launched(session: Session, spec: LaunchSpec, posted: list[Notice]) -> None:
    session.server.consent.ask = None
    session.server.launch(spec)
    wait_until(lambda: posted)
    assert "identity/1/model.py" in posted[0].detail
    assert _state(session) is State.STOPPED


def test_no_leaves_everything_as_it_was_and_yes_is_kept(
    session: Session, spec: LaunchSpec, asked: list[tuple[Question, Answer]]
) -> None:
    session.server.launch(spec)
    assert _state(session) is State.STARTING
    wait_until(lambda: asked)
    asked[0][1](False)
    assert _state(session) is State.STOPPED
    session.server.restart()
    wait_until(lambda: len(asked) == 2)
    asked[1][1](True)
    wait_until(lambda: _ended(session))
    assert session.server.status.exit is not None
    assert "not installed" in session.server.status.exit.reason
    session.server.restart()
    wait_until(lambda: _ended(session))
    assert len(asked) == 2


def test_an_answer_that_comes_after_a_stop_launches_nothing(
    session: Session, spec: LaunchSpec, asked: list[tuple[Question, Answer]]
) -> None:
    session.server.launch(spec)
    wait_until(lambda: asked)
    session.server.stop()
    assert _state(session) is State.STOPPED
    asked[0][1](True)
    assert _state(session) is State.STOPPED
    session.server.launch(spec)
    session.server.stop()
    wait_until(lambda: tasks.busy() == 0)
    assert len(asked) == 1


def test_code_that_changes_while_the_question_stands_is_asked_about_before_it_runs(
    session: Session, spec: LaunchSpec, asked: list[tuple[Question, Answer]]
) -> None:
    assert spec.repository is not None
    code = spec.repository / "identity" / "1" / "model.py"
    session.server.launch(spec)
    wait_until(lambda: asked)
    code.write_text("import os  # what nobody read\n", "utf-8")
    asked[0][1](True)
    wait_until(lambda: len(asked) == 2 or _ended(session))
    assert _state(session) is State.STARTING, "code ran that nobody agreed to"
    assert [(file.path, asked[1][0].what_is(file)) for file in asked[1][0].unknown] == [
        ("identity/1/model.py", "changed")
    ]
    asked[0][1](True)
    asked[1][1](False)
    assert _state(session) is State.STOPPED


def test_what_cannot_be_kept_runs_once_and_is_told(
    session: Session, spec: LaunchSpec, asked: list[tuple[Question, Answer]], posted: list[Notice]
) -> None:
    blocked = state_dir() / "consent"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("", "utf-8")
    session.server.launch(spec)
    wait_until(lambda: asked)
    asked[0][1](True)
    wait_until(lambda: _ended(session))
    assert len(asked) == 1
    assert any("asked again at the next launch" in f"{notice.detail}" for notice in posted)
