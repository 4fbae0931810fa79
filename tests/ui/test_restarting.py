"""The size of the interface is told for what it is, and the studio starts anew on what it shows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from studio.app.settings import settings
from studio.ui.run import command_again, environment_again
from studio.ui.settings.page import SettingsPage
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import NumberField
from studio.ui.widgets.dialogs import Question
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One model on disk."""
    return write_repository(tmp_path, "alpha")


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it."""
    return open_window(repository, size=(1280, 720))


def test_another_size_offers_a_restart_until_it_is_the_one_that_is_shown(window: MainWindow, repository: Path) -> None:
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    window.show_activity("settings")
    button = part(page, QAbstractButton, names.Settings.RESTART)
    field = part(page, NumberField, names.Settings.FIELD.format("interface_percent"))
    assert not button.isVisible()
    for percent, offered in ((130, True), (100, False), (130, True)):
        field.committed.emit(percent)
        assert settings().get("interface_percent") == percent
        assert button.isVisible() == offered
    assert command_again(window) is None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_until(lambda: not window.isVisible())
    assert command_again(window) == [sys.executable, "-m", "studio", str(repository)]
    settings().set("interface_percent", 100)


def test_unsaved_work_is_asked_about_first(window: MainWindow) -> None:
    model = window.need_session().open_model("alpha")
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    window.commands.run("restart")
    question = part(window, Question)
    question.reject()
    assert command_again(window) is None
    assert window.isVisible()
    model.undo_stack.undo()


def test_the_size_that_was_set_at_the_start_is_set_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    given = os.environ.get("QT_SCALE_FACTOR")
    monkeypatch.setenv("QT_SCALE_FACTOR", "1.3")
    assert environment_again().get("QT_SCALE_FACTOR") == given
    assert environment_again()["PATH"] == os.environ["PATH"]
