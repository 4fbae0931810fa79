"""F8 and Ctrl+. in the window: they act on what is in front, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.notices import Notice
from studio.ui.editor.model_tab import ModelTab
from studio.ui.problems.model import FIX
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import problems_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_model

Press = Callable[[str], None]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One sound model, two with problems, a folder that is none, and the history of a checkout."""
    root = tmp_path / "models"
    write_model(root, "alpha")
    write_model(root, "beta", CONFIG.format(name="other").replace("dims: [ 4 ]", "dims: [ 0 ]", 1))
    write_model(root, "gamma", CONFIG.format(name="gamma").replace("max_batch_size: 8", 'max_batch_size: "8"'))
    (write_model(root, "delta") / "1").rmdir()
    (root / "empty").mkdir()
    (root / ".git").mkdir()
    return root


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it, `alpha` in front with the keyboard in its text."""
    window = open_window(repository, size=(1280, 720))
    window.documents.open_model("alpha")
    window.activateWindow()
    _tab(window).show_text()
    wait_until(_tab(window).text.edit.hasFocus)
    return window


@pytest.fixture
def press(window: MainWindow) -> Press:
    """Runs a command, and waits until what came of it is checked."""

    def run(command: str) -> None:
        window.context.run(command)
        checker = window.need_session().checker
        wait_until(lambda: not checker.is_waiting and tasks.busy() == 0)

    return run


def _tab(window: MainWindow) -> ModelTab:
    tab = window.tabs.page(window.tabs.current())
    assert isinstance(tab, ModelTab)
    return tab


def _front(window: MainWindow) -> str:
    return _tab(window).model.name


def _selected(window: MainWindow) -> str:
    return _tab(window).text.edit.textCursor().selectedText()


def _texts(window: MainWindow) -> dict[str, str]:
    return {name: model.draft.document.text for name, model in window.need_session().models().items()}


def _put(window: MainWindow, words: str) -> None:
    text = _tab(window).show_text()
    cursor = text.edit.textCursor()
    cursor.setPosition(text.shown_text().index(words))
    text.edit.setTextCursor(cursor)
    wait_until(text.edit.hasFocus)


def _asked(window: MainWindow) -> list[Question]:
    return [each for each in window.findChildren(Question) if each.isVisible()]


def test_f8_goes_through_this_model_then_the_next_and_opens_no_tab_for_a_stray(
    window: MainWindow, press: Press
) -> None:
    seen: list[tuple[str, str]] = []
    for _ in range(8):
        press("next_problem")
        found = problems_of(window).current()
        assert found is not None
        seen.append((found.model, _front(window)))
    shown = [model for model, _ in seen]
    assert shown == ["beta", "beta", "delta", "gamma", ".git", "empty", "beta", "beta"]
    assert all(front == ("gamma" if model in (".git", "empty") else model) for model, front in seen)
    assert not any(window.tabs.has(f"model:{name}") for name in (".git", "empty"))


def test_shift_f8_goes_back(window: MainWindow, press: Press) -> None:
    press("next_problem")
    first = _selected(window)
    press("next_problem")
    assert _selected(window) != first
    press("previous_problem")
    assert (_front(window), _selected(window)) == ("beta", first)


def test_a_fix_acts_at_the_cursor_and_f8_then_shows_the_next_one_here(window: MainWindow, press: Press) -> None:
    window.documents.open_model("beta")
    _put(window, "max_batch_size")
    press("next_problem")
    assert _selected(window) == "dims: [ 0 ]"
    press("quick_fix")
    assert "dims: [ -1 ]" in _texts(window)["beta"]
    press("next_problem")
    assert (_front(window), _selected(window)) == ("beta", 'name: "other"')


def test_with_nothing_to_fix_here_it_says_so_and_changes_nothing(
    window: MainWindow, press: Press, posted: list[Notice], repository: Path
) -> None:
    """Not in another line, not in another model, not on the disk: whatever row of the problems is selected."""
    window.documents.open_model("beta")
    _put(window, "backend")
    problems = problems_of(window)
    problems.table.selectRow(next(i for i, f in enumerate(problems.model.findings()) if f.model == "empty"))
    before = _texts(window)
    press("quick_fix")
    assert _texts(window) == before
    assert (repository / "empty").is_dir()
    assert not _asked(window)
    assert posted[-1].text == "Nothing to fix here"
    window.context.run("serve")
    press("quick_fix")
    assert _texts(window) == before
    assert posted[-1].text == "Nothing to fix here"


def test_several_fixes_are_a_choice(window: MainWindow, press: Press) -> None:
    window.documents.open_model("beta")
    _put(window, '"other"')
    press("quick_fix")
    menu = part(window, QMenu, names.Fixes.MENU)
    titles = [action.text() for action in menu.actions()]
    assert titles == ["Change the name to “beta”", "Rename the folder to “other”"]
    assert 'name: "other"' in _texts(window)["beta"], "it was mended unasked"
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert 'name: "beta"' in _texts(window)["beta"]


def test_a_fix_of_a_folder_asks_once_and_names_it(window: MainWindow, press: Press, repository: Path) -> None:
    window.documents.open_model("beta")
    _put(window, '"other"')
    press("quick_fix")
    menu = part(window, QMenu, names.Fixes.MENU)
    menu.actions()[1].trigger()
    menu.close()
    (question,) = _asked(window)
    assert "beta" in question.accessibleDescription()
    assert "other" in question.accessibleDescription()
    question.reject()
    assert (repository / "beta").is_dir()
    press("quick_fix")
    menu = part(window, QMenu, names.Fixes.MENU)
    menu.actions()[1].trigger()
    menu.close()
    (question,) = _asked(window)
    question.done(QDialog.DialogCode.Accepted)
    wait_until((repository / "other").is_dir)
    assert not (repository / "beta").exists()


def test_a_folder_is_not_moved_away_under_unsaved_edits(
    window: MainWindow, press: Press, repository: Path, posted: list[Notice]
) -> None:
    window.documents.open_model("beta")
    _tab(window).model.edit("Batch", lambda draft: draft.set("max_batch_size", 2))
    _put(window, '"other"')
    press("quick_fix")
    menu = part(window, QMenu, names.Fixes.MENU)
    menu.actions()[1].trigger()
    menu.close()
    _asked(window)[0].done(QDialog.DialogCode.Accepted)
    assert "not saved" in posted[-1].detail
    assert (repository / "beta").is_dir()
    assert _tab(window).model.is_unsaved


def test_a_problem_without_a_place_is_mended_from_its_row(window: MainWindow, press: Press, repository: Path) -> None:
    """F8 gives the row the keyboard; the fix makes a folder, so it asks."""
    window.documents.open_model("delta")
    press("next_problem")
    problems = problems_of(window)
    found = problems.current()
    assert found is not None
    assert (found.model, found.rule) == ("delta", "no-servable-version")
    assert problems.table.hasFocus()
    press("quick_fix")
    (question,) = _asked(window)
    assert f"“1” in {repository / 'delta'}" in question.accessibleDescription()
    question.done(QDialog.DialogCode.Accepted)
    wait_until((repository / "delta" / "1").is_dir)


def test_it_acts_on_the_field_of_the_form_that_has_the_keyboard(window: MainWindow, press: Press) -> None:
    window.documents.open_model("beta")
    tab = _tab(window)
    tab.form.finish()
    field = part(tab.form, QLineEdit, names.Form.FIELD.format("name"))
    field.setFocus()
    wait_until(field.hasFocus)
    press("quick_fix")
    menu = part(window, QMenu, names.Fixes.MENU)
    menu.actions()[0].trigger()
    menu.close()
    assert 'name: "beta"' in _texts(window)["beta"]


def test_two_presses_in_a_row_mend_once(window: MainWindow, press: Press) -> None:
    """The second one waits until the first is checked."""
    window.documents.open_model("gamma")
    _put(window, '"8"')
    window.context.run("quick_fix")
    window.context.run("quick_fix")
    press("next_problem")
    assert "max_batch_size: 8\n" in _texts(window)["gamma"]
    assert window.need_session().models()["gamma"].undo_stack.count() == 1


def test_a_press_on_a_fix_of_the_list_shows_what_it_mends(window: MainWindow, qtbot: QtBot) -> None:
    problems = problems_of(window)
    row = next(i for i, f in enumerate(problems.model.findings()) if f.model == "gamma" and f.span)
    problems.table.scrollTo(problems.model.index(row, FIX))
    spot = problems.table.visualRect(problems.model.index(row, FIX)).center()
    QTest.mouseClick(problems.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert _front(window) == "gamma"
    assert "max_batch_size: 8\n" in _texts(window)["gamma"]
