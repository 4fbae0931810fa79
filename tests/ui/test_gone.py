"""Models whose folder another program takes away: nothing that is unsaved goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.app import tasks
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository

_ENSEMBLE = """platform: "ensemble"
max_batch_size: 8
input [ { name: "x" data_type: TYPE_FP32 dims: [ 4 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 4 ] } ]
ensemble_scheduling { step [ { model_name: "alpha" model_version: -1
  input_map { key: "x" value: "x" } output_map { key: "y" value: "y" } } ] }
"""

pytestmark = pytest.mark.long


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = write_repository(tmp_path)
    (root / "gamma" / "config.pbtxt").write_text(_ENSEMBLE)
    return root


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    made = open_window(repository)
    for name in ("alpha", "beta", "gamma"):
        made.documents.open_model(name)
    wait_until(lambda: len(made.documents.open_keys()) == 3 and tasks.busy() == 0)
    return made


def _edit(window: MainWindow, name: str, size: int = 64) -> None:
    window.need_session().models()[name].edit("Batch", lambda draft: draft.set("max_batch_size", size))


def _take_away(window: MainWindow, folder: Path) -> Path:
    """Another program moves a model's folder elsewhere, and that is seen."""
    session = window.need_session()
    away = folder.rename(folder.parent.parent / f"{folder.name}-away")
    wait_until(lambda: session.repository is not None and session.repository.model(folder.name) is None)
    wait_until(lambda: tasks.busy() == 0 and not session.checker.is_waiting)
    return away


@pytest.mark.parametrize("name", ["alpha", "gamma"])
def test_the_tab_of_a_model_with_unsaved_edits_stays_and_a_save_puts_it_back(
    window: MainWindow, repository: Path, name: str
) -> None:
    _edit(window, name)
    _take_away(window, repository / name)
    assert f"model:{name}" in window.documents.open_keys()
    window.documents.open_model(name)
    page = window.tabs.page(f"model:{name}")
    assert page is not None
    bar = part(page, QWidget, names.Editor.GONE)
    assert bar.isVisible()
    _edit(window, name, 65)
    wait_until(lambda: not window.need_session().checker.is_waiting)
    QTest.mouseClick(part(bar, QAbstractButton, names.Editor.GONE_SAVE), Qt.MouseButton.LeftButton)
    assert "max_batch_size: 65" in (repository / name / "config.pbtxt").read_text()
    wait_until(lambda: not bar.isVisible() and tasks.busy() == 0)
    assert window.need_session().unsaved() == []


def test_the_tab_of_a_model_without_edits_closes_with_its_folder(window: MainWindow, repository: Path) -> None:
    _take_away(window, repository / "beta")
    wait_until(lambda: window.documents.open_keys() == ["model:alpha", "model:gamma"])


def test_a_folder_that_comes_back_is_looked_at_as_any_change(window: MainWindow, repository: Path) -> None:
    _edit(window, "alpha")
    away = _take_away(window, repository / "alpha")
    model = window.need_session().models()["alpha"]
    assert model.is_gone
    away.rename(repository / "alpha")
    wait_until(lambda: not model.is_gone and model.differs_on_disk)
    assert model.overwrite()
    assert "max_batch_size: 64" in (repository / "alpha" / "config.pbtxt").read_text()


def test_a_model_whose_folder_is_gone_is_asked_about_before_it_closes(window: MainWindow, repository: Path) -> None:
    _edit(window, "alpha")
    _take_away(window, repository / "alpha")
    window.documents.close_tab("model:alpha")
    dialog = part(window, Question, "unsavedDialog")
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.save"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "model:alpha" not in window.documents.open_keys() and tasks.busy() == 0)
    assert "max_batch_size: 64" in (repository / "alpha" / "config.pbtxt").read_text()
