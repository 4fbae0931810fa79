"""Loads into a server that runs wait for consent to their code; so does what a server loads by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.consent.launches import Answer, Consent
from studio.app.serving.consent.loads import LoadConsent
from studio.app.serving.consent.polled import PolledCode
from studio.app.session import Session
from studio.core.consent.question import Question
from studio.core.inference.model_index import is_ready
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from tests.engines.models import python_model
from tests.fixtures.consent import run_its_code
from tests.fixtures.waiting import wait_until

Asked = list[tuple[Question, Answer]]


@pytest.fixture
def spec(tmp_path: Path) -> LaunchSpec:
    """Two models whose code was agreed to."""
    for name in ("one", "two"):
        python_model(tmp_path / "models", name)
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models", ports=Ports(0, 0, 0))
    run_its_code(spec)
    return spec


@pytest.fixture
def owner(session: Session) -> QObject:
    """What lives as long as the test."""
    return session


@pytest.fixture
def asked() -> Asked:
    """What was asked, with what takes the answer."""
    return []


@pytest.fixture
def consent(owner: QObject, asked: Asked) -> Consent:
    found = Consent(owner)
    found.ask = lambda question, answer: asked.append((question, answer))
    return found


def _change(spec: LaunchSpec, model: str) -> None:
    assert spec.repository is not None
    path = spec.repository / model / "1" / "model.py"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")


def _paths(question: Question) -> list[str]:
    return [file.path for file in question.unknown]


def test_several_loads_are_one_question_of_what_changed(
    owner: QObject, spec: LaunchSpec, consent: Consent, asked: Asked
) -> None:
    loads, done = LoadConsent(consent, owner), list[str]()
    for name in ("one", "two"):
        loads.before(spec, name, None, partial(done.append, name), lambda: done.append("no"))
    wait_until(lambda: done == ["one", "two"])
    assert asked == [], "all of it had been agreed to"
    _change(spec, "two")
    loads.before(spec, "one", None, lambda: done.append("one again"), lambda: None)
    wait_until(lambda: done[-1] == "one again")
    assert asked == [], "the code of another model is not loaded with it"
    for name in ("one", "two"):
        loads.before(spec, name, None, lambda: done.append("yes"), lambda: done.append("no"))
    wait_until(lambda: asked)
    assert (asked[0][0].loads, _paths(asked[0][0])) == (("one", "two"), ["two/1/model.py"])
    loads.before(spec, "two", None, lambda: done.append("later"), lambda: done.append("no"))
    asked[0][1](False)
    assert done[-2:] == ["no", "no"]
    wait_until(lambda: len(asked) == 2)
    asked[1][1](True)
    wait_until(lambda: done[-1] == "later")
    wait_until(lambda: tasks.busy() == 0)
    loads.before(spec, "two", None, lambda: done.append("known"), lambda: None)
    wait_until(lambda: done[-1] == "known")
    assert len(asked) == 2


def test_code_that_changes_while_the_question_stands_is_asked_about_before_it_is_loaded(
    owner: QObject, spec: LaunchSpec, consent: Consent, asked: Asked
) -> None:
    loads, done = LoadConsent(consent, owner), list[str]()
    _change(spec, "one")
    loads.before(spec, "one", None, lambda: done.append("yes"), lambda: done.append("no"))
    wait_until(lambda: asked)
    _change(spec, "one")
    asked[0][1](True)
    wait_until(lambda: len(asked) == 2)
    assert (_paths(asked[1][0]), done) == (["one/1/model.py"], [])
    loads.forget()
    asked[1][1](True)
    wait_until(lambda: tasks.busy() == 0)
    assert (len(asked), done) == (2, []), "its server is gone"


def test_a_text_that_is_tried_is_asked_about_where_it_names_code(
    owner: QObject, spec: LaunchSpec, consent: Consent, asked: Asked, tmp_path: Path
) -> None:
    (tmp_path / "environment").mkdir()
    text = f'parameters {{ key: "EXECUTION_ENV_PATH" value {{ string_value: "{tmp_path / "environment"}" }} }}'
    LoadConsent(consent, owner).before(spec, "one", text, lambda: None, lambda: None)
    wait_until(lambda: asked)
    assert _paths(asked[0][0]) == [str(tmp_path / "environment")]


def test_each_text_of_a_model_is_asked_about_before_it_is_loaded(
    owner: QObject, spec: LaunchSpec, consent: Consent, asked: Asked, tmp_path: Path
) -> None:
    (tmp_path / "environment").mkdir()
    text = f'parameters {{ key: "EXECUTION_ENV_PATH" value {{ string_value: "{tmp_path / "environment"}" }} }}'
    loads, done = LoadConsent(consent, owner), list[str]()
    loads.before(spec, "one", text, lambda: done.append("text"), lambda: done.append("not the text"))
    loads.before(spec, "one", None, lambda: done.append("file"), lambda: done.append("not the file"))
    wait_until(lambda: asked)
    assert _paths(asked[0][0]) == [str(tmp_path / "environment")]
    asked[0][1](False)
    wait_until(lambda: done == ["not the text", "file"])
    assert len(asked) == 1, "all that the file runs was agreed to"


def test_an_answer_for_a_server_that_is_gone_does_nothing(
    owner: QObject, spec: LaunchSpec, consent: Consent, asked: Asked
) -> None:
    loads, done = LoadConsent(consent, owner), list[str]()
    _change(spec, "one")
    loads.before(spec, "one", None, lambda: done.append("yes"), lambda: done.append("no"))
    wait_until(lambda: asked)
    loads.forget()
    asked[0][1](True)
    assert done == []


def test_with_nobody_to_ask_nothing_is_loaded(owner: QObject, spec: LaunchSpec, posted: list[Notice]) -> None:
    loads, done = LoadConsent(Consent(owner), owner), list[str]()
    _change(spec, "one")
    loads.before(spec, "one", None, lambda: done.append("yes"), lambda: done.append("no"))
    wait_until(lambda: done == ["no"])
    assert "one/1/model.py (changed)" in posted[0].detail
    loads.before(LaunchSpec(EngineKind.ATTACHED), "one", None, lambda: done.append("elsewhere"), lambda: None)
    assert done == ["no", "elsewhere"]


def test_code_that_changes_under_a_server_that_looks_itself_is_asked_about(
    owner: QObject, tmp_path: Path, spec: LaunchSpec, consent: Consent, asked: Asked, posted: list[Notice]
) -> None:
    stopped: list[bool] = []
    polled = PolledCode(consent, lambda: stopped.append(True), owner, every_ms=20)
    polls = LaunchSpec(EngineKind.EMBEDDED, spec.repository, control=ControlMode.POLL)
    polled.follow(polls)
    _change(spec, "one")
    wait_until(lambda: asked)
    assert (asked[0][0].is_running, _paths(asked[0][0])) == (True, ["one/1/model.py"])
    asked[0][1](True)
    wait_until(lambda: tasks.busy() == 0)
    _change(spec, "two")
    wait_until(lambda: len(asked) == 2)
    assert _paths(asked[1][0]) == ["two/1/model.py"]
    asked[1][1](False)
    assert stopped == [True]
    assert "two/1/model.py" in posted[-1].detail
    polled.follow(None)


@pytest.mark.engine
def test_a_changed_model_is_loaded_only_after_yes(session: Session, spec: LaunchSpec, asked: Asked) -> None:
    server = session.server
    server.launch(spec)
    wait_until(lambda: all(is_ready(server.models.get(name, ())) for name in ("one", "two")), 90)
    server.consent.ask = lambda question, answer: asked.append((question, answer))
    _change(spec, "one")
    server.load("one")
    server.load("two")
    assert server.pending == {"one", "two"}
    wait_until(lambda: asked)
    asked[0][1](False)
    assert server.pending == frozenset()
    assert all(is_ready(server.models.get(name, ())) for name in ("one", "two"))
    server.load("one")
    wait_until(lambda: len(asked) == 2)
    asked[1][1](True)
    assert server.pending == {"one"}
    wait_until(lambda: not server.pending and is_ready(server.models.get("one", ())), 30)
    _change(spec, "two")
    server.load("two")
    wait_until(lambda: len(asked) == 3)
    server.stop()
    wait_until(lambda: server.status.state is State.STOPPED, 30)
    asked[2][1](True)
    assert server.pending == frozenset()
