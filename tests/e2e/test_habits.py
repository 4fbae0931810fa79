"""The habits of an editor and a browser as a table: each row is done in the real window by real keys and mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QTabBar, QWidget

from studio.app import notices
from studio.core.serving.launch import LogLine
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.text.code_edit import CodeEdit
from studio.ui.editor.text.text_size import USUAL, text_size
from studio.ui.room.place import ModelPlace
from studio.ui.search.panel import SearchPanel
from studio.ui.served.table import ServedTable
from studio.ui.server.log_panel.lines import LogLines
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.pick_list import PickList
from tests.e2e.hand import Hand, until
from tests.fixtures import names
from tests.fixtures.panels import explorer_of
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_repository


@dataclass
class Person:
    """The window and the hand at it."""

    window: MainWindow
    hand: Hand

    def open(self, *models: str) -> None:
        """Opens models in tabs of their own and closes all others, the last one in front."""
        self.window.commands.run("close_all")
        for name in models:
            self.window.context.show(ModelPlace(name))

    @property
    def tabs(self) -> list[str]:
        """The open tabs from left to right."""
        return [key.removeprefix("model:") for key in self.window.tabs.keys()]  # noqa: SIM118 - no dict

    @property
    def front(self) -> str:
        """The tab in front."""
        return self.window.tabs.current().removeprefix("model:")

    @property
    def tab(self) -> ModelTab:
        """The model's tab in front."""
        page = self.window.context.front()
        assert isinstance(page, ModelTab)
        return page

    def text(self, words: str) -> CodeEdit:
        """The text in front with the keyboard, its cursor where some words begin."""
        edit = self.tab.show_text().edit
        cursor = edit.textCursor()
        cursor.setPosition(edit.toPlainText().index(words))
        edit.setTextCursor(cursor)
        self.hand.click(edit.viewport(), edit.cursor_place().center())
        return edit

    def click_tab(self, place: int, button: str) -> None:
        """Presses a tab with a button of the mouse."""
        bar = self.hand.find(QTabBar, names.Shell.TAB_BAR)
        self.hand.click(bar, bar.tabRect(place).center(), button=button)

    def click_model(self, name: str, times: int = 1) -> None:
        """Presses a model in the explorer."""
        explorer = explorer_of(self.window)
        self.hand.click_row(explorer.tree, explorer.proxy.mapFromSource(explorer.model.find(name)), times)

    def menu(self) -> list[str]:
        """What the open menu offers; it is closed then."""
        until(lambda: QApplication.activePopupWidget() is not None, 10, "no menu came")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
        self.hand.key("Escape")
        return texts

    def pick(self, *typed: str) -> None:
        """Types into the palette, and takes what stands first."""
        until(lambda: self.window.palette_popup.isVisible(), 10, "no palette came")
        for words in typed:
            self.hand.type(words)
        self.hand.key("Return")


@dataclass(frozen=True)
class Habit:
    """One row of the table: what a person is used to, and what does it; a reason where it does not hold."""

    words: str
    do: Callable[[Person], object]


def holds(condition: Callable[[], object], what: str) -> None:
    """Fails where it does not come about."""
    until(condition, 10, what)


# Tabs


def ctrl_tab(person: Person) -> None:
    person.open("alpha", "beta", "gamma")
    person.hand.key("ctrl+Tab")
    holds(lambda: person.front == "beta", "Ctrl+Tab did not go to the tab used before")
    person.hand.key("ctrl+Tab")
    holds(lambda: person.front == "gamma", "Ctrl+Tab did not go back")
    person.hand.hold("ctrl", "Tab", "Tab")
    holds(lambda: person.front == "alpha", "a held Ctrl did not go further back")
    person.hand.key("ctrl+shift+Tab")
    holds(lambda: person.front == "beta", "Ctrl+Shift+Tab did not go the other way")


def ctrl_page(person: Person) -> None:
    person.open("alpha", "beta")
    person.text("backend")
    person.hand.key("ctrl+Next")
    holds(lambda: person.front == "alpha", "Ctrl+PgDn did nothing in the text")
    person.hand.key("ctrl+Prior")
    holds(lambda: person.front == "beta", "Ctrl+PgUp did nothing")


def reopen(person: Person) -> None:
    person.open("alpha", "beta")
    person.hand.key("ctrl+w")
    holds(lambda: person.tabs == ["alpha"], "Ctrl+W did not close")
    person.hand.key("ctrl+shift+t")
    holds(lambda: person.tabs == ["alpha", "beta"], "Ctrl+Shift+T did not open it again")


def tab_menu(person: Person) -> None:
    person.open("alpha", "beta")
    person.click_tab(0, "3")
    wanted = {"Close other tabs", "Close tabs to the right", "Close saved tabs", "Open the closed tab again"}
    assert wanted <= set(person.menu())


def middle(person: Person) -> None:
    person.open("alpha", "beta")
    person.click_tab(0, "2")
    holds(lambda: person.tabs == ["beta"], "a middle click did not close the tab")


