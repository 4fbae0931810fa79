"""What is done with saved requests: with the one in the form, with those that are chosen, and with all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import PagePlace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.tester.saved.saved_side import SavedSide


def saved_of(page: QWidget | None) -> SavedSide | None:
    """The saved requests of the tester's page."""
    from studio.ui.tester.saved.saved_side import SavedSide

    return page.findChild(SavedSide) if page is not None else None


def _there(context: Context) -> SavedSide | None:
    return saved_of(context.page("test"))


def _shown(context: Context) -> SavedSide | None:
    return saved_of(context.show(PagePlace("test")))


def _on_chosen(saved: SavedSide, do: Callable[[str], object]) -> None:
    """Does it with the first of the requests that are chosen."""
    for name in saved.list.tree.chosen()[:1]:
        do(name)


def _request(
    id_: str,
    text: str,
    order: int,
    run: Callable[[SavedSide], object],
    icon: str,
    *keys: str,
    needs: facts.Needs = facts.request_in_front,
) -> Command[Context]:
    made = Command(
        id_,
        text,
        Menu.REQUESTS,
        (1, order),
        run,
        keys,
        icon,
        needs,
        scope=Scope.REQUESTS,
        context_menus=frozenset({ContextMenu.REQUEST}),
    )
    return made.on(_there)


_CHOSEN: tuple[Command[Context], ...] = (
    _request(
        "open_request",
        "Open the saved request",
        10,
        lambda saved: _on_chosen(saved, saved.opened.open),
        "arrow-square-out",
    ),
    _request(
        "run_request",
        "Run the chosen requests",
        20,
        lambda saved: saved.run(saved.list.tree.chosen()),
        "play",
        "Ctrl+R",
        needs=facts.request_and_server,
    ),
    _request(
        "request_text",
        "Open the file of the request as text",
        30,
        lambda saved: _on_chosen(saved, saved.text_wanted.emit),
        "file-text",
        "Alt+Return",
    ),
    _request(
        "rename_request",
        "Rename the request…",
        40,
        lambda saved: _on_chosen(saved, saved.files.rename),
        "pencil-simple",
        "F2",
    ),
    _request(
        "duplicate_request",
        "Duplicate the request",
        50,
        lambda saved: _on_chosen(saved, saved.files.duplicate),
        "copy",
        "Ctrl+D",
    ),
    _request(
        "remove_request",
        "Remove the chosen requests",
        60,
        lambda saved: saved.files.remove(saved.list.tree.chosen()),
        "trash",
        "Del",
    ),
)


def _all(
    id_: str,
    text: str,
    at: tuple[Menu, int, int],
    run: Callable[[SavedSide], object],
    icon: str,
    key: str = "",
    needs: facts.Needs = facts.session,
) -> Command[Context]:
    keys = (key,) if key else ()
    made = Command(id_, text, at[0], at[1:], run, keys, icon, needs)
    return made.on(_shown if needs is facts.session else _there)


_ALL: tuple[Command[Context], ...] = (
    _all("new_request", "New request", (Menu.REQUESTS, 0, 10), lambda saved: saved.new(), "plus"),
    _all(
        "save_request_as",
        "Save the request as…",
        (Menu.FILE, 1, 15),
        lambda saved: saved.keeping.save_as(),
        "floppy-disk",
        "Ctrl+Alt+S",
        facts.request_in_front,
    ),
    _all(
        "run_saved",
        "Run all saved requests",
        (Menu.REQUESTS, 0, 20),
        lambda saved: saved.run_all(),
        "play",
        "Alt+R",
        facts.running_server,
    ),
    _all(
        "run_failed",
        "Run again what is not as expected",
        (Menu.REQUESTS, 0, 30),
        lambda saved: saved.run_failed(),
        "arrow-clockwise",
        "Alt+Shift+R",
        facts.running_server,
    ),
    _all(
        "environments",
        "Environments of requests…",
        (Menu.REQUESTS, 0, 40),
        lambda saved: saved.edit_environments(),
        "sliders-horizontal",
    ),
    _all(
        "export_requests",
        "Export saved requests…",
        (Menu.REQUESTS, 0, 50),
        lambda saved: saved.files.export(),
        "export",
    ),
)
COMMANDS: tuple[Command[Context], ...] = (*_ALL, *_CHOSEN)
