"""Pictures of the server's page: before, running, with a model that fails, without its engine; and the log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.app.serving.consent.launches import Answer
from studio.app.settings import settings
from studio.core.consent.question import Question
from studio.core.serving.doctor import Diagnosis
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.engines.docker.connection import DockerInfo
from studio.ui.consent.dialog import ConsentDialog
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.server.page import ServePage
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, launch, shoot

_PICTURED = "nvcr.io/nvidia/tritonserver:25.10-py3"
_FOUND = (
    Diagnosis("error", "The image nvcr.io/nvidia/tritonserver:25.10-py3 is not on this machine.", "Pull it."),
    Diagnosis("error", "There is no GPU 7.", "Choose one that nvidia-smi -L lists."),
    Diagnosis(
        "warning", "Port 8002 is in use by another program.", "Others are taken instead, unless that program ends."
    ),
    Diagnosis("ok", "Docker 28.5 answers at unix:///var/run/docker.sock."),
    Diagnosis("ok", "41 GB are free where Docker keeps its data."),
    Diagnosis("ok", "Shared memory of 256 MB is enough for 8 Python instances to start."),
)


def _without_engine(page: ServePage, folder: Path, theme_name: str) -> list[Path]:
    """As on a machine where it was never installed."""
    note = page.form.note
    wait_until(lambda: note.machine is not None, 30)
    engine = note.engine
    assert engine is not None
    page.form.engine.choose(0)
    note.take_engine(replace(engine, installed=False, problem="It is not installed."))
    made = [shoot(page, folder, "serve-install", theme_name)]
    note.take_engine(engine)
    page.form.engine.choose(1)
    made.append(shoot(page, folder, "serve-docker", theme_name))
    made += _with_docker(page, folder, theme_name)
    page.form.engine.choose(0)
    return made


def _with_docker(page: ServePage, folder: Path, theme_name: str) -> list[Path]:
    """A container as Compose file, with what the doctor found and an image that can be pulled."""
    form = page.form
    before = form.note.machine
    assert before is not None
    there = DockerInfo("28.5", "unix:///var/run/docker.sock")
    form.note.take_machine(replace(before, docker=there))
    form.image.setCurrentText("nvcr.io/nvidia/tritonserver:25.10-py3")
    form.same_as.form.choose(2)
    page.doctor.show_diagnoses(_FOUND)
    made = [shoot(page, folder, "serve-doctor", theme_name)]
    page.doctor.show_diagnoses(())
    form.same_as.form.choose(0)
    form.image.setCurrentText("")
    form.note.take_machine(before)
    return made


def _environment(page: ServePage, folder: Path, theme_name: str) -> list[Path]:
    """What models get of the person's: two variables that were added, and all that they always get."""
    environment = page.form.environment
    for name in ("DISPLAY", "HF_HOME"):
        settings().add("model_environment", name)
    environment.field.setText("2ND_TOKEN")
    environment.add.click()
    made = [shoot(page, folder, "serve-environment", theme_name)]
    environment.head.set_open(True)
    environment.eye.click()
    made.append(shoot(environment, folder, "serve-environment-open", theme_name))
    environment.eye.click()
    environment.head.set_open(False)
    for name in environment.names():
        settings().remove("model_environment", name)
    return made


def _consent(page: ServePage, asked: Question, folder: Path, theme_name: str) -> Path:
    """The question before changed code runs."""
    dialog = ConsentDialog(page, asked)
    dialog.offer(EngineKind.DOCKER, replace(asked.spec, kind=EngineKind.DOCKER, image=_PICTURED), "")
    dialog.open()
    made = shoot(dialog, folder, "serve-consent", theme_name)
    dialog.close()
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    with example_session(theme_name) as session:
        page, log = ServePage(session), LogPanel(session)
        for widget, height in ((page, 700), (log, 240)):
            widget.resize(1150, height)
            widget.show()
        made = _without_engine(page, folder, theme_name)
        made += _environment(page, folder, theme_name)
        launch(session)
        made.append(shoot(page, folder, "serve-running", theme_name))
        made.append(shoot(log, folder, "serve-log", theme_name))
        assert session.repository is not None
        (session.repository.path / "tokenizer" / "1" / "model.py").write_text("import a_module_that_nobody_has\n")

        def ask(asked: Question, answer: Answer) -> None:
            made.append(_consent(page, asked, folder, theme_name))
            answer(True)

        session.server.consent.ask = ask
        session.server.restart()
        wait_until(lambda: session.server.status.state is State.STARTING, 30)
        wait_until(lambda: session.server.status.rung("Versions loaded").state == "fail", 90)
        page.form.cache.set_value(0)
        page.form.cache.field.textEdited.emit(page.form.cache.field.text())
        page.resize(1036, 640)
        made.append(shoot(page, folder, "serve-failing", theme_name))
        session.server.stop()
        wait_until(lambda: session.server.status.state is State.STOPPED, 30)
        for widget in (page, log):
            widget.close()
            widget.deleteLater()
        return made
