"""Small habits: Escape in a search, lines that are cut whole, one name for a key, a way to a server, notices aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from studio.app import notices
from studio.ui.editor.model_tab import ModelTab
from studio.ui.help.about import AboutDialog
from studio.ui.room.place import ModelPlace, PagePlace
from studio.ui.shell.frame.notices_entry import NoticesEntry
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import NoServer, SearchField
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import close_notices, explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_model, write_repository

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window on two models, one of them with a problem."""
    repository = write_repository(tmp_path, "alpha")
    write_model(repository, "beta", 'backend: "identity"\nmax_batch_size: -1\n')
    window = open_window(repository, size=(1280, 720))
    window.activateWindow()
    return window


def _text(window: MainWindow) -> ModelTab:
    page = window.context.show(ModelPlace("alpha"))
    assert isinstance(page, ModelTab)
    edit = page.show_text().edit
    wait_until(edit.hasFocus)
    return page


def test_escape_in_an_empty_search_gives_the_keyboard_back(window: MainWindow) -> None:
    edit = _text(window).text.edit
    field = part(explorer_of(window), SearchField, names.Explorer.FILTER)
    field.setFocus()
    QTest.keyClicks(field, "al")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert edit.hasFocus()


def test_without_a_selection_the_line_is_copied_and_cut(window: MainWindow) -> None:
    page = _text(window)
    edit, before = page.text.edit, page.model.draft.document.text
    lines = before.splitlines(keepends=True)
    cursor = edit.textCursor()
    cursor.setPosition(len(lines[0]) + 3)
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == lines[1]
    window.commands.run("cut")
    assert QApplication.clipboard().text() == lines[1]
    assert page.model.draft.document.text == "".join([lines[0], *lines[2:]])
    QTest.keyClick(edit, Qt.Key.Key_V, CTRL)
    assert page.model.draft.document.text == before
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_X, CTRL)
    assert page.model.draft.document.text == ""
    assert QApplication.clipboard().text() == before


def test_nothing_is_replaced_where_nothing_is_found(window: MainWindow) -> None:
    page = _text(window)
    page.open_find_bar(replacing=True)
    buttons = [part(page, QAbstractButton, name) for name in (names.Text.REPLACE_ONE, names.Text.REPLACE_ALL)]
    field = part(page, QLineEdit, names.Text.FIND_FIELD)
    for words, found in (("", False), ("backend", True), ("nowhere", False)):
        field.setText(words)
        assert [button.isEnabled() for button in buttons] == [found, found]


@pytest.mark.parametrize("room", ["test", "monitor"])
def test_a_page_that_needs_a_server_leads_to_one(window: MainWindow, room: str) -> None:
    page = window.context.show(PagePlace(room))
    assert page is not None
    empty = part(page, NoServer)
    assert empty.title.text() == NoServer.TITLE
    QTest.mouseClick(part(empty, QAbstractButton, NoServer.SERVE), Qt.MouseButton.LeftButton)
    assert window.tabs.current() == "serve"


def test_a_key_has_one_name(window: MainWindow) -> None:
    shown = [each.key for each in window.commands.entries()]
    assert "Ctrl Enter" in shown
    assert not [key for key in shown if "Return" in key]
    assert window.commands.action("send").text().endswith("\tCtrl+Enter")


def test_notices_keep_clear_of_the_head_of_the_panel(window: MainWindow) -> None:
    window.docks.bottom.set_folded(False)
    head = window.docks.bottom.titleBarWidget()
    wait_until(head.isVisible)
    for number in range(3):
        notices.post("error", f"Something went wrong {number}", "It stays until somebody takes it away.")

    def areas() -> list[QRect]:
        return [toast.geometry() for toast in window.toasts.shown()]

    def covered() -> bool:
        area = QRect(head.mapTo(window, QPoint()), head.size())
        return any(area.intersects(each) for each in areas())

    assert len(areas()) == 3
    wait_until(lambda: not covered())
    window.docks.bottom.set_folded(True)
    wait_until(lambda: not covered())
    close_notices(window)


def test_notices_that_stay_go_to_the_status_bar_and_come_back(window: MainWindow) -> None:
    # One that is pointed at is not put away.
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))
    for level in ("warning", "error"):
        notices.post(level, f"It was a {level}", actions=(("Again", lambda: None),))
    entry = part(window, NoticesEntry)
    assert not entry.isVisible()
    window.toasts.put_away()
    assert [toast.isVisible() for toast in window.toasts.shown()] == [False, False]
    assert entry.isVisible()
    assert entry.accessibleDescription() == "2 notices"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert len(window.toasts.shown()) == 2
    notices.post("error", "One more", actions=(("Again", lambda: None),))
    assert [toast.isVisible() for toast in window.toasts.shown()] == [False, False, True]
    entry.setFocus()
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert [toast.isVisible() for toast in window.toasts.shown()] == [True, True, True]
    assert not entry.isVisible()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.toasts.shown()[-1].isAncestorOf(focus)
    window.toasts.put_away()
    assert [toast.isVisible() for toast in window.toasts.shown()] == [False, False, True]
    close_notices(window)
    assert not entry.isVisible()


def test_notices_follow_the_panel_that_folds(window: MainWindow) -> None:
    window.docks.bottom.set_folded(False)
    head = window.docks.bottom.titleBarWidget()
    wait_until(head.isVisible)
    notices.post("error", "It stays", "More than the panel is high.\n" * 12)

    def gap() -> int:
        return head.mapTo(window, QPoint()).y() - window.toasts.shown()[-1].geometry().bottom()

    wait_until(lambda: 0 < gap() < 16)
    before = head.mapTo(window, QPoint()).y()
    window.docks.bottom.set_folded(True)
    wait_until(lambda: head.mapTo(window, QPoint()).y() > before)
    wait_until(lambda: 0 < gap() < 16)
    close_notices(window)


def test_the_title_of_about_is_not_said_twice(window: MainWindow) -> None:
    dialog = AboutDialog(window)
    assert dialog.windowTitle() == "About Trireme"
    dialog.deleteLater()
    assert isinstance(dialog, QWidget)
