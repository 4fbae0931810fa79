"""What rooms get of this window: the one implementation of `Context`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.room.menus import ContextMenu, Scope
from studio.ui.room.page import FilePage, ModelPage
from studio.ui.room.place import FilePlace, ModelPlace, PagePlace, PanelPlace, Place, RepositoryPlace
from studio.ui.room.room import Opener, Room
from studio.ui.shell.pages import MODELS
from studio.ui.widgets.drops import FileDrops

if TYPE_CHECKING:
    from studio.app.notices import Action, Level
    from studio.app.selection import Selection
    from studio.app.session import Session
    from studio.ui.shell.window_parts import WindowParts

D = TypeVar("D")


class WindowContext:
    """The door of all rooms to one window; `connect` and `bind` bring what it leads to."""

    def __init__(self, rooms: Sequence[Room], window: QWidget) -> None:
        self._window = window
        self._openers: dict[type[Place], Opener] = {each.kind: each for room in rooms for each in room.places}
        self._held: tuple[Session, Selection] | None = None
        self._parts: WindowParts
        self.drops = FileDrops(window)

    def connect(self, parts: WindowParts) -> None:
        """Takes the parts of the window once they are made."""
        self._parts = parts

    def bind(self, session: Session, selection: Selection) -> None:
        """Takes the session and what is selected in it, once they are there."""
        self._held = session, selection

    @property
    def session(self) -> Session:
        """The session. Raises RuntimeError before it is there: commands are off until then."""
        if self._held is None:
            raise RuntimeError("the session is not there yet")
        return self._held[0]

    @property
    def selection(self) -> Selection:
        """What is selected. Raises RuntimeError before the session is there."""
        if self._held is None:
            raise RuntimeError("the session is not there yet")
        return self._held[1]

    def show(self, place: Place) -> QWidget | None:
        """Brings a place in front; gives what shows it."""
        match place:
            case RepositoryPlace(path):
                self._parts.documents.open_repository(path)
                return None
            case PagePlace(room):
                return self._show_page(room)
            case PanelPlace(panel):
                return self._parts.panels.show(panel)
            case ModelPlace():
                return self._show_model(place)
            case FilePlace():
                return self._show_file(place)
        opener = self._openers.get(type(place))
        if opener is None:
            raise KeyError(f"no room shows {place}")
        return opener.show(self, place)

    def _show_page(self, room: str) -> QWidget | None:
        before = self._window.focusWidget()
        if room != MODELS:
            self._parts.pages.show(room)
        else:
            self._parts.documents.show_models()
        page = self.front()
        if page is not None and (before is None or not before.isVisible()):
            # Else the keyboard falls to any widget of the window.
            page.setFocus()
        return page

    def _show_model(self, place: ModelPlace) -> QWidget | None:
        page = self._parts.documents.open_model(place.model, preview=place.preview)
        if place.at and isinstance(page, ModelPage):
            page.reveal(place.at)
        return page

    def _show_file(self, place: FilePlace) -> QWidget | None:
        page = self._parts.documents.files.open(place.path, preview=place.preview)
        if place.line and isinstance(page, FilePage):
            page.reveal_line(place.line)
        return page

    def page(self, room: str) -> QWidget:
        """The page of a room."""
        return self._parts.pages.page(room)

    def panel(self, key: str) -> QWidget | None:
        """A panel by its key."""
        return self._parts.panels.panel(key)

    def front(self) -> QWidget | None:
        """The page in front."""
        return self._parts.tabs.page(self._parts.tabs.current())

    def inspect(self, view: str = "", title: str = "") -> QWidget:
        """Turns the inspector to a view."""
        return self._parts.inspector.show_view(view, title)

    def inspected(self) -> str:
        """The key of the view that the inspector shows."""
        return self._parts.inspector.current

    def inspector_view(self, view: str) -> QWidget | None:
        """A view of the inspector, where it was shown before."""
        return self._parts.inspector.made(view)

    def show_inspector(self) -> None:
        """Makes the inspector visible by a person's wish."""
        self._parts.docks.show_dock("inspector", shown=True)
        self._parts.docks.inspector.raise_()

    def ask(self, make: Callable[[QWidget], D]) -> D:
        """Opens a dialog over the window."""
        return make(self._window)

    def tell(self, level: Level, text: str, detail: str = "", actions: tuple[Action, ...] = ()) -> None:
        """Posts a notice at the lower right."""
        from studio.app import notices

        notices.post(level, text, detail, actions)

    def count(self, panel: str, number: int) -> None:
        """Shows a number beside the title of a panel at the foot."""
        self._parts.docks.bottom.set_count(panel, number)

    def mark(self, room: str, role: str, words: str) -> None:
        """Puts a dot on the button of a room in the activity bar."""
        self._parts.activities.set_mark(room, role, words)

    def menu(self, kind: ContextMenu) -> QMenu:
        """A menu of the commands that are declared for a place."""
        return self._parts.commands.menu(kind)

    def run(self, command: str) -> None:
        """Runs a command by its id."""
        self._parts.commands.run(command)

    def bind_keys(self, widget: QWidget, scope: Scope) -> None:
        """Gives the keys of a scope to a widget."""
        self._parts.commands.bind_keys(widget, scope)

    def close_repository(self) -> None:
        """Closes the repository, after asking about unsaved work."""
        self._parts.documents.close_repository()
