"""Habits around the pages: panels by key, menus at the pointer, the whole screen, Escape."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.app import notices
from studio.core.serving.launch import LogLine
from studio.failure import Failure
from studio.ui.requests.panel import RequestsPanel
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.shell.window import MainWindow
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window on three models."""
    return open_window(write_repository(tmp_path))


def menu_at(widget: QWidget, place: QPoint) -> dict[str, int]:
    """Asks for the menu at a place; gives its lines that can be chosen, each with its number, and closes it."""
    viewport = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    listed = [action for action in menu.actions() if action.text() and action.isEnabled()]
    menu.close()
    return {action.text(): number for number, action in enumerate(listed)}


@pytest.mark.parametrize(
    ("key", "held", "panel"), [(Qt.Key.Key_QuoteLeft, CTRL, "log"), (Qt.Key.Key_M, CTRL | SHIFT, "problems")]
)
def test_a_panel_comes_by_its_key_and_goes_by_it(
    window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier, panel: str
) -> None:
    window.docks.bottom.set_folded(True)
    QTest.keyClick(window, key, held)
    assert not window.docks.bottom.is_folded
    assert window.docks.bottom.current() == panel
    shown, focus = window.panels.panel(panel), QApplication.focusWidget()
    assert shown is not None
    assert focus is not None
    assert shown.isAncestorOf(focus)
    QTest.keyClick(window, key, held)
    assert window.docks.bottom.is_folded


def test_the_log_has_a_menu(window: MainWindow) -> None:
    window.commands.run("show_log")
    log = window.panels.panel("log")
    assert isinstance(log, LogPanel)
    log.model.append([LogLine("E", "it is broken", "x", 1.0), LogLine("I", "fine", "x", 2.0)])
    lines = menu_at(log.list, QPoint(20, 5))
    assert list(lines) == [
        "Find in the log",
        "Copy lines of the log",
        "Save the log…",
        "Follow the log",
        "Clear the log",
    ]
    window.commands.run("copy_log")
    assert "it is broken" in QApplication.clipboard().text()
    window.commands.run("find_in_log")
    assert log.filter.hasFocus()
    window.commands.run("clear_log")
    assert log.model.rowCount() == 0


def test_a_past_request_has_a_menu_and_a_double_click_asks_its_model_again(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.context.panel("requests")
    assert isinstance(panel, RequestsPanel)
    panel.add_failure(window.need_session().servers.current, "beta", Failure("Ask", "no server"))
    window.docks.bottom.show_page("requests")
    place = panel.table.visualRect(panel.model.index(0, 1)).center()
    assert {"Open the model", "Test this model", "Open its folder"} <= set(menu_at(panel.table, place))
    window.commands.run("open_model")
    assert window.documents.current_name() == "beta"
    place = panel.table.visualRect(panel.model.index(0, 1)).center()
    for press in (QTest.mouseClick, QTest.mouseDClick):
        press(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.activity == "test"


def test_f11_gives_the_window_the_whole_screen_and_back(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()


def test_escape_closes_the_latest_notice(window: MainWindow) -> None:
    for text in ("One", "Two"):
        notices.post("error", text, "", (("Again", lambda: None),))
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert len(window.toasts.shown()) == 1
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert window.toasts.shown() == []
