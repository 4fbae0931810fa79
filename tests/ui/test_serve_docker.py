"""The server's page with Docker: what is found, said before a start, pulled, taken over and shown as a command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.machine import Machine
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.serving.container import Place
from studio.core.serving.doctor import Diagnosis
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports, State
from studio.engines.docker.connection import DockerInfo
from studio.engines.docker.engine import Image
from studio.engines.install import EngineInfo
from studio.ui.server.page import ServePage
from tests.fixtures import names
from tests.fixtures.waiting import wait_until
from tests.ui.serve_page import page as page
from tests.ui.serve_page import session as session


def _with(docker: DockerInfo, *images: Image) -> Machine:
    """A machine with a Docker and its images, and the embedded engine."""
    return Machine(docker, images, (), "", EngineInfo(True, Path("/engine"), "2.51.0"))


_DOCKER = DockerInfo("28.2")
_IMAGE = Image("tritonserver:25.10-py3", 1)


def _button(page: ServePage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


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
    form.same_as.form.choose(3)
    assert form.same_as.command().startswith(f"trireme serve {form.repository} \\\n  --engine docker")
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
    assert shown.index("Choose one that nvidia-smi -L lists.") == shown.index("There is no GPU 7.") + 1
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
    form = page.form
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
    assert form.spec() == taken
    wait_until(lambda: form.note.machine is not None and tasks.busy() == 0)
    form.note.take_machine(_with(DockerInfo(problem="no Docker engine answers.")))
    assert form.spec() == taken, "what this machine has says nothing about it"
    form.set_repository(session.repository.path.parent)
    assert form.spec().load == ()
    assert form.spec().inherited == ()


def test_ports_that_were_moved_are_said_and_shown(page: ServePage, session: Session) -> None:
    """The command has the ports that the server has, while no changed setting waits."""
    server, form = session.server, page.form
    form.engine.choose(1)
    form.image.setCurrentText("tritonserver:25.10-py3")
    assert form.port_words.isHidden()
    spec = form.spec()
    addresses = Addresses("127.0.0.1:8003", "127.0.0.1:8004", "127.0.0.1:8005")
    server.current.status = ServerStatus(State.READY, addresses=addresses, spec=spec)
    server.status_changed.emit(server.status)
    assert form.port_words.text() == "Taken by others; it has 8003, 8004 and 8005."
    assert not page.waiting.isVisible()
    assert "-p 127.0.0.1:8003:8000" in form.same_as.command()
    form.gpus.choose(1)
    assert page.waiting.isVisible()
    assert form.port_words.isHidden()
    assert f"-p 127.0.0.1:{spec.ports.http}:8000" in form.same_as.command()
    server.current.status = ServerStatus()
    server.status_changed.emit(server.status)