def preview(person: Person) -> None:
    person.open()
    person.click_model("alpha")
    holds(lambda: person.tabs == ["alpha"], "a click did not preview")
    person.click_model("beta")
    holds(lambda: person.tabs == ["beta"], "the next preview did not take its place")
    person.click_model("gamma", times=2)
    holds(lambda: person.window.tabs.preview == "" and person.tabs == ["gamma"], "a double click did not keep it")


def split(person: Person) -> None:
    person.open("alpha")
    person.text("backend")
    before = set(person.tab.views.values())
    person.hand.key("ctrl+backslash")
    holds(lambda: set(person.tab.views.values()) != before, "Ctrl+backslash did nothing")
    person.hand.key("ctrl+backslash")
    holds(lambda: set(person.tab.views.values()) == {"form", "text"}, "Ctrl+backslash did not bring both")


def breadcrumb(person: Person) -> None:
    person.open("alpha")
    person.hand.click(person.tab.header.crumb)
    person.hand.find(PickList, names.Editor.SIBLINGS)
    person.hand.type("gam")
    person.hand.key("Return")
    holds(lambda: person.front == "gamma", "the path led to no other model")


# Commands


def sign(person: Person) -> None:
    person.hand.key("ctrl+p")
    person.pick(">", "settings")
    holds(lambda: person.window.activity == "settings", "> in Ctrl+P ran no command")
    person.hand.key("alt+1")


def exact(person: Person) -> None:
    person.hand.key("ctrl+shift+p")
    person.pick("full scrren")
    holds(person.window.isFullScreen, "a command with a letter wrong was not found")
    person.hand.key("F11")
    holds(lambda: not person.window.isFullScreen(), "F11 did not leave the whole screen")


# The text


def ctrl_d(person: Person) -> None:
    person.open("alpha")
    edit = person.text("TYPE_FP32")
    person.hand.key("ctrl+d")
    holds(lambda: edit.textCursor().selectedText() == "TYPE_FP32", "Ctrl+D did not select the word")
    assert edit.toPlainText() == CONFIG.format(name="alpha")


def replace(person: Person) -> None:
    person.open("alpha")
    person.text("backend")
    person.hand.key("ctrl+h")
    person.hand.type("TYPE_FP32")
    person.hand.click(person.hand.find(QLineEdit, names.Text.REPLACE_FIELD))
    person.hand.type("TYPE_INT8")
    person.hand.click(person.hand.find(QWidget, names.Text.REPLACE_ALL))
    model = person.tab.model
    holds(lambda: model.draft.document.text.count("TYPE_INT8") == 2, "Ctrl+H replaced nothing")
    person.hand.key("Escape")
    holds(lambda: not person.tab.text.find_bar.isVisible(), "Escape did not close the bar")
    person.hand.key("ctrl+z")
    holds(lambda: not model.is_unsaved, "one undo did not take all back")


def go_to_line(person: Person) -> None:
    person.open("alpha")
    edit = person.text("backend")
    person.hand.key("ctrl+g")
    person.hand.type("5")
    person.hand.key("Return")
    holds(lambda: edit.textCursor().blockNumber() == 4 and edit.hasFocus(), "Ctrl+G did not go to the line")


def zoom(person: Person) -> None:
    person.open("alpha")
    edit = person.text("backend")
    person.hand.key("ctrl+plus")
    holds(lambda: edit.font().pixelSize() == USUAL + 1, "Ctrl++ did not make the text larger")
    person.hand.hold("ctrl", click="5", at=edit.viewport())
    holds(lambda: edit.font().pixelSize() == USUAL, "Ctrl and the wheel did not make the text smaller")
    person.hand.key("ctrl+minus")
    person.hand.key("ctrl+0")
    holds(lambda: text_size().pixels == USUAL, "Ctrl+0 did not give the usual size")


def text_menu(person: Person) -> None:
    person.open("alpha")
    edit = person.text("backend")
    person.hand.click(edit.viewport(), edit.cursor_place().center(), button="3")
    wanted = {"Cut", "Copy", "Paste", "Quick fix", "Go to the step’s model", "Rename what is at the cursor…"}
    assert wanted | {"Help for this field"} <= set(person.menu())


# Panels


def everywhere(person: Person) -> None:
    person.open()
    person.hand.key("ctrl+shift+f")
    person.hand.type("max_batch")
    panel = person.window.panels.panel("search")
    assert isinstance(panel, SearchPanel)
    holds(lambda: len(panel.model.hits()) == 3, "Ctrl+Shift+F found nothing")
    person.hand.click_row(panel.list, panel.model.index(3, 0))
    holds(lambda: person.front == "beta", "a click on what was found did not show it")
    person.hand.key("ctrl+shift+f")
    person.hand.key("BackSpace")
    person.hand.key("ctrl+j")


def panel_keys(person: Person) -> None:
    bottom = person.window.docks.bottom
    for keys, panel in (("ctrl+grave", "log"), ("ctrl+shift+m", "problems")):
        person.hand.key(keys)
        holds(lambda: not bottom.is_folded, f"{keys} did not bring a panel")
        assert bottom.current() == panel
        person.hand.key(keys)
        holds(lambda: bottom.is_folded, f"{keys} did not fold it")


