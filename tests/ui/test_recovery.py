"""The offer of edits that a studio left behind: what is ticked, what is shown, what stays."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.app import tasks
from studio.app.editing.shelf import root
from studio.ui.recovery.dialog import RecoveryDialog
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.left_behind import leave
from tests.ui.repository import write_repository


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A repository with the models alpha and beta."""
    return write_repository(tmp_path, "alpha", "beta")


def _text(models: Path, name: str = "beta") -> str:
    return (models / name / "config.pbtxt").read_text()


def _changed(models: Path, size: int, name: str = "beta") -> str:
    return _text(models, name) + f"# {size}\n"


def _dialog(window: MainWindow) -> RecoveryDialog:
    """The dialog that comes with the window."""
    wait_until(lambda: window.findChild(RecoveryDialog) is not None)
    found = window.findChild(RecoveryDialog)
    assert isinstance(found, RecoveryDialog)
    wait_until(lambda: tasks.busy() == 0)
    return found


def test_a_later_edit_is_ticked_and_put_back_and_stays_until_the_journal_has_it(
    models: Path, open_window: OpenWindow
) -> None:
    entry = leave(models, "beta", _changed(models, 2), time.time() + 1)
    window = open_window()
    dialog = _dialog(window)
    assert [each.model for each in dialog.list.ticked()] == ["beta"]
    assert dialog.restore.isDefault()
    assert dialog.attention.isHidden()
    assert "# 2" in dialog.view.toPlainText()
    QTest.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    session = window.need_session()
    wait_until(lambda: "beta" in session.models())
    model = session.models()["beta"]
    assert model.draft.document.text == _changed(models, 2)
    assert model.is_unsaved
    wait_until(lambda: not entry.exists())
    kept = [json.loads(path.read_text())["text"] for path in root().glob("*/*.json")]
    assert kept == [_changed(models, 2)]


def test_an_edit_that_the_file_is_newer_than_says_so_and_is_not_the_default(
    models: Path, open_window: OpenWindow
) -> None:
    entry = leave(models, "beta", _changed(models, 2), 1000.0)
    dialog = _dialog(open_window())
    assert dialog.list.ticked() == []
    assert not dialog.restore.isEnabled()
    assert dialog.later.isDefault()
    assert "written after this edit" in dialog.attention.message.text()
    assert not dialog.attention.isHidden()
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.restore.isEnabled()
    QTest.mouseClick(dialog.later, Qt.MouseButton.LeftButton)
    assert entry.exists()


def test_discard_takes_what_is_ticked_and_later_keeps_the_rest(models: Path, open_window: OpenWindow) -> None:
    one = leave(models, "beta", _changed(models, 2), time.time() + 1)
    other = leave(models, "alpha", "# old\n", 1000.0)
    dialog = _dialog(open_window())
    assert (dialog.list.count(), dialog.discard.text()) == (2, "Discard")
    QTest.mouseClick(dialog.discard, Qt.MouseButton.LeftButton)
    assert not one.exists()
    assert dialog.list.count() == 1
    QTest.mouseClick(dialog.later, Qt.MouseButton.LeftButton)
    assert other.exists()


def test_what_lost_its_model_can_be_copied_and_not_restored(models: Path, open_window: OpenWindow) -> None:
    leave(models, "renamed_since", "# mine\n", time.time())
    leave(models.parent / "moved", "beta", "# of another repository\n", time.time() - 10)
    dialog = _dialog(open_window())
    said = [dialog.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert "the model is not there any more" in said[0]
    assert "the folder is not there any more" in said[1]
    assert str(models.parent / "moved") in said[1]
    assert dialog.list.ticked() == []
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert not dialog.restore.isEnabled()
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "# mine\n"
    dialog.reject()


def test_nothing_is_asked_where_nothing_was_lost(models: Path, open_window: OpenWindow) -> None:
    leave(models, "beta", _text(models), time.time() + 1)
    window = open_window()
    wait_until(lambda: not list(root().glob("*")) and tasks.busy() == 0)
    assert window.findChild(RecoveryDialog) is None
