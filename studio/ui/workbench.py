"""The rooms of the window: the only module that knows them all. A new room is a folder and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.canvas.room import ROOM as CANVAS
from studio.ui.compare.room import ROOM as COMPARE
from studio.ui.consent.room import ROOM as CONSENT
from studio.ui.editor.room import ROOM as EDITOR
from studio.ui.explorer.room import ROOM as EXPLORER
from studio.ui.file.room import ROOM as FILE
from studio.ui.help.room import ROOM as HELP
from studio.ui.monitor.room import ROOM as MONITOR
from studio.ui.new_model.room import ROOM as NEW_MODEL
from studio.ui.problems.room import ROOM as PROBLEMS
from studio.ui.recovery.room import ROOM as RECOVERY
from studio.ui.requests.room import ROOM as REQUESTS
from studio.ui.room.room import Room
from studio.ui.search.room import ROOM as SEARCH
from studio.ui.served.room import ROOM as SERVED
from studio.ui.server.room import ROOM as SERVER
from studio.ui.settings.room import ROOM as SETTINGS
from studio.ui.shell.commands import in_order
from studio.ui.shell.tab_commands import tab_commands
from studio.ui.shell.window_commands import window_commands
from studio.ui.start.room import ROOM as START
from studio.ui.tester.room import ROOM as TESTER
from studio.ui.tester.runs.declared import ROOM as RUNS
from studio.ui.xray.room import ROOM as XRAY

if TYPE_CHECKING:
    from studio.ui.room.command import Command
    from studio.ui.room.context import Context

ROOMS: tuple[Room, ...] = (
    START,
    EXPLORER,
    EDITOR,
    CANVAS,
    FILE,
    PROBLEMS,
    SEARCH,
    SERVER,
    SERVED,
    CONSENT,
    REQUESTS,
    TESTER,
    RUNS,
    MONITOR,
    XRAY,
    NEW_MODEL,
    COMPARE,
    SETTINGS,
    RECOVERY,
    HELP,
)


def commands() -> tuple[Command[Context], ...]:
    """Every command of the studio in the order of the menus: those of the rooms and the window's own."""
    return in_order([*(command for room in ROOMS for command in room.commands), *window_commands(), *tab_commands()])
