"""The room of help: all commands with their keys, the studio's logs, and what this program is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from studio import private
from studio.paths import state_dir
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.room import Room

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def open_logs(_: Context) -> None:
    """Opens the folder that holds the studio's own logs."""
    from studio.app.desktop import open_path

    with suppress(OSError):
        private.folder(state_dir())
    open_path(state_dir())


def about(context: Context) -> None:
    """Shows the dialog about the studio."""
    from studio.ui.help.about import AboutDialog

    context.ask(lambda window: AboutDialog(window).open())


def show_licences(context: Context) -> None:
    """Shows the licences of what the studio is made of."""
    from studio.ui.help.licences import LicencesDialog

    context.ask(lambda window: LicencesDialog(window).open())


COMMANDS: tuple[Command[Context], ...] = (
    Command("keys", "All commands and keys", Menu.HELP, (0, 20), lambda context: context.run("palette"), icon="list"),
    Command("show_files", "Open the studio’s logs", Menu.HELP, (1, 10), open_logs, icon="file-text"),
    Command("licences", "Licences", Menu.HELP, (1, 15), show_licences, icon="file-text"),
    Command("about", "About Trireme", Menu.HELP, (1, 20), about, icon="info"),
)
ROOM = Room("help", "Help", "question", "All commands and keys, the studio’s logs, and its version.", COMMANDS)
