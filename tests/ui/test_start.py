"""The start page: ways to start, recent repositories, this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.app.settings import settings
from studio.core.serving.series import GpuReading
from studio.ui.start.machine import facts
from studio.ui.start.page import StartPage
from studio.ui.start.recent import note_opened, when
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.ui.repository import write_repository


def _machine(**held: object) -> Any:
    docker = SimpleNamespace(version="27.3", endpoint="unix:///x.sock", problem="")
    engine = SimpleNamespace(installed=False, version="", problem="")
    return SimpleNamespace(
        **{"docker": docker, "images": (), "gpus": (), "driver": "550", "gpu_problem": "", "engine": engine, **held}
    )


def test_a_card_is_pressed_by_keyboard(session: Session, qtbot: QtBot) -> None:
    page = StartPage(session)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.open_requested):
        QTest.keyClick(page.cards[0], Qt.Key.Key_Return)
    with qtbot.waitSignal(page.example_requested):
        QTest.mouseClick(page.cards[1], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.attach_requested):
        QTest.keyClick(page.cards[2], Qt.Key.Key_Space)


def test_recent_repositories_say_how_many_models_and_when(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    root = write_repository(tmp_path)
    settings().remember(root)
    note_opened(root, 3)
    page = StartPage(session)
    qtbot.addWidget(page)
    row = part(page, QWidget, names.Start.RECENT.format(0))
    assert row.accessibleDescription() == f"{root}, 3 models, just now"
    with qtbot.waitSignal(page.recent_chosen) as heard:
        QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert heard.args == [str(root)]
    QTest.mouseClick(part(page, QPushButton, names.Start.CLEAR), Qt.MouseButton.LeftButton)
    assert settings().recent() == []


@pytest.mark.parametrize(
    ("ago", "text"), [(10, "just now"), (600, "10 min ago"), (3 * 3600, "3 h ago"), (24 * 3600, "yesterday")]
)
def test_times_are_said_as_a_person_says_them(ago: int, text: str) -> None:
    noon = time.mktime((2026, 6, 17, 12, 0, 0, 0, 0, -1))
    assert when(noon - ago, noon) == text


def test_what_the_machine_lacks_is_said_and_not_by_colour_alone() -> None:
    found = {fact.key: fact for fact in facts(_machine())}
    assert found["docker"].has
    assert found["docker"].title == "Docker 27.3"
    assert not found["gpu"].has
    assert found["gpu"].title == "No NVIDIA GPU"
    assert not found["image"].has
    assert not found["engine"].has


def test_a_gpu_is_named_with_its_memory_and_driver() -> None:
    gpu = GpuReading("GPU-1", "RTX 4090", 0, memory_total=24 * 2**30)
    found = {fact.key: fact for fact in facts(_machine(gpus=(gpu,)))}
    assert found["gpu0"].detail == "RTX 4090, 24 GB, driver 550"
    cut = replace(gpu, instances=(replace(gpu, part=0), replace(gpu, part=1)))
    lost = GpuReading("GPU-2", "RTX 4090", 1, problem="the GPU is lost")
    first, second = (fact for fact in facts(_machine(gpus=(cut, lost))) if fact.key.startswith("gpu"))
    assert (first.has, first.detail) == (True, "RTX 4090, 24 GB in 2 parts by MIG, driver 550")
    assert (second.has, second.title, second.detail) == (False, "GPU 1", "The GPU is lost")


def test_a_driver_that_does_not_answer_says_why() -> None:
    found = {fact.key: fact for fact in facts(_machine(gpu_problem="the NVIDIA driver is not loaded"))}
    assert found["gpu"].detail == "The NVIDIA driver is not loaded. Models run on the CPU."


def test_the_engine_is_installed_with_progress_and_can_be_cancelled(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = StartPage(session)
    qtbot.addWidget(page)
    page.show()
    cancelled: list[bool] = []

    def install(progress: Callable[[float, str], None], done: object, failed: object) -> SimpleNamespace:
        progress(0.4, "Fetching")
        return SimpleNamespace(cancel=lambda: cancelled.append(True))

    monkeypatch.setattr(session.server, "install_engine", install)
    monkeypatch.setattr(session.server, "machine", lambda done: done(_machine()))
    page.machine.refresh()
    QTest.mouseClick(part(page, QPushButton, names.Start.INSTALL), Qt.MouseButton.LeftButton)
    assert page.machine.installing.progress.value() == 400
    assert page.machine.installing.step.text() == "Fetching"
    assert page.machine.installing.isVisible()
    QTest.mouseClick(part(page, QPushButton, names.Start.CANCEL_INSTALL), Qt.MouseButton.LeftButton)
    assert cancelled == [True]
    assert not page.machine.installing.isVisible()
