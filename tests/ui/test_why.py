"""*Why?* from wherever something is red or amber: the status bar, the server's page, the log, a refused request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from studio.app.serving.ladder import VERSIONS, ServerStatus, ended, starting
from studio.app.serving.served_models.elsewhere import elsewhere
from studio.app.session import Session
from studio.core.inference.model_index import by_name
from studio.core.inference.requests import ModelState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, LogLine, State
from studio.failure import Failure
from studio.ui.room.place import LogPlace, PagePlace, WhyPlace
from studio.ui.served.page import ServedPage
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.server.names import Status as ServerEntryNames
from studio.ui.server.page import ServePage
from studio.ui.shell.window import MainWindow
from studio.ui.tester import page as tester
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window whose server, as far as it knows, did not load `alpha`."""
    window = open_window(write_repository(tmp_path))
    server = window.need_session().server.current
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models")
    server.guard.begin(spec)
    server.models = by_name(
        [ModelState("alpha", "1", "UNAVAILABLE", "Internal: no"), ModelState("beta", "1", "READY", "")]
    )
    status: ServerStatus = starting(spec).settled(VERSIONS, "fail", "1 of 2 models. alpha: Internal: no", 1.0)
    server.status = ServerStatus(State.READY, "Embedded Triton", rungs=status.rungs, spec=spec)
    server.status_changed.emit(server.status)
    server.models_changed.emit(server.models)
    return window


def _answered(window: MainWindow) -> str:
    """The model that the page in front answers about."""
    page = window.context.front()
    assert isinstance(page, ServedPage)
    assert page.why.isVisible()
    return page.why.model


def test_the_status_bar_leads_to_why(window: MainWindow) -> None:
    button = part(window, QPushButton, ServerEntryNames.WHY)
    assert not button.isHidden()
    button.click()
    assert _answered(window) == "alpha"
    assert window.activities.buttons["serve"].isChecked()


def test_the_rung_that_fails_leads_to_why(window: MainWindow) -> None:
    page = window.context.show(PagePlace("serve"))
    assert isinstance(page, ServePage)
    assert page.models.words.text() == "1 of 2 ready, 1 failed"
    part(page, QPushButton, names.Serve.WHY).click()
    assert _answered(window) == "alpha"
    window.context.show(PagePlace("serve"))
    part(page, QPushButton, names.Serve.ALL_MODELS).click()
    assert isinstance(window.context.front(), ServedPage)


def test_a_server_that_ended_leads_to_why_of_the_server(window: MainWindow) -> None:
    """By its exit code and its log; the answer goes once a server runs again."""
    server = window.need_session().server.current
    server.server_logged([LogLine("E", "Socket '127.0.0.1:8000' already in use", "http_server.cc", 100.0)])
    said = Exit(1, "The address 127.0.0.1:8000 is in use by another program. Choose another port.")
    before, server.status = server.status, ended(server.status, said, State.FAILED, 5.0)
    server.models = {}
    server.status_changed.emit(server.status)
    page = window.context.show(PagePlace("serve"))
    assert isinstance(page, ServePage)
    part(page.ladder, QPushButton, names.Serve.WHY).click()
    assert _answered(window) == ""
    front = window.context.front()
    assert isinstance(front, ServedPage)
    assert front.why.answer is not None
    assert front.why.answer.title == "A port of it is taken"
    assert front.why.answer.layer("transport").evidence == f"{said.reason[:-1]} (exit code 1)"
    front.why.shut()
    part(window, QPushButton, ServerEntryNames.WHY).click()
    assert front.why.isVisible()
    server.status = before
    server.status_changed.emit(before)
    wait_until(front.why.isHidden)


def test_a_refused_request_leads_to_why(window: MainWindow) -> None:
    session = window.need_session()
    page = window.page("test")
    assert isinstance(page, tester.TesterPage)
    wait_until(lambda: page.header.model.findText("beta") >= 0)
    page.header.model.setCurrentText("beta")
    failure = Failure("Asking model 'beta'", "Exceeds maximum queue size", "Send less.")
    session.server.current.refused.emit("beta", failure)
    page.outputs.show_failure(failure)
    part(page, QPushButton, names.Tester.WHY).click()
    assert _answered(window) == "beta"
    front = window.context.front()
    assert isinstance(front, ServedPage)
    assert front.why.answer is not None
    assert front.why.answer.layer("queue").state == "cause"


def test_a_look_at_the_log_shows_the_lines_of_the_model(window: MainWindow) -> None:
    server = window.need_session().server.current
    lines = [LogLine("I", f"line {at}", "a.cc", 100.0 + at, "alpha") for at in range(5)]
    server.server_logged([*lines, LogLine("I", "of another", "a.cc", 102.0, "beta")])
    window.context.show(LogPlace("alpha", 103.0))
    panel = window.context.panel("log")
    assert isinstance(panel, LogPanel)
    assert panel.of_model.currentText() == "alpha"
    assert panel.list.currentIndex().row() == 3
    assert not panel.follow.isChecked()


@pytest.fixture
def two() -> Iterator[tuple[ProtocolServer, ProtocolServer]]:
    """Two servers of which the first has one model more."""
    with protocol_server("one", "two") as first, protocol_server("one") as second:
        yield first, second


def test_works_there_and_not_here_names_the_server_where_it_works(
    session: Session, two: tuple[ProtocolServer, ProtocolServer]
) -> None:
    for each in two:
        session.server.attach(each.address)
        made = session.server.current
        wait_until(lambda made=made: made.status.state is State.READY and bool(made.models))  # type: ignore[misc]
    found = elsewhere(session, "two")
    assert found is not None
    assert found.server == session.servers.identity(session.servers.all[0]).name
    assert elsewhere(session, "three") is None


def test_why_of_what_nobody_knows_is_answered_too(window: MainWindow) -> None:
    window.context.show(WhyPlace("nobody"))
    assert _answered(window) == "nobody"
