"""Habits in the text: replace, go to line, size, the menu at the pointer, keys that must not delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.settings import settings
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.text.text_size import LARGEST, SMALLEST, USUAL, text_size
from studio.ui.room.place import ModelPlace
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Prompt
from studio.ui.widgets.search_choices import CHOICE
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_model

pytestmark = pytest.mark.long

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
TEXT = """backend: "identity"
max_batch_size: 8
input [ { name: "x" data_type: TYPE_FP32 dims: [ 4 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 4 ] } ]
"""
PIPE = """platform: "ensemble"
max_batch_size: 8
input { name: "in" data_type: TYPE_FP32 dims: [ 4 ] }
output { name: "out" data_type: TYPE_FP32 dims: [ 4 ] }
ensemble_scheduling {
  step {
    model_name: "net"
    input_map { key: "x" value: "in" }
    output_map { key: "y" value: "out" }
  }
}
"""


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window on a model and an ensemble of it."""
    write_model(tmp_path / "models", "net", TEXT)
    write_model(tmp_path / "models", "pipe", PIPE)
    return open_window(tmp_path / "models")


def text_of(window: MainWindow, name: str = "net") -> ModelTab:
    page = window.context.show(ModelPlace(name))
    assert isinstance(page, ModelTab)
    page.show_text()
    return page


def put_cursor(tab: ModelTab, words: str) -> None:
    cursor = tab.text.edit.textCursor()
    cursor.setPosition(tab.text.edit.toPlainText().index(words))
    tab.text.edit.setTextCursor(cursor)


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_K, Qt.Key.Key_U, Qt.Key.Key_H, Qt.Key.Key_W])
def test_no_letter_deletes_in_the_text(window: MainWindow, key: Qt.Key) -> None:
    edit = text_of(window).text.edit
    for start in ("backend", "max_batch"):
        put_cursor(text_of(window), start)
        QTest.keyClick(edit, key, CTRL)
        assert edit.toPlainText() == TEXT
        assert not text_of(window).model.is_unsaved


def test_ctrl_d_selects_the_word_and_then_the_next_like_it(window: MainWindow) -> None:
    tab = text_of(window)
    put_cursor(tab, "TYPE_FP32")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_D, CTRL)
    first = tab.text.edit.textCursor()
    assert first.selectedText() == "TYPE_FP32"
    QTest.keyClick(tab.text.edit, Qt.Key.Key_D, CTRL)
    second = tab.text.edit.textCursor()
    assert second.selectedText() == "TYPE_FP32"
    assert second.position() > first.position()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_D, CTRL)
    assert tab.text.edit.textCursor().position() == first.position()


def test_lines_are_copied_and_deleted_by_key(window: MainWindow) -> None:
    tab = text_of(window)
    put_cursor(tab, "max_batch")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Down, ALT | SHIFT)
    assert tab.model.draft.document.text.count("max_batch_size: 8\n") == 2
    QTest.keyClick(tab.text.edit, Qt.Key.Key_K, CTRL | SHIFT)
    assert tab.model.draft.document.text == TEXT


def test_replace_all_is_one_step_and_says_how_many(window: MainWindow) -> None:
    tab = text_of(window)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_H, CTRL)
    find, new = (part(tab, QLineEdit, name) for name in (names.Text.FIND_FIELD, names.Text.REPLACE_FIELD))
    assert new.isVisible()
    QTest.keyClicks(find, "TYPE_FP32")
    QTest.keyClicks(new, "TYPE_INT8")
    QTest.mouseClick(part(tab, QAbstractButton, names.Text.REPLACE_ALL), Qt.MouseButton.LeftButton)
    assert tab.model.draft.document.text == TEXT.replace("TYPE_FP32", "TYPE_INT8")
    assert part(tab, QLabel, names.Text.FIND_COUNT).text() == "2 replaced"
    assert tab.model.undo_stack.undoText() == "Replace all"
    tab.model.undo_stack.undo()
    assert tab.model.draft.document.text == TEXT


def test_one_after_the_other_is_replaced_by_enter(window: MainWindow) -> None:
    tab = text_of(window)
    put_cursor(tab, "backend")
    tab.open_find_bar(replacing=True)
    find, new = (part(tab, QLineEdit, name) for name in (names.Text.FIND_FIELD, names.Text.REPLACE_FIELD))
    QTest.keyClicks(find, r"dims: \[ (\d)")
    assert part(tab, QLabel, names.Text.FIND_COUNT).text() == "Nothing found"
    part(tab, QAbstractButton, CHOICE.format("pattern")).click()
    assert part(tab, QLabel, names.Text.FIND_COUNT).text() == "2 found"
    QTest.keyClicks(new, "dims: [ 1, $1")
    new.setFocus()
    QTest.keyClick(new, Qt.Key.Key_Return)
    assert tab.model.draft.document.text == TEXT
    QTest.keyClick(new, Qt.Key.Key_Return)
    assert tab.model.draft.document.text == TEXT.replace("[ 4 ]", "[ 1, 4 ]", 1)
    QTest.keyClick(new, Qt.Key.Key_Return)
    assert tab.model.draft.document.text == TEXT.replace("[ 4 ]", "[ 1, 4 ]")


def test_what_is_no_expression_is_told_in_the_bar(window: MainWindow) -> None:
    tab = text_of(window)
    tab.open_find_bar()
    part(tab, QAbstractButton, CHOICE.format("pattern")).click()
    QTest.keyClicks(part(tab, QLineEdit, names.Text.FIND_FIELD), "(")
    assert part(tab, QLabel, names.Text.FIND_COUNT).text().startswith("No regular expression")


