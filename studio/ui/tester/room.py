"""The tester's room: requests to a model, and the answers in viewers that suit them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.place import PagePlace, RequestPlace, WhyPlace
from studio.ui.room.room import PageSpec, Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.tester.page import TesterPage


def _page(context: Context, parent: QWidget) -> TesterPage:
    from studio.ui.tester.page import TesterPage

    page = TesterPage(context.session, parent)
    page.empty.serve.clicked.connect(lambda: context.show(PagePlace("serve")))
    page.why_asked.connect(lambda model: context.show(WhyPlace(model)))
    return page


def _show(context: Context, place: RequestPlace) -> QWidget | None:
    from studio.ui.tester.page import TesterPage

    page = context.show(PagePlace("test"))
    if isinstance(page, TesterPage):
        page.select(place.model)
    return page


def send(context: Context) -> None:
    """Sends the request of the tester."""
    from studio.ui.tester.page import TesterPage

    page = context.page("test")
    if isinstance(page, TesterPage):
        page.send_request()


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "test",
        "Test",
        Menu.VIEW,
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
