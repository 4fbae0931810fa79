"""A container from nothing: a folder dropped, Docker chosen, launched, asked, looked at and stopped by hand."""

from __future__ import annotations

from pathlib import Path

import docker
import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from studio.app.serving.ladder import REQUEST
from studio.core.inference.requests import InferResult
from studio.core.serving.container import OWNER, owner
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.ui import operate
from studio.ui.served.page import ServedPage
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import Segmented
from tests.e2e.hand import Hand, until
from tests.e2e.journey import rows
from tests.e2e.stage import question
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.test_ports import free_triple
from tests.fixtures import names
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.docker, pytest.mark.timeout(400)]


def _containers(endpoint: str) -> list[str]:
    """The images of the containers of this test that run."""
    client = docker.DockerClient(base_url=endpoint)
    try:
        return [
            each.attrs["Config"]["Image"] for each in client.containers.list(filters={"label": f"{OWNER}={owner()}"})
        ]
    finally:
        client.close()


def _opened(window: MainWindow, hand: Hand, models: Path) -> None:
    """A folder dragged onto the start page."""
    hand.drop_file(models, hand.find(QWidget, names.Start.DROP))
    until(lambda: window.need_session().repository is not None, 20, "the folder that was dropped was not opened")
    until(lambda: window.docks.is_restored, 60, "the docks did not show")


def _chosen(hand: Hand) -> None:
    """Docker, the image and three ports in the launch settings."""
    hand.key("alt+2")
    engine = hand.find(Segmented, names.Serve.ENGINE)
    hand.click(engine, engine.cell("docker").center().toPoint())
    until(lambda: hand.find(QComboBox, names.Serve.IMAGE).currentText(), 30, "no image of this machine is offered")
    fields: list[tuple[QWidget, str]] = [(hand.find(QComboBox, names.Serve.IMAGE), IMAGE)]
    first = free_triple()
    for number, name in enumerate(("http", "grpc", "metrics")):
        fields.append((hand.find(QWidget, names.Serve.PORT.format(name)), str(first + number)))
    for field, text in fields:
        hand.click(field)
        hand.key("ctrl+a")
        hand.type(text)
        hand.key("Tab")


def _launched(window: MainWindow, hand: Hand, endpoint: str) -> None:
    """F5, and Enter where it is asked whether the code may run; then every rung of the ladder is green."""
    hand.key("F5")
    asked = question(window)
    assert asked.spec.kind is EngineKind.DOCKER
    hand.key("Return")
    server = window.need_session().server
    until(lambda: server.status.state is State.READY, 90, f"not ready: {server.status}")
    until(lambda: server.status.rung(REQUEST).state == "ok", 60, f"no request was answered: {server.status.rungs}")
    assert [rung for rung in server.status.rungs if rung.state not in ("ok", "off")] == []
    assert _containers(endpoint) == [IMAGE]


def _asked(window: MainWindow, hand: Hand) -> None:
    """Alt+3 and Ctrl+Enter: the model gives its input back."""
    hand.key("alt+3")
    send = hand.find(QWidget, names.Tester.SEND)
    until(send.isEnabled, 30, "nothing can be sent")
    page = operate.tester(window)
    answers: list[InferResult] = []
    page.sent.connect(lambda _model, result: answers.append(result))
    hand.key("ctrl+Return")
    until(lambda: answers, 30, f"no answer: {page.header.status.text()}")
    (output,) = answers[0].outputs
    assert np.asarray(output.array).shape == (1, 3)


def test_a_container_from_nothing(open_window: OpenWindow, endpoint: str, tmp_path: Path) -> None:
    python_model(tmp_path / "models")
    window = open_window()
    hand, server = Hand(window), window.need_session().server
    until(window.isActiveWindow, 60, "the window never became active")
    _opened(window, hand, tmp_path / "models")
    _chosen(hand)
    _launched(window, hand, endpoint)
    _asked(window, hand)
    hand.key("alt+5")
    served = window.page("served")
    assert isinstance(served, ServedPage)
    until(lambda: served.model.counts()["ready"] == 1, 20, "the models' page does not show it as ready")
    assert "identity" in rows(hand.find(QAbstractItemView, names.Served.TABLE).model())
    hand.key("shift+F5")
    until(lambda: server.status.state is State.STOPPED, 30, "it did not stop")
    assert _containers(endpoint) == []
