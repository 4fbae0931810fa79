"""What a room gets from the window: the session, a way to show places, to ask and to tell; never the window itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from studio.app.notices import Action, Level
    from studio.app.selection import Selection
    from studio.app.session import Session
    from studio.core.checking.findings import Fix
    from studio.ui.room.menus import ContextMenu, Scope
    from studio.ui.room.place import Place
    from studio.ui.widgets.drops import FileDrops

D = TypeVar("D")
"""What a dialog gives."""


class Context(Protocol):
    """The door of a room to the rest of the studio. One window has one; it lives as long as the window."""

    @property
    def session(self) -> Session:
        """The repository, its open models and the server."""

    @property
    def selection(self) -> Selection:
        """What is selected in the explorer and what is in front: shared by all rooms, with a signal."""

    @property
    def drops(self) -> FileDrops:
        """Files that are dragged over the window from other programs."""

    def show(self, place: Place) -> QWidget | None:
        """Brings a place in front; gives the page, panel or dialog that shows it, None where it cannot be shown."""

    def page(self, room: str) -> QWidget:
        """The page of a room, made where it is not there yet, but not brought in front."""

    def panel(self, key: str) -> QWidget | None:
        """A panel by its key, whether it is in sight or not."""

    def front(self) -> QWidget | None:
        """The page in front. Ask it by `isinstance` for one of the protocols of `studio.ui.room.page`."""

    def inspect(self, view: str = "", title: str = "") -> QWidget:
        """Turns the inspector to a view by its key, the first one where none is given, under a title of its own."""

    def inspected(self) -> str:
        """The key of the view that the inspector shows."""

    def show_inspector(self) -> None:
        """Makes the inspector visible by a person's wish."""

    def inspector_view(self, view: str) -> QWidget | None:
        """A view of the inspector, where it was shown before."""

    def ask(self, make: Callable[[QWidget], D]) -> D:
        """Calls a function that opens a dialog, with the widget that it stands over; gives what that gives."""

    def tell(self, level: Level, text: str, detail: str = "", actions: tuple[Action, ...] = ()) -> None:
        """Posts a notice at the lower right; one with actions stays until it is answered."""

    def count(self, panel: str, number: int) -> None:
        """Shows a number beside the title of a panel at the foot; none for zero."""

    def mark(self, room: str, role: str, words: str) -> None:
        """Puts a dot on a room's button in the activity bar, with words for a screen reader; "" takes it away."""

    def menu(self, kind: ContextMenu) -> QMenu:
        """A menu of the commands that are declared for that place. The caller opens and deletes it."""

    def run(self, command: str) -> None:
        """Runs a command of any room by its id, as a press on its menu entry does: nothing where it is off."""

    def bind_keys(self, widget: QWidget, scope: Scope) -> None:
        """Gives the keys of the commands of a scope to a widget, for while that has the keyboard."""

    def close_repository(self) -> None:
        """Closes the repository and all tabs, after asking about unsaved work."""


def apply_fix(context: Context, model: str, fix: Fix) -> None:
    """Makes the edit of a fix in a model's tab, as one step to undo."""
    from studio.ui.room.place import ModelPlace

    context.show(ModelPlace(model))
    opened = context.session.models().get(model)
    if opened is not None and fix.edit is not None:
        opened.edit(fix.title, fix.edit)
