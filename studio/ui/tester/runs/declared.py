"""The room of the results of saved requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import PagePlace, RequestPlace
from studio.ui.room.room import PageSpec, Room

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.tester.runs.page import RunsPage


def _page(context: Context, parent: QWidget) -> RunsPage:
    from studio.ui.tester.runs.page import RunsPage

    page = RunsPage(context.session, parent)
    page.open_wanted.connect(lambda name: context.show(RequestPlace("", name)))
    page.menu_asked.connect(lambda at: open_menu(context, ContextMenu.RESULT, at))
    context.bind_keys(page.table, Scope.RESULTS)
    return page


def _in_front(context: Context) -> RunsPage | None:
    from studio.ui.tester.runs.page import RunsPage

    page = context.front()
    return page if isinstance(page, RunsPage) else None


def _on_page(
    id_: str, text: str, order: int, run: Callable[[RunsPage], object], icon: str, *keys: str
) -> Command[Context]:
    made = Command(
        id_,
        text,
        Menu.REQUESTS,
        (2, order),
        run,
        keys,
        icon,
        facts.session,
        scope=Scope.RESULTS,
        context_menus=frozenset({ContextMenu.RESULT}),
    )
    return made.on(_in_front)


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "results",
        "Results of saved requests",
        Menu.PAGES,
        (1, 32),
        lambda context: context.show(PagePlace("runs")),
        ("Alt+6",),
        "checks",
        facts.session,
    ),
    _on_page("open_result", "Open the request", 10, lambda on: on.open_chosen(), "flask", "Return", "Enter"),
    _on_page("run_result", "Run the chosen results again", 20, lambda on: on.run_chosen(), "play", "Ctrl+R"),
    _on_page("compare_result", "Compare with what is expected", 30, lambda on: on.compare(), "git-diff", "C"),
    _on_page("keep_result", "Keep what came as expected…", 40, lambda on: on.keep(), "floppy-disk", "K"),
)
ROOM = Room(
    "runs",
    "Run all",
    "checks",
    "What came of all saved requests: what is not as expected first, with how far it is off.",
    COMMANDS,
    page=PageSpec(_page, 31, under="test", speaks_of_server=True),
)
