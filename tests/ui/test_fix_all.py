"""The dialog with what can be mended without a look at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from studio.app import tasks
from studio.app.notices import Notice
from studio.ui.problems.fix_all import FixAllDialog
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.text.diff_view import DiffView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_model

BROKEN = CONFIG.replace("max_batch_size: 8", 'max_batch_size: "8"')


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three models that can be mended, and a sound one."""
    for name in ("a", "b", "c"):
        write_model(tmp_path / "models", name, BROKEN.format(name=name))
    write_model(tmp_path / "models", "sound")
    return tmp_path / "models"


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it, `a` in front."""
    window = open_window(repository, size=(1280, 720))
    window.documents.open_model("a")
    return window


def _dialog(window: MainWindow, command: str) -> FixAllDialog:
    window.context.run(command)
    wait_until(lambda: window.findChild(FixAllDialog) is not None and tasks.busy() == 0)
    return part(window, FixAllDialog)


def _rows(dialog: FixAllDialog) -> list[tuple[str, bool]]:
    listed = part(dialog, QListWidget, names.FixAll.LIST)
    items = [listed.item(row) for row in range(listed.count())]
    return [(item.text().split()[0], item.checkState() == Qt.CheckState.Checked) for item in items]


def _uncheck(dialog: FixAllDialog, row: int) -> None:
    part(dialog, QListWidget, names.FixAll.LIST).item(row).setCheckState(Qt.CheckState.Unchecked)


def _text(window: MainWindow, name: str) -> str:
    return window.need_session().open_model(name).draft.document.text


def test_the_files_that_are_chosen_are_mended_and_taken_back_together(
    window: MainWindow, posted: list[Notice], repository: Path
) -> None:
    dialog = _dialog(window, "fix_repository")
    assert _rows(dialog) == [("a", True), ("b", True), ("c", True)]
    shown = part(dialog, DiffView, names.FixAll.TEXT).toPlainText()
    assert 'max_batch_size: "8"' in shown
    assert "max_batch_size: 8" in shown
    _uncheck(dialog, 1)
    button = part(dialog, QPushButton, names.FixAll.MEND)
    assert button.text() == "Fix 2 files"
    button.click()
    assert [_text(window, name) for name in "abc"] == [
        CONFIG.format(name="a"),
        BROKEN.format(name="b"),
        CONFIG.format(name="c"),
    ]
    assert (repository / "a" / "config.pbtxt").read_text() == BROKEN.format(name="a"), "it was saved"
    assert posted[-1].text == "2 fixes in 2 models"
    dict(posted[-1].actions)["Undo"]()
    assert [_text(window, name) for name in "abc"] == [BROKEN.format(name=name) for name in "abc"]


def test_of_one_model_alone(window: MainWindow) -> None:
    dialog = _dialog(window, "fix_model")
    assert _rows(dialog) == [("a", True)]
    assert dialog.windowTitle() == "Fix all safe problems of a"
    dialog.reject()
    assert _text(window, "a") == BROKEN.format(name="a")


def test_with_nothing_chosen_or_nothing_to_mend_there_is_nothing_to_press(window: MainWindow) -> None:
    window.documents.open_model("sound")
    dialog = _dialog(window, "fix_model")
    button = part(dialog, QPushButton, names.FixAll.MEND)
    assert dialog.nothing.isVisible()
    assert not button.isEnabled()
    dialog.reject()
    wait_until(lambda: window.findChild(FixAllDialog) is None)
    dialog = _dialog(window, "fix_repository")
    for row in range(3):
        _uncheck(dialog, row)
    assert not part(dialog, QPushButton, names.FixAll.MEND).isEnabled()
    dialog.reject()


def test_a_file_that_changes_under_the_dialog_is_not_mended(window: MainWindow, repository: Path) -> None:
    dialog = _dialog(window, "fix_repository")
    new = repository.parent / "new"
    new.write_text("# theirs\n")
    new.replace(repository / "b" / "config.pbtxt")
    window.need_session().rescan()
    wait_until(lambda: ("b", False) in _rows(dialog))
    part(dialog, QPushButton, names.FixAll.MEND).click()
    assert _text(window, "b") == "# theirs\n"
    assert _text(window, "c") == CONFIG.format(name="c")
