"""The commands about several servers: which is current, one more, and one that is no longer wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Choice, Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import PagePlace

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def launch_another(context: Context) -> None:
    """Launches one more server with the settings of the page; what runs goes on."""
    from studio.ui.server.page import ServePage

    page = context.page("serve")
    if isinstance(page, ServePage):
        page.launch(another=True)


def serve_here(context: Context) -> None:
    """Shows the server of the open folder where one runs, or launches one."""
    servers = context.session.servers
    in_front = servers.in_front()
    there = servers.serving(in_front) if in_front is not None else None
    if there is not None:
        servers.choose(there)
    else:
        context.run("launch")


def _close(context: Context) -> None:
    context.session.servers.close(context.session.servers.current)


def _choices(context: Context) -> list[Choice]:
    servers = context.session.servers
    return [
        Choice(f"{servers.identity(each).name} ({servers.identity(each).where})", partial(_show, context, number))
        for number, each in enumerate(servers.listed)
    ]


def _show(context: Context, number: int) -> None:
    listed = context.session.servers.listed
    if number < len(listed):
        context.session.servers.choose(listed[number])
        context.show(PagePlace("serve"))


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "launch_another",
        "Launch one more server",
        Menu.SERVER,
        (0, 12),
        launch_another,
        ("Ctrl+F5",),
        "plus",
        facts.repository,
    ),
    Command(
        "restart_here",
        "Restart the server on the open folder",
        Menu.SERVER,
        (0, 14),
        lambda context: context.session.servers.restart_here(),
        (),
        "arrow-clockwise",
        facts.server_of_another_folder,
    ),
    Command("choose_server", "Current server", Menu.SERVER, (0, 30), choices=_choices, needs=facts.a_server),
    Command(
        "next_server",
        "Next server",
        Menu.SERVER,
        (0, 32),
        lambda context: context.session.servers.choose_next(),
        ("Ctrl+F6",),
        "caret-right",
        facts.several_servers,
    ),
    Command(
        "last_server",
        "Server before",
        Menu.SERVER,
        (0, 34),
        lambda context: context.session.servers.choose_next(-1),
        ("Ctrl+Shift+F6",),
        "caret-left",
        facts.several_servers,
    ),
    Command(
        "close_server",
        "Take the server off the list",
        Menu.SERVER,
        (0, 36),
        _close,
        ("Ctrl+Shift+F5",),
        "x",
        facts.a_server,
    ),
)
