"""The tabs of the window: going through them, previews, closing many, opening again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.editor.model_tab import ModelTab
from studio.ui.room.place import ModelPlace, RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from studio.ui.widgets.pick_list import PickList
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository

pytestmark = pytest.mark.long

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """A window with the tabs alpha, beta and gamma, the last in front."""
    made = open_window()
    made.context.show(RepositoryPlace(write_repository(tmp_path)))
    wait_until(lambda: made.tabs.current() != "")
    for name in ("alpha", "beta", "gamma"):
        made.context.show(ModelPlace(name))
    return made


def shown(window: MainWindow) -> list[str]:
    return [key.removeprefix("model:") for key in window.tabs.keys()]  # noqa: SIM118 - no dict


def front(window: MainWindow) -> str:
    return window.documents.current_name()


def edit(window: MainWindow, name: str) -> None:
    model = window.need_session().models()[name]
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))


def click_model(window: MainWindow, name: str, *, double: bool = False) -> None:
    explorer = explorer_of(window)
    index = explorer.proxy.mapFromSource(explorer.model.find(name))
    place = explorer.tree.visualRect(index).center()
    press = QTest.mouseDClick if double else QTest.mouseClick
    press(explorer.tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_ctrl_tab_goes_to_the_tab_used_before_and_further_while_ctrl_is_held(window: MainWindow) -> None:
    window.context.show(ModelPlace("alpha"))
    QTest.keyPress(window, Qt.Key.Key_Tab, CTRL)
    assert front(window) == "gamma"
    QTest.keyPress(window, Qt.Key.Key_Tab, CTRL)
    assert front(window) == "beta"
    QTest.keyPress(window, Qt.Key.Key_Tab, CTRL | SHIFT)
    assert front(window) == "gamma"
    QTest.keyRelease(window, Qt.Key.Key_Control)
    QTest.keyClick(window, Qt.Key.Key_Tab, CTRL)
    assert front(window) == "alpha"
    QTest.keyClick(window, Qt.Key.Key_Tab, CTRL)
    assert front(window) == "gamma"


def test_ctrl_page_keys_go_along_the_tabs_from_the_text_too(window: MainWindow) -> None:
    page = window.tabs.page(window.tabs.current())
    assert isinstance(page, ModelTab)
    text = page.show_text().edit
    QTest.keyClick(text, Qt.Key.Key_PageDown, CTRL)
    assert front(window) == "alpha"
    QTest.keyClick(window, Qt.Key.Key_PageUp, CTRL)
    assert front(window) == "gamma"
    QTest.keyClick(window, Qt.Key.Key_PageUp, CTRL)
    assert front(window) == "beta"


def test_what_was_closed_opens_again(window: MainWindow) -> None:
    window.show_activity("settings")
    window.commands.run("close_tab")
    assert front(window) == "gamma"
    QTest.keyClick(window, Qt.Key.Key_W, CTRL)
    QTest.keyClick(window, Qt.Key.Key_F4, CTRL)
    assert shown(window) == ["alpha"]
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | SHIFT)
    assert shown(window) == ["alpha", "beta", "gamma", "settings"]
    assert not window.commands.action("reopen_tab").isEnabled()


def test_others_are_closed_only_where_there_are_some(window: MainWindow) -> None:
    several = [window.commands.action(each) for each in ("close_others", "close_right")]
    assert all(each.isEnabled() for each in several)
    window.commands.run("close_others")
    assert not any(each.isEnabled() for each in several)


def test_what_one_goes_to_has_the_keyboard(window: MainWindow) -> None:
    explorer_of(window).tree.setFocus()
    window.go_to_model()
    window.palette_popup.field.setText("alph")
    QTest.keyClick(window.palette_popup.field, Qt.Key.Key_Return)
    page = window.context.front()
    assert isinstance(page, ModelTab)
    assert front(window) == "alpha"
    wait_until(page.form.hasFocus)


def test_a_command_is_found_without_its_sign_where_nothing_else_is(window: MainWindow) -> None:
    window.go_to_model()
    window.palette_popup.field.setText("close oth")
    assert [each.text for each in window.palette_popup.entries()][:1] == ["Close other tabs"]
    window.palette_popup.field.setText("alph")
    assert [each.text for each in window.palette_popup.entries()][:1] == ["alpha"]
    window.palette_popup.dismiss()


def test_a_closed_tab_leaves_the_one_used_before_in_front(window: MainWindow) -> None:
    window.context.show(ModelPlace("alpha"))
    window.context.show(ModelPlace("gamma"))
    window.commands.run("close_tab")
    assert front(window) == "alpha"


def test_the_menu_of_a_tab_is_about_that_tab(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.tabs.bar
    place = bar.tabRect(0).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, bar.mapToGlobal(place))
    QApplication.sendEvent(bar, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert texts == [
        "Close the tab",
        "Close other tabs",
        "Close tabs to the right",
        "Close saved tabs",
        "Close all tabs",
    ]
    menu.setActiveAction(next(action for action in menu.actions() if action.text() == "Close tabs to the right"))
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert shown(window) == ["alpha"]
    # The tab whose menu it was is forgotten with the menu.
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | SHIFT)
    assert shown(window) == ["alpha", "gamma"]
    window.commands.run("close_others")
    assert shown(window) == ["gamma"]


def test_closing_many_asks_once_about_what_is_unsaved(window: MainWindow) -> None:
    edit(window, "alpha")
    edit(window, "beta")
    window.commands.run("close_saved")
    assert shown(window) == ["alpha", "beta"]
    window.commands.run("close_all")
    dialog = part(window, Question, "unsavedDialog")
    assert "2 models" in dialog.windowTitle()
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.save"), Qt.MouseButton.LeftButton)
    assert shown(window) == []


def test_a_middle_click_closes_a_tab(window: MainWindow) -> None:
    bar = window.tabs.bar
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(1).center())
    assert shown(window) == ["alpha", "gamma"]


def test_a_click_previews_and_the_next_takes_its_place(window: MainWindow) -> None:
    window.commands.run("close_all")
    click_model(window, "alpha")
    assert shown(window) == ["alpha"]
    assert window.tabs.preview == "model:alpha"
    click_model(window, "beta")
    assert shown(window) == ["beta"]
    assert list(window.need_session().models()) == ["beta"]
    edit(window, "beta")
    assert window.tabs.preview == ""
    click_model(window, "gamma")
    assert shown(window) == ["beta", "gamma"]
    click_model(window, "gamma", double=True)
    assert window.tabs.preview == ""
    click_model(window, "alpha")
    assert shown(window) == ["beta", "gamma", "alpha"]
    bar = window.tabs.bar
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(2).center())
    assert window.tabs.preview == ""


def test_a_preview_keeps_its_place_and_is_written_in_italics(window: MainWindow) -> None:
    window.commands.run("close_all")
    click_model(window, "alpha")
    window.context.show(ModelPlace("gamma"))
    before = window.tabs.bar.grab(window.tabs.bar.tabRect(0)).toImage()
    click_model(window, "beta")
    assert shown(window) == ["beta", "gamma"]
    window.context.show(ModelPlace("gamma"))
    slanted = window.tabs.bar.grab(window.tabs.bar.tabRect(0)).toImage()
    assert slanted != before
    window.tabs.keep("model:beta")
    assert window.tabs.bar.grab(window.tabs.bar.tabRect(0)).toImage() != slanted


def test_a_click_with_ctrl_selects_and_opens_nothing(window: MainWindow) -> None:
    window.commands.run("close_all")
    explorer = explorer_of(window)
    index = explorer.proxy.mapFromSource(explorer.model.find("beta"))
    place = explorer.tree.visualRect(index).center()
    QTest.keyPress(explorer.tree, Qt.Key.Key_Control)
    QTest.mouseClick(explorer.tree.viewport(), Qt.MouseButton.LeftButton, CTRL, place)
    QTest.keyRelease(explorer.tree, Qt.Key.Key_Control)
    assert shown(window) == []


def test_the_path_above_a_model_lists_the_others(window: MainWindow) -> None:
    page = window.tabs.page(window.tabs.current())
    assert isinstance(page, ModelTab)
    QTest.mouseClick(page.header.crumb, Qt.MouseButton.LeftButton)
    siblings = part(page, PickList, names.Editor.SIBLINGS)
    assert [entry.text for entry in siblings.entries()] == ["alpha", "beta", "gamma"]
    assert siblings.geometry().top() > page.header.crumb.mapTo(page, QPoint(0, 0)).y()
    QTest.keyClicks(siblings.field, "alp")
    QTest.keyClick(siblings.field, Qt.Key.Key_Return)
    assert front(window) == "alpha"


def test_the_name_of_the_configuration_lists_the_files_beside_it(open_window: OpenWindow, tmp_path: Path) -> None:
    repository = write_repository(tmp_path, "alpha")
    (repository / "alpha" / "labels.txt").write_text("cat\n")
    (repository / "alpha" / "1" / "model.py").write_text("x = 1\n")
    window = open_window(repository)
    page = window.context.show(ModelPlace("alpha"))
    assert isinstance(page, ModelTab)
    QTest.mouseClick(page.header.file, Qt.MouseButton.LeftButton)
    files = part(page, PickList, names.Editor.SIBLINGS)
    assert {"labels.txt", "1/model.py"} <= {entry.text for entry in files.entries()}
    assert "config.pbtxt" not in {entry.text for entry in files.entries()}
    QTest.keyClicks(files.field, "labels")
    QTest.keyClick(files.field, Qt.Key.Key_Return)
    assert window.tabs.current().endswith("labels.txt")


def test_one_view_gets_another_beside_it_and_the_one_with_the_keyboard_stays(window: MainWindow) -> None:
    page = window.tabs.page(window.tabs.current())
    assert isinstance(page, ModelTab)
    page.show_text()
    assert set(page.views.values()) == {"form", "text"}
    QTest.keyClick(window, Qt.Key.Key_Backslash, CTRL)
    assert page.views.values() == ("text",)
    QTest.keyClick(window, Qt.Key.Key_Backslash, CTRL)
    assert set(page.views.values()) == {"form", "text"}
    visible: list[QWidget] = [view for view in (page.form, page.text) if view.isVisible()]
    assert visible == [page.form, page.text]


@pytest.mark.parametrize("words", ["Close the tab", "Close other tabs", "Close tabs to the right"])
def test_the_menu_of_a_tab_that_is_gone_closes_no_other(window: MainWindow, tmp_path: Path, words: str) -> None:
    window.tabs.menu_requested.emit("model:beta", window.mapToGlobal(window.rect().center()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    shutil.rmtree(tmp_path / "models" / "beta")
    window.need_session().rescan()
    wait_until(lambda: shown(window) == ["alpha", "gamma"])
    next(each for each in menu.actions() if each.text().startswith(words)).trigger()
    menu.close()
    assert shown(window) == ["alpha", "gamma"]
