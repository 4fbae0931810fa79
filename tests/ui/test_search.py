"""The search over all configurations, with what replaces what it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from studio.app import notices
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.operations.searching import MOST
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.names import Text as TextNames
from studio.ui.room.place import ModelPlace
from studio.ui.search.model import ROW
from studio.ui.search.panel import SearchPanel
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from studio.ui.widgets.search_choices import CHOICE
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_model, write_repository

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window on three models."""
    return open_window(write_repository(tmp_path))


def panel_of(window: MainWindow) -> SearchPanel:
    panel = window.panels.panel("search")
    assert isinstance(panel, SearchPanel)
    return panel


def look(panel: SearchPanel, words: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.search.ended, timeout=15_000):
        panel.field.setText(words)
        QTest.keyClick(panel.field, Qt.Key.Key_Return)


def lines(panel: SearchPanel) -> list[str]:
    return [str(panel.model.index(row, 0).data()) for row in range(panel.model.rowCount())]


def test_what_is_typed_is_found_in_every_model_and_a_click_previews_it(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, CTRL | SHIFT)
    panel = panel_of(window)
    assert panel.field.hasFocus()
    with qtbot.waitSignal(panel.search.ended, timeout=15_000):
        QTest.keyClicks(panel.field, "max_batch")
    qtbot.waitUntil(lambda: len(panel.model.hits()) == 3)
    assert lines(panel)[:2] == ["alpha, 1 found", "alpha, line 4: max_batch_size: 8"]
    assert panel.state.text() == "3 in 3 models"
    window.commands.run("close_all")
    place = panel.list.visualRect(panel.model.index(3, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.tabs.preview == "model:beta"
    page = window.tabs.page("model:beta")
    assert isinstance(page, ModelTab)
    assert page.text.edit.textCursor().selectedText() == "max_batch"


def test_edits_that_are_not_saved_are_looked_through(window: MainWindow, qtbot: QtBot) -> None:
    model = window.need_session().models()["alpha"]
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 77))
    panel = panel_of(window)
    look(panel, "77", qtbot)
    assert [hit.name for hit in panel.model.hits()] == ["alpha"]
    part(panel, QAbstractButton, CHOICE.format("pattern")).click()
    look(panel, "7(", qtbot)
    assert panel.state.text().startswith("No regular expression")
    assert panel.model.hits() == []


def test_what_replaces_it_is_shown_first_and_is_one_step_in_each_model(window: MainWindow, qtbot: QtBot) -> None:
    page = window.context.show(ModelPlace("alpha"))
    assert isinstance(page, ModelTab)
    edit = page.show_text().edit
    cursor = edit.textCursor()
    cursor.setPosition(edit.toPlainText().index("identity"))
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Qt.Key.Key_D, CTRL)
    QTest.keyClick(window, Qt.Key.Key_H, CTRL | SHIFT)
    panel = panel_of(window)
    assert panel.field.text() == "identity"
    panel.new.setText("python")
    look(panel, "identity", qtbot)
    assert {hit.new for hit in panel.model.hits()} == {"python"}
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.model.index(panel.model.rowCount() - 1, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [hit.name for hit in panel.model.hits()] == ["alpha", "beta"]
    panel.replace.click()
    dialog = part(window, Question)
    assert dialog.windowTitle() == "Replace 2 places in 2 models?"
    with qtbot.waitSignal(panel.search.replaced, timeout=15_000):
        QTest.mouseClick(part(dialog, QAbstractButton, "answer.yes"), Qt.MouseButton.LeftButton)
    models = window.need_session().models()
    for name in ("alpha", "beta"):
        assert 'backend: "python"' in models[name].draft.document.text
        models[name].undo_stack.undo()
        assert models[name].draft.document.text == CONFIG.format(name=name)
    assert "gamma" not in {model.name for model in window.need_session().unsaved()}


def test_what_changed_meanwhile_is_not_replaced(window: MainWindow, qtbot: QtBot) -> None:
    told: list[Notice] = []
    notices.notices().posted.connect(told.append)
    panel = panel_of(window)
    panel.new.setText("9")
    look(panel, "8", qtbot)
    model = window.need_session().models()["alpha"]
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 80))
    with qtbot.waitSignal(panel.search.replaced, timeout=15_000) as replaced:
        panel.search.replace(panel.model.hits(), panel.search.texts)
    assert replaced.args == [("beta", "gamma"), ("alpha",)]
    assert any("Not replaced in alpha" in notice.text for notice in told)


