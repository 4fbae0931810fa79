"""The room that compares interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.room import Room

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def compare(context: Context) -> None:
    """Compares what is selected: two versions, two models, or one with the one before it."""
    from studio.ui.compare.dialog import CompareDialog

    rows = context.selection.rows or context.selection.folders
    if rows:
        context.ask(lambda window: CompareDialog(window, context.session, rows).open())


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "compare",
        "Compare interfaces…",
        Menu.MODEL,
        (1, 30),
        compare,
        (),
        "git-diff",
        facts.selected_model,
        context_menus=frozenset({ContextMenu.MODEL_ROW, ContextMenu.VERSION_ROW}),
    ),
)
ROOM = Room(
    "compare",
    "Compare",
    "git-diff",
    "Two versions or two models side by side: which tensors and facts differ.",
    COMMANDS,
)