def test_escape_closes_the_bar_from_the_text_too(window: MainWindow) -> None:
    tab = text_of(window)
    tab.open_find_bar()
    assert not part(tab, QLineEdit, names.Text.REPLACE_FIELD).isVisible()
    tab.text.edit.setFocus()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Escape)
    assert not tab.text.find_bar.isVisible()


def test_a_line_is_gone_to_by_its_number_and_escape_goes_back(window: MainWindow) -> None:
    tab = text_of(window)
    put_cursor(tab, "backend")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_G, CTRL)
    field = part(tab, QLineEdit, names.Text.LINE_FIELD)
    assert field.selectedText() == "1"
    QTest.keyClicks(field, "3:9")
    cursor = tab.text.edit.textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (2, 8)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert tab.text.edit.textCursor().blockNumber() == 0
    QTest.keyClick(tab.text.edit, Qt.Key.Key_G, CTRL)
    QTest.keyClicks(field, "99")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert tab.text.edit.textCursor().blockNumber() == tab.text.edit.blockCount() - 1
    assert tab.text.edit.hasFocus()


def test_the_size_of_the_text_is_changed_by_key_and_wheel_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    edit = text_of(window).text.edit
    room = edit.gutter.room
    QTest.keyClick(edit, Qt.Key.Key_Equal, CTRL)
    QTest.keyClick(edit, Qt.Key.Key_Plus, CTRL)
    assert edit.font().pixelSize() == USUAL + 2
    assert edit.gutter.room > room
    _turn(edit.viewport(), -120)
    assert edit.font().pixelSize() == USUAL + 1
    qtbot.waitUntil(lambda: settings().get("text_size") == USUAL + 1)
    QTest.keyClick(edit, Qt.Key.Key_Minus, CTRL)
    QTest.keyClick(edit, Qt.Key.Key_Minus, CTRL)
    assert edit.font().pixelSize() == USUAL - 1
    QTest.keyClick(edit, Qt.Key.Key_0, CTRL)
    assert edit.font().pixelSize() == USUAL
    for by, end in ((100, LARGEST), (-100, SMALLEST)):
        text_size().change(by)
        assert edit.font().pixelSize() == end
    text_size().reset()
    qtbot.waitUntil(lambda: settings().get("text_size") == USUAL)


def _turn(widget: QWidget, by: int) -> None:
    place = QPointF(widget.rect().center())
    phase, no_button = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
    where = QPointF(widget.mapToGlobal(place.toPoint()))
    event = QWheelEvent(place, where, QPoint(), QPoint(0, by), no_button, CTRL, phase, False)
    QApplication.sendEvent(widget, event)


def test_the_menu_in_the_text_is_about_the_place_under_the_pointer(window: MainWindow) -> None:
    tab = text_of(window, "pipe")
    edit = tab.text.edit
    put_cursor(tab, 'net"')
    place = edit.cursor_place().center()
    put_cursor(tab, "platform")
    _ask_menu(edit, place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    listed = {action.text().partition("\t")[0]: action for action in menu.actions()}
    wanted = ["Cut", "Copy", "Paste", "Quick fix", "Go to the step’s model", "Rename what is at the cursor…"]
    assert set(wanted) | {"Help for this field", "Select all"} <= set(listed)
    menu.setActiveAction(listed["Go to the step’s model"])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert window.documents.current_name() == "net"


def _ask_menu(widget: QWidget, place: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    viewport = getattr(widget, "viewport", None)
    QApplication.sendEvent(viewport() if viewport else widget, event)


def test_cut_and_paste_from_the_menu_work_on_what_is_selected(window: MainWindow) -> None:
    tab = text_of(window)
    put_cursor(tab, "TYPE_FP32")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_D, CTRL)
    window.commands.run("cut")
    assert tab.model.draft.document.text == TEXT.replace("TYPE_FP32", "", 1)
    window.commands.run("paste")
    assert tab.model.draft.document.text == TEXT
    window.commands.run("select_all")
    assert tab.text.edit.textCursor().selectedText().startswith("backend")


def test_f2_in_the_text_renames_a_tensor_everywhere_else_the_model(window: MainWindow) -> None:
    tab = text_of(window, "pipe")
    put_cursor(tab, 'in" }\n    output')
    QTest.keyClick(tab.text.edit, Qt.Key.Key_F2)
    dialog = part(window, Prompt)
    wait_until(lambda: tasks.busy() == 0)
    dialog.field.setText("out")
    assert "already" in dialog.reason.text()
    dialog.field.setText("picture")
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.yes"), Qt.MouseButton.LeftButton)
    assert tab.model.draft.document.text == PIPE.replace('"in"', '"picture"')
    wait_until(window.isActiveWindow)
    tab.text.edit.setFocus()
    put_cursor(tab, "max_batch")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_F2)
    renaming = part(window, Prompt, names.Explorer.RENAME)
    assert renaming.windowTitle() == "Rename pipe"
    QTest.keyClick(renaming, Qt.Key.Key_Escape)


def test_find_is_about_what_has_the_keyboard(window: MainWindow) -> None:
    tab = text_of(window)
    window.commands.run("show_log")
    log = window.panels.panel("log")
    assert log is not None
    part(log, QLineEdit, names.Log.FILTER).clearFocus()
    part(log, QAbstractButton, names.Log.COPY).setFocus()
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F, CTRL)
    assert part(log, QLineEdit, names.Log.FILTER).hasFocus()
    assert not tab.text.find_bar.isVisible()
    tab.text.edit.setFocus()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_F, CTRL)
    assert tab.text.find_bar.isVisible()
    assert QKeySequence("Ctrl+F") in window.commands.action("find").shortcuts()
