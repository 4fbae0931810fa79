"""The server's room: launching, stopping, attaching, what is loaded, and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu, turn_panel
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.place import LogPlace, PagePlace, PanelPlace, ServerPlace
from studio.ui.room.room import PageSpec, Panel, Region, Room, StatusItem, shows
from studio.ui.server.several.commands import COMMANDS as SEVERAL

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.server.log_panel.panel import LogPanel
    from studio.ui.server.page import ServePage


def _page(context: Context, parent: QWidget) -> ServePage:
    from studio.ui.server.page import ServePage

    page = ServePage(context.session, parent)
    page.models.opened.connect(lambda: context.show(PagePlace("served")))
    page.why_asked.connect(context.show)
    return page


def _log(context: Context) -> LogPanel:
    from studio.ui.room.reason_places import place_of
    from studio.ui.server.log_panel.panel import LogPanel

    panel = LogPanel(context.session)
    panel.menu_asked.connect(lambda at: open_menu(context, ContextMenu.LOG, at))
    panel.place_asked.connect(lambda model, reason: context.show(place_of(context.session, model, reason)))
    return panel


def _log_in_front(context: Context) -> LogPanel | None:
    from studio.ui.server.log_panel.panel import LogPanel

    panel = context.panel("log")
    return panel if isinstance(panel, LogPanel) else None


def _status(context: Context) -> QWidget:
    from studio.ui.server.status import ServerEntry

    return ServerEntry(context)


def _show(context: Context, place: ServerPlace) -> QWidget | None:
    session = context.session
    if session.connections.find(place.address):
        session.connections.attach(place.address)
    elif place.address:
        session.server.attach(place.address)
    return context.show(PagePlace("serve"))


def _show_log(context: Context, place: LogPlace) -> QWidget | None:
    panel = context.show(PanelPlace("log"))
    log = _log_in_front(context)
    if log is not None:
        log.go_to(place.model, place.at)
    return panel


def _begin(context: Context) -> None:
    from studio.app.serving.adoption import Adoption
    from studio.ui.widgets.dialogs import confirm

    def ask(title: str, text: str, act: Callable[[], object]) -> None:
        context.ask(lambda window: confirm(window, title, text, "Take it over", act))

    Adoption(context.session, ask)


def launch(context: Context) -> None:
    """Launches the server with the settings of its page, or restarts it where one runs."""
    from studio.ui.server.page import ServePage

    page = context.page("serve")
    if isinstance(page, ServePage):
        page.launch()


def attach(context: Context) -> None:
    """Asks for a connection or an address and attaches to the server there."""
    from studio.ui.server.attach import ask_connection

    session = context.session
    dialog = context.ask(lambda window: ask_connection(window, session.connections, session.server))
    dialog.accepted.connect(lambda: _show_attached(context))


def _show_attached(context: Context) -> None:
    """The page of the server, with the keyboard on the way to its models."""
    from studio.ui.server.page import ServePage

    page = context.show(PagePlace("serve"))
    if isinstance(page, ServePage):
        page.models.open.setFocus(Qt.FocusReason.OtherFocusReason)


def _on_log(id_: str, text: str, order: int, run: Callable[[LogPanel], object], icon: str) -> Command[Context]:
    menus = frozenset({ContextMenu.LOG})
    made = Command(id_, text, Menu.SERVER, (3, order), run, (), icon, facts.session, context_menus=menus)
    return made.on(_log_in_front)


_LOG: tuple[Command[Context], ...] = (
    _on_log("find_in_log", "Find in the log", 10, lambda log: log.open_search(), "magnifying-glass"),
    _on_log("copy_log", "Copy lines of the log", 20, lambda log: log.copy(), "copy"),
    _on_log("follow_log", "Follow the log", 30, lambda log: log.follow.toggle(), "arrow-line-down"),
    _on_log("save_log", "Save the log…", 25, lambda log: log.ask_save(), "download-simple"),
    _on_log("clear_log", "Clear the log", 40, lambda log: log.clear(), "trash"),
)
COMMANDS: tuple[Command[Context], ...] = (
    *_LOG,
    *SEVERAL,
    Command(
        "attach",
        "Attach to a server…",
        Menu.FILE,
        (0, 40),
        attach,
        ("Ctrl+Shift+A",),
        "broadcast",
        facts.session,
    ),
    Command(
        "serve",
        "Serve",
        Menu.PAGES,
        (1, 20),
        lambda context: context.show(PagePlace("serve")),
        ("Alt+2",),
        "rocket-launch",
        facts.session,
    ),
    Command(
        "show_log",
        "Server log",
        Menu.VIEW,
        (2, 40),
        lambda context: turn_panel(context, "log"),
        ("Ctrl+`", "Ctrl+Shift+U"),
        "terminal-window",
        facts.session,
    ),
    Command("launch", "Launch or restart", Menu.SERVER, (0, 10), launch, ("F5",), "rocket-launch", facts.repository),
    Command(
        "stop",
        "Stop",
        Menu.SERVER,
        (0, 20),
        lambda context: context.session.server.stop(),
        ("Shift+F5",),
        "stop",
        facts.server_to_stop,
    ),
    Command(
        "refresh",
        "Refresh the models’ states",
        Menu.SERVER,
        (1, 20),
        lambda context: context.session.server.refresh(),
        (),
        "arrow-clockwise",
        facts.running_server,
    ),
)
ROOM = Room(
    "serve",
    "Serve",
    "rocket-launch",
    "Launch a Triton on the repository or attach to one, load and unload models, read the log.",
    COMMANDS,
    page=PageSpec(_page, 20, speaks_of_server=True, lists_servers=True),
    panels=(Panel("log", "Server log", Region.FOOT, _log, 20),),
    status=(StatusItem(_status, 10),),
    places=(shows(ServerPlace, _show), shows(LogPlace, _show_log)),
    begin=_begin,
)
