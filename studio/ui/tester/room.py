"""The tester's room: requests to a model, and the answers in viewers that suit them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import FilePlace, PagePlace, RequestPlace, TracePlace, WhyPlace
from studio.ui.room.room import PageSpec, Room, shows
from studio.ui.tester.saved import commands as on_saved

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.tester.page import TesterPage


def _page(context: Context, parent: QWidget) -> TesterPage:
    from studio.ui.tester.page import TesterPage
    from studio.ui.tester.saved.saved_side import SavedSide

    page = TesterPage(context.session, parent)
    page.empty.serve.clicked.connect(lambda: context.show(PagePlace("serve")))
    page.timing.trace_wanted.connect(lambda trace: context.show(TracePlace(trace)))
    page.why_asked.connect(lambda model: context.show(WhyPlace(model)))
    saved = SavedSide(context.session, page)
    saved.text_wanted.connect(lambda name: _show_text(context, name))
    saved.runs_wanted.connect(lambda: context.show(PagePlace("runs")))
    saved.list.menu_asked.connect(lambda at: open_menu(context, ContextMenu.REQUEST, at))
    context.bind_keys(saved.list.tree, Scope.REQUESTS)
    return page


def _show_text(context: Context, name: str) -> None:
    """The file of a saved request, at the line that is wrong where one is."""
    saved = context.session.requests.saved
    entry = saved.entries.get(name)
    if saved.folder is not None and entry is not None:
        context.show(FilePlace(saved.folder.path(name), entry.line))


def _show(context: Context, place: RequestPlace) -> QWidget | None:
    from studio.app.requests.past import Past
    from studio.ui.tester.page import TesterPage

    page = context.show(PagePlace("test"))
    if isinstance(page, TesterPage):
        page.front_end.show(shown=False)
    saved = on_saved.saved_of(page)
    if isinstance(page, TesterPage) and saved is not None:
        past = context.session.requests.past.find(place.past) if place.past else None
        if place.filled is not None:
            past = Past(time.time(), place.filled)
        if past is not None:
            saved.show_past(past)
        elif place.saved:
            saved.open_with_answer(place.saved)
        else:
            saved.opened.close()
            page.select(place.model)
            if place.probe:
                page.tools.prober.probe_when_known(place.model, place.probe)
    return page


def send(context: Context) -> None:
    """Sends the request of the tester."""
    from studio.ui.tester.page import TesterPage

    page = context.page("test")
    if isinstance(page, TesterPage) and page.front_end.is_shown:
        page.front_end.side.ask()
    elif isinstance(page, TesterPage):
        page.send_request()


def ask_front_end(context: Context) -> None:
    """Shows the form for an OpenAI-compatible front end."""
    from studio.ui.tester.page import TesterPage

    page = context.show(PagePlace("test"))
    if isinstance(page, TesterPage):
        page.front_end.show(shown=True)
        page.front_end.side.address.setFocus()


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "test",
        "Test",
        Menu.PAGES,
        (1, 30),
        lambda context: context.show(PagePlace("test")),
        ("Alt+3",),
        "flask",
        facts.session,
    ),
    Command(
        "test_model",
        "Test this model",
        Menu.MODEL,
        (3, 30),
        lambda context: context.show(RequestPlace(context.selection.model)),
        ("Ctrl+T",),
        "flask",
        facts.selected_model,
        context_menus=frozenset({ContextMenu.MODEL_ROW, ContextMenu.LISTED_MODEL}),
    ),
    Command(
        "send",
        "Send the request",
        Menu.SERVER,
        (1, 10),
        send,
        ("Ctrl+Return", "Ctrl+Enter"),
        "paper-plane-right",
        facts.running_server,
    ),
    Command(
        "ask_front_end",
        "Ask an OpenAI-compatible front end",
        Menu.SERVER,
        (1, 15),
        ask_front_end,
        icon="chat-text",
        needs=facts.session,
    ),
    *on_saved.COMMANDS,
)
ROOM = Room(
    "test",
    "Test",
    "flask",
    "Make a request from files, generators or by hand, send it, and look at the tensors that come back.",
    COMMANDS,
    page=PageSpec(_page, 30, speaks_of_server=True),
    places=(shows(RequestPlace, _show),),
)
