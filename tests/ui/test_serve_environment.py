"""What models get of the person's environment, on the server's page: shown, added to, and true of a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.app.settings import settings
from studio.core.serving.launch import State
from studio.engines.install import EngineInfo
from studio.ui.server.page import ServePage
from tests.client.server import free_port
from tests.engines.conftest import engine as engine
from tests.engines.models import IDENTITY, python_model
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_repository


def open_page(session: Session, qtbot: QtBot) -> ServePage:
    """The page of a session, shown; of the embedded engine, whatever else this machine could serve with."""
    if not settings().get("engine"):
        settings().set("engine", "embedded")
    page = ServePage(session)
    qtbot.addWidget(page)
    page.resize(1150, 800)
    with qtbot.waitExposed(page):
        page.show()
    page.form.options.bring("environment")
    return page


@pytest.fixture
def page(tmp_path: Path, open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ServePage:
    """The page on a small repository; two variables are set, one of them that models get anyway."""
    monkeypatch.setenv("MY_FLAG", "a secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    return open_page(open_session(write_repository(tmp_path)), qtbot)


def told(page: ServePage) -> dict[str, str]:
    """The variables that are seen, each with its state or value."""
    labels = [label for label in page.form.environment.findChildren(QLabel) if label.isVisible()]
    said = (label.accessibleName().partition(": ") for label in labels)
    return {name: state for name, separator, state in said if separator}


def test_a_variable_is_added_kept_and_taken_away(page: ServePage, qtbot: QtBot) -> None:
    form, environment = page.form, page.form.environment
    assert told(page) == {}
    for name in ("MY_FLAG", "NOT_THERE"):
        qtbot.keyClicks(environment.field, name)
        qtbot.keyClick(environment.field, Qt.Key.Key_Return)
    wait_until(lambda: told(page) == {"MY_FLAG": "set", "NOT_THERE": "not set"})
    assert environment.field.text() == ""
    assert form.spec().inherited == ("MY_FLAG", "NOT_THERE")
    assert "--env MY_FLAG" in form.same_as.command()
    assert settings().get("model_environment") == ["MY_FLAG", "NOT_THERE"]
    part(environment, QToolButton, names.Serve.TAKE_VARIABLE.format("MY_FLAG")).click()
    wait_until(lambda: told(page) == {"NOT_THERE": "not set"})
    assert form.spec().inherited == ("NOT_THERE",)


def test_values_are_hidden_until_they_are_asked_for(page: ServePage) -> None:
    environment = page.form.environment
    settings().add("model_environment", "MY_FLAG")
    environment.head.set_open(True)
    wait_until(lambda: told(page).get("MY_FLAG") == told(page).get("OMP_NUM_THREADS") == "set")
    wait_until(lambda: told(page).get("CUDA_*") == "not set")
    eye = part(environment, QToolButton, names.Serve.SHOW_VALUES)
    eye.click()
    wait_until(lambda: (told(page).get("MY_FLAG"), told(page).get("OMP_NUM_THREADS")) == ("a secret", "3"))
    eye.click()
    wait_until(lambda: told(page).get("MY_FLAG") == "set")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("MY FLAG", "is no name of a variable"), ("PATH", "get PATH already"), ("MY_FLAG", "on the list already")],
)
def test_a_name_that_will_not_do_is_refused_with_the_reason(page: ServePage, name: str, reason: str) -> None:
    environment = page.form.environment
    settings().add("model_environment", "MY_FLAG")
    environment.field.setText(name)
    environment.add.click()
    problem = part(environment, QLabel, names.Serve.VARIABLE_PROBLEM)
    assert problem.isVisible()
    assert reason in problem.text()
    assert environment.names() == ("MY_FLAG",)
    environment.field.setText("OTHER")
    environment.add.click()
    assert environment.names() == ("MY_FLAG", "OTHER")


def test_a_container_gets_only_what_is_added(page: ServePage) -> None:
    environment = page.form.environment
    settings().add("model_environment", "MY_FLAG")
    environment.head.set_open(True)
    page.form.engine.choose(1)
    wait_until(lambda: told(page) == {"MY_FLAG": "set"})
    assert not part(environment, QWidget, names.Serve.GIVEN).isVisible()
    assert "-e MY_FLAG" in page.form.same_as.command()
    page.form.engine.choose(0)
    assert "OMP_NUM_THREADS" in told(page)


def test_a_model_reads_what_was_added_and_nothing_else(
    tmp_path: Path, open_session: OpenSession, qtbot: QtBot, engine: EngineInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_FLAG", "mine")
    monkeypatch.setenv("CLOUD_KEY", "planted")
    code = "import os\nprint('told:', os.environ.get('MY_FLAG'), os.environ.get('CLOUD_KEY'), flush=True)\n"
    python_model(tmp_path / "models", code=code + IDENTITY)
    session = open_session(tmp_path / "models")
    page = open_page(session, qtbot)
    for field in page.form.ports.values():
        field.set_value(free_port())
    page.form.environment.field.setText("MY_FLAG")
    page.form.environment.add.click()
    wait_until(lambda: page.form.note.engine is not None)
    page.launch()
    wait_until(lambda: any("told:" in line.text for line in session.server.log), 90)
    assert any(line.text.endswith("told: mine None") for line in session.server.log)
    session.server.stop()
    wait_until(lambda: session.server.status.state is State.STOPPED, 30)
