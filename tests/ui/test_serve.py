"""The server's page: what it launches, what it offers, how a real server climbs, loads, unloads and ends."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.serving.kinds import ON_DEMAND, ControlMode, EngineKind
from studio.core.serving.launch import State
from studio.ui.server.page import ServePage
from tests.client.server import free_port
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.serve_page import page as page
from tests.ui.serve_page import serve_page
from tests.ui.serve_page import session as session


def _button(page: ServePage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_fields_make_the_specification_and_the_command(page: ServePage, tmp_path: Path) -> None:
    """The command says the same as what would be launched."""
    form = page.form
    form.control.choose(2)
    form.ports["http"].set_value(9000)
    form.gpus.choose(2)
    form.gpu_ids.setText("1, 3")
    form.arguments.setText("--log-verbose=1 '--x=a b'")
    form.arguments.textEdited.emit("")
    spec = form.spec()
    assert spec.kind is EngineKind.EMBEDDED
    assert spec.control is ControlMode.POLL
    assert spec.gpus.ids == ("1", "3")
    assert spec.arguments == ("--log-verbose=1", "--x=a b")
    assert spec.cache_bytes == 64 << 20
    command = form.same_as.command()
    assert command.startswith(f"trireme serve {tmp_path / 'models'}")
    assert "--http-port 9000" in command
    assert "--gpus 1,3" in command
    assert form.control_words.text().startswith("The server looks for changed files every few seconds: each save")
    form.same_as.copy.click()
    assert QApplication.clipboard().text() == command


def test_choices_are_kept(page: ServePage, session: Session, qtbot: QtBot) -> None:
    """The next page opens as the last one launched."""
    page.form.ports["grpc"].set_value(9100)
    page.form.gpus.choose(1)
    page.form.keep()
    other = ServePage(session)
    qtbot.addWidget(other)
    assert other.form.spec() == page.form.spec()


def test_missing_engine_is_installed_before_the_launch(
    page: ServePage, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With progress and a way out; the launch follows by itself."""
    note = page.form.note
    wait_until(lambda: note.machine is not None)
    missing: Any = SimpleNamespace(
        installed=False,
        path=tmp_path,
        version="2.51.0",
        python="",
        onnxruntime="",
        problem="It is not installed.",
        backends=(),
    )
    note.take_engine(missing)
    assert page.start.text() == "Install and launch"
    started: list[tuple[Any, ...]] = []
    cancelled: list[bool] = []
    task = SimpleNamespace(cancel=lambda: cancelled.append(True))

    def install(*told: Any) -> SimpleNamespace:
        started.append(told)
        return task

    monkeypatch.setattr(session.server, "install_engine", install)
    launched: list[object] = []
    monkeypatch.setattr(session.server, "launch", launched.append)
    page.launch()
    assert note.installing.isVisible()
    assert not page.start.isEnabled()
    tell, done, _failed, _backends = started[0]
    tell(0.4, "Fetching Triton")
    assert note.installing.progress.value() == 400
    assert note.installing.step.text() == "Fetching Triton"
    _button(page, names.Serve.CANCEL_INSTALL).click()
    assert cancelled == [True]
    assert not note.installing.isVisible()
    note.take_engine(missing)
    page.launch()
    tell, done, _failed, _backends = started[1]
    done(SimpleNamespace(**{**vars(missing), "installed": True, "problem": ""}))
    assert len(launched) == 1
    assert page.start.text() == "Launch"


def test_a_backend_that_the_models_need_is_installed_before_the_launch(
    page: ServePage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its size; whoever gives up can serve the others."""
    note = page.form.note
    wait_until(lambda: note.machine is not None and tasks.busy() == 0)
    there: Any = SimpleNamespace(
        installed=True, version="2.51.0", python="3.11.2", onnxruntime="1.31.1", problem="", backends=()
    )
    note.take_engine(there)
    assert page.start.text() == "Launch"
    note.set_needed((ON_DEMAND["pytorch"],))
    assert "PyTorch: 190 MB to download, 0.8 GB on disk" in note.words.text()
    assert page.start.text() == "Install and launch"
    started: list[tuple[Any, ...]] = []

    def install(*told: Any) -> SimpleNamespace:
        started.append(told)
        return SimpleNamespace(cancel=lambda: None)

    monkeypatch.setattr(session.server, "install_engine", install)
    launched: list[object] = []
    monkeypatch.setattr(session.server, "launch", launched.append)
    page.launch()
    assert started[0][3] == ["pytorch"]
    _button(page, names.Serve.CANCEL_INSTALL).click()
    wait_until(lambda: tasks.busy() == 0)
    note.take_engine(there)
    assert page.start.text() == "Launch"
    assert _button(page, names.Serve.INSTALL).isVisible()
    page.launch()
    assert len(launched) == 1
    note.take_engine(SimpleNamespace(**{**vars(there), "backends": ("pytorch",)}))  # type: ignore[arg-type]
    assert "PyTorch" in note.words.text()
    assert not _button(page, names.Serve.INSTALL).isVisible()


def test_page_that_is_closed_while_it_looks_at_the_machine(session: Session) -> None:
    """What comes later is dropped."""
    other = ServePage(session)
    shiboken6.delete(other)
    wait_until(lambda: tasks.busy() == 0)


def test_page_that_outlives_its_session_looks_for_docker_no_more(page: ServePage, session: Session) -> None:
    (again,) = page.form.note.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert again.isActive()
    session.server.destroyed.emit()
    assert not again.isActive()


@pytest.mark.engine
def test_real_server_climbs_unloads_and_stops(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> None:
    """All of it by the buttons of the page."""
    session = open_session(write_example(tmp_path / "example"))
    page = serve_page(session, qtbot)
    for field in page.form.ports.values():
        field.set_value(free_port())
    wait_until(lambda: page.form.note.engine is not None)
    page.start.click()
    assert page.pill.text() == "Starting"
    wait_until(lambda: session.server.status.rungs[-1].state == "ok", 90)
    assert page.pill.text() == "Running"
    assert page.start.text() == "Restart"
    assert not page.waiting.isVisible()
    page.form.cache.field.selectAll()
    QTest.keyClicks(page.form.cache.field, "1")
    assert page.waiting.isVisible()
    assert page.stop.text() == "Stop"
    page.stop.click()
    assert (page.stop.text(), page.stop.isEnabled(), page.pill.text()) == ("Stop now", True, "Stopping")
    wait_until(lambda: session.server.status.state is State.STOPPED)
    assert (page.stop.text(), page.stop.isEnabled(), page.pill.text()) == ("Stop", False, "Stopped")
    assert page.start.text() == "Launch"
