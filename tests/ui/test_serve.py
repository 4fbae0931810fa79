"""The server's page: what it launches, what it offers, how a real server climbs, loads, unloads and ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.machine import Machine
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.files.example import write_example
from studio.core.inference.requests import ModelState
from studio.core.serving.container import Place
from studio.core.serving.doctor import Diagnosis
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ON_DEMAND, ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.engines.docker.connection import DockerInfo
from studio.engines.docker.engine import Image
from studio.engines.install import EngineInfo
from studio.ui.server.model_list.row import ModelRow
from studio.ui.server.page import ServePage
from studio.ui.widgets.dialogs import Question
from tests.client.server import free_port
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_repository


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A session on a small repository; nothing runs."""
    return open_session(write_repository(tmp_path))


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ServePage:
    """The page of the session."""
    return _page(session, qtbot)


def _page(session: Session, qtbot: QtBot) -> ServePage:
    made = ServePage(session)
    qtbot.addWidget(made)
    made.resize(1150, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _with(docker: DockerInfo, *images: Image) -> Machine:
    """A machine with a Docker and its images, and the embedded engine."""
    return Machine(docker, images, (), "", EngineInfo(True, Path("/engine"), "2.51.0"))


_DOCKER = DockerInfo("28.2")
_IMAGE = Image("tritonserver:25.10-py3", 1)


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
    assert form.control_words.text() == "The server looks for changed files every few seconds."
    form.same_as.copy.click()
    assert QApplication.clipboard().text() == command


def test_a_container_is_shown_as_a_command_a_script_and_a_compose_file(page: ServePage) -> None:
    form = page.form
    assert form.same_as.form.isHidden(), "what this machine runs is a command alone"
    form.engine.choose(1)
    form.image.setCurrentText("tritonserver:25.10-py3")
    assert form.same_as.command().startswith("docker run --detach")
    form.same_as.form.choose(1)
    assert form.same_as.command().startswith("#!/bin/sh\n")
    form.same_as.form.choose(2)
    assert form.same_as.command().startswith('services:\n  triton:\n    image: "tritonserver:25.10-py3"')
    form.same_as.copy.click()
    assert QApplication.clipboard().text() == form.same_as.command()
    form.engine.choose(0)
    assert form.same_as.command().startswith("trireme serve")


def test_docker_shows_its_fields_and_why_it_cannot_be_used(
    page: ServePage, session: Session, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F5 then says so instead of trying."""
    form = page.form
    form.engine.choose(1)
    assert form.image.isVisible()
    assert form.shared_memory.isVisible()
    machine = _with(DockerInfo(problem="No permission for /var/run/docker.sock."))
    monkeypatch.setattr(session.server, "docker", lambda told: None)
    monkeypatch.setattr(session.server, "machine", lambda told: told(machine))
    wait_until(lambda: form.note.machine is not None)
    form.note.take_machine(machine)
    words = page.findChild(QLabel, names.Serve.ENGINE_NOTE)
    assert isinstance(words, QLabel)
    assert words.text() == "No permission for /var/run/docker.sock."
    page.launch()
    assert session.server.status.state is State.STOPPED
    assert posted[-1].detail == "No permission for /var/run/docker.sock."
    form.engine.choose(0)
    assert not form.image.isVisible()


def test_docker_is_seen_when_it_comes_and_when_it_goes(
    page: ServePage, session: Session, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F5 looks again before it gives up, and the page by itself while it is shown."""
    form = page.form
    form.engine.choose(1)
    wait_until(lambda: form.note.machine is not None)
    found = [_with(DockerInfo(problem="no Docker engine answers."))]
    monkeypatch.setattr(session.server, "docker", lambda told: told(found[-1].docker))
    monkeypatch.setattr(session.server, "machine", lambda told: told(found[-1]))
    form.note.take_machine(found[-1])
    launched: list[LaunchSpec] = []
    monkeypatch.setattr(session.server, "launch", launched.append)
    well = (Diagnosis("ok", "Docker answers."),)
    monkeypatch.setattr(session.server, "examine", lambda spec, asked, own, told: told(well))
    page.launch()
    assert not launched
    found.append(_with(_DOCKER, _IMAGE))
    page.launch()
    assert [spec.image for spec in launched] == ["tritonserver:25.10-py3"]
    found.append(_with(DockerInfo(problem="no Docker engine answers.")))
    page.hide()
    page.show()
    assert "no Docker engine answers" in form.note.problem
    found.append(_with(replace(_DOCKER, place=Place("unix:///run/user/1000/docker.sock", "0:0")), _IMAGE))
    wait_until(lambda: not form.note.problem)
    assert form.same_as.command().startswith("docker --host unix:///run/user/1000/docker.sock run")


def test_an_image_that_is_missing_is_pulled_where_the_person_asks_for_it(
    page: ServePage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = page.form
    form.engine.choose(1)
    wait_until(lambda: form.note.machine is not None)
    monkeypatch.setattr(session.server, "docker", lambda told: None)
    monkeypatch.setattr(session.server, "machine", lambda told: None)
    has = replace(_with(_DOCKER, _IMAGE), image_names=frozenset({_IMAGE.name, "other:latest"}))
    form.note.take_machine(has)
    asked: list[tuple[Any, ...]] = []
    cancelled: list[bool] = []
    task = SimpleNamespace(cancel=lambda: cancelled.append(True))

    def pull(*told: Any) -> SimpleNamespace:
        asked.append(told)
        return task

    monkeypatch.setattr(session.server, "pull", pull)
    for there in (_IMAGE.name, "other", ""):
        form.image.setCurrentText(there)
        assert not form.pull.isVisible()
    form.image.setCurrentText("tritonserver:25.11-py3")
    assert form.pull.button.isVisible()
    assert not asked, "nothing is pulled unasked"
    form.pull.button.click()
    image, progress, done, _failed = asked[0]
    assert image == "tritonserver:25.11-py3"
    progress(0.5, "3 of 7 layers, 200 of 400 MB")
    assert form.pull.pulling.step.text() == "3 of 7 layers, 200 of 400 MB"
    _button(page, names.Serve.CANCEL_PULL).click()
    assert cancelled == [True]
    assert form.pull.button.isVisible()
    form.pull.button.click()
    *_, done, _failed = asked[1]
    done(image)
    form.note.take_machine(replace(has, image_names=has.image_names | {image}))
    assert not form.pull.isVisible()


def test_all_that_is_wrong_is_shown_before_a_container_starts(
    page: ServePage, session: Session, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started all the same where the person says so."""
    form = page.form
    form.engine.choose(1)
    wait_until(lambda: form.note.machine is not None)
    monkeypatch.setattr(session.server, "docker", lambda told: None)
    form.note.take_machine(_with(_DOCKER, _IMAGE))
    launched: list[LaunchSpec] = []
    monkeypatch.setattr(session.server, "launch", launched.append)
    found = (
        Diagnosis("error", "There is no GPU 7.", "Choose one that nvidia-smi -L lists."),
        Diagnosis("error", "The image x is not on this machine.", "Pull it."),
        Diagnosis("ok", "Ports 1, 2 and 3 are free on 127.0.0.1."),
    )
    monkeypatch.setattr(session.server, "examine", lambda spec, asked, own, told: told(found))
    page.launch()
    assert not launched
    assert page.doctor.isVisible()
    assert page.doctor.head.detail.text() == "2 to mend, 1 well"
    shown = [label.text() for label in page.doctor.findChildren(QLabel) if not label.isHidden()]
    assert "There is no GPU 7. Choose one that nvidia-smi -L lists." in shown
    assert posted[-1].detail.endswith("nvidia-smi -L lists. 1 more below Doctor.")
    posted[-1].actions[0][1]()
    assert len(launched) == 1
    form.engine.choose(0)
    assert not page.doctor.isVisible()


def test_engine_follows_the_setting_and_automatic_takes_docker_where_it_can_serve(
    page: ServePage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = page.form
    assert form.spec().kind is EngineKind.EMBEDDED
    settings().set("engine", "docker")
    assert form.spec().kind is EngineKind.DOCKER
    form.engine.choose(0)
    assert settings().get("engine") == "embedded"
    settings().set("engine", "")
    wait_until(lambda: form.note.machine is not None)
    monkeypatch.setattr(session.server, "docker", lambda told: None)
    form.note.take_machine(_with(_DOCKER, _IMAGE))
    assert form.spec().kind is EngineKind.DOCKER
    assert form.spec().image == "tritonserver:25.10-py3"
    assert settings().get("engine") == ""


def test_settings_follow_a_container_that_is_taken_over(page: ServePage, session: Session) -> None:
    """A restart then loses nothing of it."""
    assert session.repository is not None
    taken = LaunchSpec(
        EngineKind.DOCKER,
        session.repository.path,
        ports=Ports(8100, 8101, 8102),
        gpus=Gpus(ids=("0", "GPU-8f3a")),
        control=ControlMode.POLL,
        load=("alpha",),
        image="tritonserver:25.10-py3",
        shared_memory_mb=77,
        cache_bytes=(1 << 20) + 5,
        arguments=("--log-verbose=1", "--x=a b"),
        environment=(("GREETING", "good morning"),),
        inherited=("HF_HOME",),
    )
    session.server.adopted.emit(taken)
    assert page.form.spec() == taken
    page.form.set_repository(session.repository.path.parent)
    assert page.form.spec().load == ()
    assert page.form.spec().inherited == ()


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


def _states(*states: str) -> tuple[ModelState, ...]:
    return tuple(ModelState("m", str(i), state, "") for i, state in enumerate(states, 1))


@pytest.mark.parametrize(
    ("rows", "pending", "words", "load", "unload"),
    [
        ((), False, "not loaded", True, False),
        (_states("READY", "READY"), False, "versions 1, 2 ready", True, True),
        (_states("READY", "LOADING"), False, "loading …", False, True),
        (_states("READY"), True, "asked …", False, False),
        ((ModelState("m", "1", "UNAVAILABLE", "unloaded"),), False, "not loaded", True, False),
        ((ModelState("m", "1", "UNAVAILABLE", "no file"),), False, "no file", True, False),
    ],
)
def test_row_of_a_model(
    page: ServePage,
    rows: tuple[ModelState, ...],
    pending: bool,
    words: str,
    load: bool,
    unload: bool,
    session: Session,
    qtbot: QtBot,
) -> None:
    """What it says and what can be pressed."""
    row = ModelRow(session, "m")
    qtbot.addWidget(row)
    row.show_states(rows, refusal="", pending=pending)
    assert row.state.text() == words
    assert (row.load.isEnabled(), row.unload.isEnabled()) == (load, unload)
    row.show_states(rows, refusal="It is read-only.", pending=False)
    assert not row.load.isEnabled()
    assert not row.unload.isEnabled()


def test_model_that_asks_for_a_gpu_is_offered_on_the_cpu(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a change of its file."""
    sent: list[tuple[str, str | None]] = []
    monkeypatch.setattr(session.server, "load", lambda name, config=None: sent.append((name, config)))
    row = ModelRow(session, "alpha")
    reason = "Invalid argument: instance group alpha_0 of model alpha has kind KIND_GPU but no GPUs are available"
    row.show_states((ModelState("alpha", "1", "UNAVAILABLE", reason),), refusal="", pending=False)
    assert not row.on_cpu.isHidden()
    row.on_cpu.click()
    assert sent[0][0] == "alpha"
    assert "KIND_CPU" in str(sent[0][1])
    row.deleteLater()


def test_page_that_is_closed_while_it_looks_at_the_machine(session: Session) -> None:
    """What comes later is dropped."""
    other = ServePage(session)
    shiboken6.delete(other)
    wait_until(lambda: tasks.busy() == 0)


@pytest.mark.engine
def test_real_server_climbs_unloads_and_stops(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> None:
    """All of it by the buttons of the page."""
    session = open_session(write_example(tmp_path / "example"))
    page = _page(session, qtbot)
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
    unload = _button(page, names.Serve.UNLOAD.format("tokenizer"))
    unload.click()
    asked = page.findChild(Question)
    assert asked is not None, "an ensemble that needs it went along without a word"
    asked.accept()
    assert not unload.isEnabled()
    wait_until(lambda: not any(row.state == "READY" for row in session.server.models.get("tokenizer", ())))
    load = _button(page, names.Serve.LOAD.format("tokenizer"))
    wait_until(lambda: load.isEnabled() and load.text() == "Load")
    load.click()
    wait_until(lambda: load.text() == "Reload" and load.isEnabled())
    page.stop.click()
    wait_until(lambda: session.server.status.state is State.STOPPED)
    assert page.pill.text() == "Stopped"
    assert page.start.text() == "Launch"
