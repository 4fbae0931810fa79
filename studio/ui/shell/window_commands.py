"""The window's own commands: those on its tabs, docks and palette, which belong to no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.room.context import Context
    from studio.ui.shell.documents import Documents


class WindowActions(Protocol):
    """What the window's own commands can make it do."""

    def close(self) -> bool:
        """Closes the window, after asking about unsaved work."""

    @property
    def documents(self) -> Documents:
        """What is open in it."""

    def need_session(self) -> Session:
        """The session; commands are off before it is there."""

    def setProperty(self, name: str, value: object) -> bool:  # noqa: N802 - Qt calls it so
        """Keeps something about the window by name."""

    def close_settled(self) -> None:
        """Closes it without a question."""

    def go_to_model(self) -> None:
        """Lists the models by name."""

    def show_palette(self) -> None:
        """Lists every command with its key."""

    def show_activity(self, key: str) -> None:
        """Brings an activity to the front."""

    def toggle_dock(self, key: str) -> None:
        """Shows or hides the explorer or the inspector."""

    def toggle_panel(self) -> None:
        """Folds the panel at the foot, or unfolds it."""

    def turn_full_screen(self) -> None:
        """Gives the window the whole screen, or its former size."""

    def reset_layout(self) -> None:
        """Puts the docks back where they were at the first start."""

    def move_focus(self, by: int) -> None:
        """Gives the keyboard to the next region, or to the one before."""


RESTART = "restart"
"""The property of a window that closes to be started anew: the repository that it showed, "" for none."""


def _restart(window: WindowActions) -> None:
    """Starts the studio anew on what it shows, after asking about unsaved work."""

    def close() -> None:
        repository = window.need_session().repository
        window.setProperty(RESTART, str(repository.path) if repository else "")
        window.close_settled()

    window.documents.when_settled(close)


_OWN: tuple[Command[WindowActions], ...] = (
    Command("restart", "Restart Trireme", Menu.HELP, (9, 10), _restart, icon="arrow-clockwise", needs=facts.session),
    Command("quit", "Quit", Menu.FILE, (3, 20), lambda window: window.close(), ("Ctrl+Q",), "sign-out"),
    Command(
        "go_to_model",
        "Go to a model…",
        Menu.VIEW,
        (0, 20),
        lambda window: window.go_to_model(),
        ("Ctrl+P",),
        "cube",
        facts.repository,
    ),
    Command(
        "palette",
        "Command palette…",
        Menu.VIEW,
        (0, 30),
        lambda window: window.show_palette(),
        ("Ctrl+Shift+P",),
        "command",
    ),
    Command(
        "models",
        "Models",
        Menu.PAGES,
        (1, 10),
        lambda window: window.show_activity("models"),
        ("Alt+1",),
        "cube",
        facts.repository,
    ),
    Command(
        "explorer",
        "Explorer",
        Menu.VIEW,
        (2, 10),
        lambda window: window.toggle_dock("explorer"),
        ("Ctrl+B",),
        needs=facts.repository,
        checked=lambda now: now.shows_explorer,
    ),
    Command(
        "inspector",
        "Inspector",
        Menu.VIEW,
        (2, 20),
        lambda window: window.toggle_dock("inspector"),
        ("Ctrl+I",),
        needs=facts.repository,
        checked=lambda now: now.shows_inspector,
    ),
    Command(
        "panel",
        "Panel",
        Menu.VIEW,
        (2, 30),
        lambda window: window.toggle_panel(),
        ("Ctrl+J",),
        needs=facts.session,
        checked=lambda now: now.shows_panel,
    ),
    Command(
        "full_screen",
        "Full screen",
        Menu.VIEW,
        (2, 45),
        lambda window: window.turn_full_screen(),
        ("F11",),
    ),
    Command(
        "reset_layout",
        "Restore the layout",
        Menu.VIEW,
        (2, 50),
        lambda window: window.reset_layout(),
        needs=facts.repository,
    ),
    Command("next_region", "Next region", Menu.VIEW, (2, 60), lambda window: window.move_focus(1), ("F6",)),
    Command("last_region", "Region before", Menu.VIEW, (2, 70), lambda window: window.move_focus(-1), ("Shift+F6",)),
)


def window_commands(find: Callable[[], WindowActions | None] = lambda: None) -> tuple[Command[Context], ...]:
    """The table of them, run on the window that `find` gives."""
    return tuple(command.on(lambda _context: find()) for command in _OWN)
