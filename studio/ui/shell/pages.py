"""The pages of the activity bar, of which each is there once, and which activity is in front."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.room.context import Context
from studio.ui.room.room import PageSpec, Room
from studio.ui.shell.frame.tabs import TabArea

MODELS = "models"
"""The activity that is no page: the tabs of the models, with the explorer beside them."""


class Pages(QObject):
    """Makes the pages of the rooms and remembers which activity is in front."""

    activity_changed = Signal(str)

    def __init__(self, rooms: Sequence[Room], tabs: TabArea, context: Context) -> None:
        super().__init__(tabs)
        self._rooms = {room.key: room for room in rooms if room.page is not None}
        self._tabs = tabs
        self._context = context
        self.activity = MODELS
        """The key of the room whose page is in front, or "models"."""

    def keys(self) -> tuple[str, ...]:
        """The rooms that have a page."""
        return tuple(self._rooms)

    def spec(self, key: str) -> PageSpec | None:
        """How the page of a room was declared; None for what is no page."""
        return self._rooms[key].page if key in self._rooms else None

    def page(self, key: str) -> QWidget:
        """The page of a room, made when it is first asked for. Raises KeyError for a room without one."""
        held = self._tabs.page(key)
        if held is not None:
            return held
        room = self._rooms[key]
        if room.page is None:
            raise KeyError(key)
        # With its parent from the start: a page that gets it late is styled once more, with everything in it.
        made = room.page.make(self._context, self._tabs.pages)
        self._tabs.add(key, room.title, room.icon, made)
        return made

    def show(self, key: str) -> QWidget:
        """Brings the page of a room to the front."""
        page = self.page(key)
        self._tabs.show_tab(key)
        self.set_activity(key)
        return page

    def set_activity(self, key: str) -> None:
        """Takes what is in front."""
        self.activity = key
        self.activity_changed.emit(key)
