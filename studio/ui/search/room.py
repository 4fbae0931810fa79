"""The room of the search: words in all configurations, and what replaces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import ModelPlace, PanelPlace, ReviewPlace
from studio.ui.room.room import Panel, Region, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.ui.room.context import Context
    from studio.ui.search.panel import SearchPanel


def _panel(context: Context) -> SearchPanel:
    from studio.ui.search.panel import SearchPanel

    panel = SearchPanel(context.session)
    panel.opened.connect(lambda model, at, preview: context.show(ModelPlace(model, at, preview)))
    panel.counted.connect(lambda count: context.count("search", count))
    panel.search.replaced.connect(lambda changed, left: _tell(context, changed, left))
    return panel


def _tell(context: Context, changed: Sequence[str], left: Sequence[str]) -> None:
    """Says what was replaced, with a way to look at it, and what was not."""
    if changed:
        count = f"{len(changed)} model{'' if len(changed) == 1 else 's'}"
        look = ("Review changes", lambda: context.show(ReviewPlace(tuple(changed))))
        context.tell("success", f"Replaced in {count}", "Nothing is saved yet.", (look,))
    if left:
        context.tell("warning", f"Not replaced in {', '.join(left[:3])}", "Its text changed meanwhile. Look again.")


def _selected() -> str:
    """What is selected in the text that has the keyboard, where that is a part of one line."""
    from PySide6.QtWidgets import QApplication, QPlainTextEdit

    focus = QApplication.focusWidget()
    chosen = focus.textCursor().selectedText() if isinstance(focus, QPlainTextEdit) else ""
    return "" if "\u2029" in chosen else chosen


def _open(context: Context, *, replacing: bool) -> None:
    from studio.ui.search.panel import SearchPanel

    words = _selected()
    panel = context.show(PanelPlace("search"))
    if isinstance(panel, SearchPanel):
        panel.open_search(words, replacing=replacing)


def find(context: Context) -> None:
    """Looks for words in all configurations."""
    _open(context, replacing=False)


def replace(context: Context) -> None:
    """Looks for words in all configurations and replaces them."""
    _open(context, replacing=True)


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "find_everywhere",
        "Find in all configurations",
        Menu.EDIT,
        (1, 16),
        find,
        ("Ctrl+Shift+F",),
        "folders",
        facts.repository,
    ),
    Command(
        "replace_everywhere",
        "Replace in all configurations",
        Menu.EDIT,
        (1, 18),
        replace,
        ("Ctrl+Shift+H",),
        needs=facts.repository,
    ),
)
ROOM = Room(
    "search",
    "Search",
    "folders",
    "Look for words or a regular expression in all configurations, and replace them.",
    COMMANDS,
    panels=(Panel("search", "Search", Region.FOOT, _panel, 15),),
)
