"""The room of the settings, with the commands that change the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import PagePlace
from studio.ui.room.room import PageSpec, Room

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context
    from studio.ui.settings.page import SettingsPage


def _page(context: Context, parent: QWidget) -> SettingsPage:
    from studio.ui.settings.page import SettingsPage

    page = SettingsPage(context.session, parent)
    page.restart_wanted.connect(lambda: context.run("restart"))
    return page


def _use(choice: str) -> Callable[[Context], object]:
    def use(_: Context) -> None:
        from PySide6.QtWidgets import QApplication

        from studio.app.settings import settings
        from studio.ui.look import theme

        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, choice)
        settings().set("theme", choice)

    return use


def _theme(choice: str, text: str, order: int, icon: str = "") -> Command[Context]:
    return Command(
        f"theme_{choice}",
        text,
        Menu.THEME,
        (4, order),
        _use(choice),
        icon=icon,
        checked=lambda now: now.theme == choice,
    )


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "settings",
        "Settings",
        Menu.FILE,
        (3, 10),
        lambda context: context.show(PagePlace("settings")),
        ("Ctrl+,",),
        "gear-six",
        facts.session,
    ),
    _theme("system", "Follow the system’s theme", 10),
    _theme("dark", "Dark theme", 20, "moon"),
    _theme("light", "Light theme", 30, "sun"),
)
ROOM = Room(
    "settings",
    "Settings",
    "gear-six",
    "Theme, engines, ports and limits; each is kept at once.",
    COMMANDS,
    page=PageSpec(_page, 90),
)
