"""A room that nobody knows comes into the window by its declaration alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.session import Session
from studio.ui.room.command import Choice, Command
from studio.ui.room.context import Context
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.place import ModelPlace, PagePlace, PanelPlace, Place, RepositoryPlace
from studio.ui.room.room import InspectorView, PageSpec, Panel, Region, Room, StatusItem, shows
from studio.ui.shell.names import Shell
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.status import StatusEntry, status_label
from studio.ui.workbench import ROOMS
from tests.fixtures.finding import part
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_repository


@dataclass(frozen=True, slots=True)
class NotePlace(Place):
    """The page of the room in this test, with a word to show."""

    word: str


class NotesPage(QLabel):
    """What the room shows in the middle."""


def _page(_: Context, parent: QWidget) -> NotesPage:
    return NotesPage("empty", parent)


def _status(context: Context) -> QWidget:
    entry = StatusEntry("statusNotes", "Notes")
    entry.add(status_label("notes"))
    entry.clicked.connect(lambda: context.show(PagePlace("notes")))
    return entry


def _show(context: Context, place: NotePlace) -> QWidget | None:
    page = context.show(PagePlace("notes"))
    if isinstance(page, NotesPage):
        page.setText(place.word)
    return page


def _label(text: str) -> QLabel:
    made = QLabel(text)
    made.setObjectName(text)
    return made


NOTES = Room(
    "notes",
    "Notes",
    "pencil-simple",
    "Words that a person wants to keep.",
    (
        Command(
            "note",
            "Note it",
            Menu.HELP,
            (7, 10),
            lambda context: context.tell("success", f"Noted {context.selection.model}"),
            ("Ctrl+Alt+N",),
            needs=lambda facts: facts.has_repository,
            context_menus=frozenset({ContextMenu.MODEL_ROW}),
        ),
        Command("notes", "Old notes", Menu.HELP, (7, 20), choices=lambda _: [Choice("first", lambda: None)]),
    ),
    page=PageSpec(_page, 15),
    panels=(Panel("scraps", "Scraps", Region.FOOT, lambda _: _label("scraps"), 5),),
    inspector=(InspectorView("note", "One note", lambda _: _label("note"), 99),),
    status=(StatusItem(_status, 15, has_line=True),),
    places=(shows(NotePlace, _show),),
)


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """The window with one room more, on a repository."""
    window, session = MainWindow((*ROOMS, NOTES)), Session()
    window.resize(1440, 900)
    window.show()
    window.bind(session)
    window.context.show(RepositoryPlace(write_repository(tmp_path)))
    wait_until(lambda: bool(window.documents.open_keys()) and tasks.busy() == 0)
    yield window
    window.close()
    assert session.shutdown()
    window.deleteLater()
    session.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_its_page_has_a_button_a_tab_and_a_place(window: MainWindow) -> None:
    part(window, QWidget, Shell.ACTIVITY.format("notes")).click()  # type: ignore[attr-defined]
    assert window.activity == "notes"
    assert isinstance(window.context.front(), NotesPage)
    assert window.tabs.current() == "notes"
    window.context.show(ModelPlace("beta"))
    assert window.activity == "models"
    shown = window.context.show(NotePlace("kept"))
    assert shown is window.context.front()
    assert part(window, NotesPage).text() == "kept"


def test_its_commands_are_in_menus_and_palette_and_run(window: MainWindow, posted: list[Notice]) -> None:
    assert "Note it" in [entry.text for entry in window.commands.entries()]
    menu = window.context.menu(ContextMenu.MODEL_ROW)
    assert "Note it" in [action.text() for action in menu.actions()]
    menu.deleteLater()
    explorer_of(window).select("gamma")
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: [notice.text for notice in posted] == ["Noted gamma"])
    window.commands.submenus["notes"].aboutToShow.emit()
    assert [action.text() for action in window.commands.submenus["notes"].actions()] == ["first"]


def test_its_panel_status_and_view_are_there(window: MainWindow) -> None:
    assert window.context.show(PanelPlace("scraps")) is part(window, QLabel, "scraps")
    assert part(window, QLabel, "scraps").isVisible()
    window.context.count("scraps", 3)
    assert window.docks.bottom.tabs.accessibleTabName(0) == "Scraps, 3"
    entry = part(window, StatusEntry, "statusNotes")
    assert entry.isVisible()
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert window.activity == "notes"
    assert window.context.inspect("note") is window.inspector.made("note")
    assert window.docks.inspector.header.title.text() == "One note"


def test_a_place_that_no_room_shows_is_an_error(window: MainWindow) -> None:
    with pytest.raises(KeyError, match="no room shows"):
        window.context.show(Place())