def log(person: Person) -> None:
    panel = person.window.panels.panel("log")
    assert isinstance(panel, LogPanel)
    person.window.need_session().server.current.log_appended.emit([LogLine("E", "it is broken", "x", 1.0)])
    person.hand.key("ctrl+grave")
    person.hand.click(person.hand.find(LogLines, names.Log.LIST).viewport(), QPoint(60, 8))
    person.hand.key("ctrl+f")
    holds(panel.filter.hasFocus, "Ctrl+F in the log did not look in the log")
    person.hand.click(panel.list.viewport(), QPoint(60, 8), button="3")
    assert {"Find in the log", "Copy lines of the log", "Clear the log"} <= set(person.menu())
    person.hand.key("ctrl+grave")


def escape(person: Person) -> None:
    person.open("alpha")
    notices.post("error", "Something failed", "", (("Again", lambda: None),))
    holds(person.window.toasts.shown, "the notice did not come")
    person.text("backend")
    person.hand.key("Escape")
    holds(lambda: not person.window.toasts.shown(), "Escape did not close the notice")


# Dialogs


def in_the_middle(person: Person) -> None:
    person.open("alpha")
    person.click_model("alpha")
    person.hand.key("F2")
    dialog = person.hand.find(QDialog, names.Explorer.RENAME)
    around = person.window.frameGeometry()
    holds(lambda: around.contains(dialog.frameGeometry()), "the dialog did not come up within its window")
    assert abs(dialog.frameGeometry().center().x() - around.center().x()) < 60
    person.hand.key("Escape")
    gone = partial(person.window.findChild, QDialog, names.Explorer.RENAME)
    holds(lambda: gone() is None, "Escape did not close the dialog")


def save_prompt(person: Person) -> None:
    person.open("alpha")
    model = person.tab.model
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    person.hand.key("ctrl+w")
    dialog = person.hand.find(QDialog, "unsavedDialog")
    focus = dialog.focusWidget()
    assert focus is not None
    assert focus.objectName() == "answer.save"
    person.hand.key("Return")
    holds(lambda: person.tabs == [] and b"max_batch_size: 4" in model.path.read_bytes(), "Enter did not save")
    model.path.write_text(CONFIG.format(name="alpha"))


def served_row(person: Person) -> None:
    person.hand.key("alt+5")
    table = person.hand.find(ServedTable, names.Served.TABLE)
    person.hand.click(table.viewport(), QPoint(60, 16), button="3")
    assert {"Open the model", "Test this model", "Open its folder", "Why?", "Unload"} <= set(person.menu())
    person.hand.key("alt+1")


HABITS = (
    Habit("Ctrl+Tab goes to the tab used before, further while Ctrl is held", ctrl_tab),
    Habit("Ctrl+PgDn and Ctrl+PgUp go along the tabs, from the text too", ctrl_page),
    Habit("Ctrl+Shift+T opens a closed tab again", reopen),
    Habit("A right click on a tab has a menu", tab_menu),
    Habit("A middle click closes a tab", middle),
    Habit("A click previews, a double click keeps", preview),
    Habit("Ctrl+\\ puts views side by side", split),
    Habit("A click on the path lists what stands beside", breadcrumb),
    Habit("> in Ctrl+P lists commands", sign),
    Habit("The palette finds by name with a letter wrong; F11", exact),
    Habit("Ctrl+D deletes nothing", ctrl_d),
    Habit("Ctrl+H replaces", replace),
    Habit("Ctrl+G goes to a line", go_to_line),
    Habit("Ctrl and +, -, 0 and the wheel size the text", zoom),
    Habit("A right click in the text has a menu", text_menu),
    Habit("Ctrl+Shift+F looks everywhere", everywhere),
    Habit("Ctrl+` and Ctrl+Shift+M bring panels", panel_keys),
    Habit("Ctrl+F and a right click in the log are about the log", log),
    Habit("Escape closes what floats", escape),
    Habit("A dialog comes up in the middle of its window", in_the_middle),
    Habit("The save prompt has the keyboard on the button that stands out", save_prompt),
    Habit("A right click on a row of Serve has a menu", served_row),
)


@pytest.fixture
def person(open_window: OpenWindow, tmp_path: Path) -> Person:
    """A person before the real window on three models."""
    window = open_window(write_repository(tmp_path), size=(1360, 860))
    until(window.isActiveWindow, 20, "the window never became active")
    window.docks.bottom.set_folded(True)
    return Person(window, Hand(window))


@pytest.mark.timeout(400)
def test_every_row_of_the_table_holds(person: Person) -> None:
    failed = []
    for habit in HABITS:
        try:
            habit.do(person)
        except AssertionError as error:
            failed.append(f"{habit.words}: {error}")
            person.hand.key("Escape")
        print(f"{'no ' if failed and failed[-1].startswith(habit.words) else 'yes'}  {habit.words}")
    assert not failed, "\n".join(failed)