def test_a_search_is_cancelled_and_one_with_too_many_hits_says_so(
    open_session: OpenSession, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("a", "b", "c"):
        write_model(tmp_path / "models", name, "# " + "x" * 7000 + "\n")
    session: Session = open_session(tmp_path / "models")
    panel = SearchPanel(session)
    qtbot.addWidget(panel)
    look(panel, "x", qtbot)
    assert len(panel.model.hits()) == MOST
    assert panel.state.text() == f"{MOST:,} in 2 models, and more than {MOST:,}"
    panel.look()
    assert panel.search.is_running
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.search.is_running
    assert panel.state.text() in ("Nothing found, stopped", "Nothing found")
    panel.field.setText("")
    panel.look()
    assert panel.state.text() == ""
    assert QApplication.focusWidget() is not panel
    assert panel.model.index(0, 0).data(ROW) is None


@pytest.mark.long
def test_an_expression_that_takes_for_ever_is_left_and_said(window: MainWindow, qtbot: QtBot) -> None:
    model = window.need_session().open_model("beta")
    model.edit("Comment", lambda draft: draft.with_text(f"# {'x' * 40}!\n{draft.document.text}"))
    panel = panel_of(window)
    part(panel, QAbstractButton, CHOICE.format("pattern")).click()
    look(panel, "(x+x+)+y", qtbot)
    assert panel.state.text().startswith("This expression takes too long.")
    look(panel, "x+!", qtbot)
    assert [hit.found for hit in panel.model.hits()] == ["x" * 40 + "!"]
    page = window.context.show(ModelPlace("beta"))
    assert isinstance(page, ModelTab)
    page.open_find_bar(replacing=True)
    bar = page.text.find_bar
    part(bar, QAbstractButton, CHOICE.format("pattern")).click()
    part(bar, QLineEdit, TextNames.FIND_FIELD).setText("(x+x+)+y")
    assert part(bar, QLabel, TextNames.FIND_COUNT).text() == "This expression takes too long."
    bar.replace_all()
    assert part(bar, QLabel, TextNames.FIND_COUNT).text() == "This expression takes too long."


def test_an_expression_is_looked_for_over_several_turns_and_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(window)
    part(panel, QAbstractButton, CHOICE.format("pattern")).click()
    panel.field.setText("max_b.*")
    panel.look()
    assert panel.search.is_running
    panel.search.cancel()
    assert not panel.search.is_running
    assert panel.state.text() == "Nothing found, stopped"
    look(panel, "max_b.*", qtbot)
    assert panel.state.text() == "3 in 3 models"


def test_what_changes_while_one_is_asked_is_not_replaced_at_the_old_places(window: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(window)
    panel.new.setText("python")
    look(panel, "identity", qtbot)
    panel.replace.click()
    model = window.need_session().open_model("alpha")
    model.edit("Comment", lambda draft: draft.with_text(f"# new\n{draft.document.text}"))
    with qtbot.waitSignal(panel.search.ended, timeout=15_000):
        panel.look()
    with qtbot.waitSignal(panel.search.replaced, timeout=15_000) as replaced:
        QTest.mouseClick(part(part(window, Question), QAbstractButton, "answer.yes"), Qt.MouseButton.LeftButton)
    assert replaced.args == [("beta", "gamma"), ("alpha",)]
    assert model.draft.document.text == f"# new\n{CONFIG.format(name='alpha')}"
