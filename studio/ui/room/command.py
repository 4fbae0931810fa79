"""Commands: everything a person can ask for, each declared once by its room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from studio.ui.room import facts
from studio.ui.room.facts import Facts, Needs
from studio.ui.room.menus import ContextMenu, Menu, Scope

if TYPE_CHECKING:
    from studio.ui.room.context import Context

T = TypeVar("T")
"""What a command works on."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a command that opens a submenu: its text, and what it does."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """One thing a person can ask for: menus, palette, keys and the reference are made of it.

    `run` gets what the command works on. For the commands of a `Room` that is its `Context`. A room whose commands all
    work on one thing of its own (the text in front, the canvas in front) declares them as `Command[TextPane]` and turns
    them into commands of a context by `on`, which says how that thing is found:

        _TEXT = (Command[TextPane]("fold", "Fold", Menu.VIEW, (3, 10), run=lambda text: text.fold(), …), …)
        COMMANDS = tuple(command.on(text_in_front) for command in _TEXT)

    A canvas does the same with `scope=Scope.CANVAS`: the palette then runs the command on the canvas in front, while
    the canvas's own `keyPressEvent` and context menus look it up in the table by key or by `context_menus`, and run it
    on themselves.
    """

    id: str
    text: str
    menu: Menu
    at: tuple[int, int] = (0, 0)
    """Its place in the menu: the group, between which lines are drawn, and the order within the group."""
    run: Callable[[T], object] | None = None
    """What it does; None for one that only opens the submenu of its `choices`."""
    keys: tuple[str, ...] = ()
    """The keys in Qt's portable spelling; the first one is shown."""
    icon: str = ""
    needs: Needs = facts.nothing
    """Whether it can be run now; else it is shown greyed."""
    why_off: Callable[[Facts], str] = lambda _: ""
    """What its key says where it cannot be run: one that is pressed in vain does nothing that is seen."""
    checked: Callable[[Facts], bool] | None = None
    """For one that switches something: whether that is on."""
    scope: Scope = Scope.WINDOW
    """Where its keys hold."""
    context_menus: frozenset[ContextMenu] = frozenset()
    """The menus at the pointer that it is in, in the order of the menu bar."""
    choices: Callable[[T], Sequence[Choice]] | None = None
    """The lines of its submenu, asked for when that opens."""

    @property
    def key(self) -> str:
        """The key that is shown; empty where it has none. What Qt calls Return is called Enter on most keyboards."""
        return self.keys[0].replace("Return", "Enter") if self.keys else ""

    def on(self, find: Callable[[Context], T | None]) -> Command[Context]:
        """The same command, run on what `find` finds; nothing happens where it finds nothing."""
        run = self.run

        def run_found(context: Context) -> None:
            found = find(context)
            if found is not None and run is not None:
                run(found)

        return replace(cast("Command[Context]", self), run=run_found)
