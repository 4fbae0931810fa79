"""The panels of the rooms: at the left, at the foot, and in the middle while no repository is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.room.context import Context
from studio.ui.room.page import HasTools
from studio.ui.room.room import Panel, Region, Room
from studio.ui.shell.layout import DockLayout


class Panels:
    """Makes the panels once the session is there and puts them into their regions."""

    def __init__(self, rooms: Sequence[Room], context: Context, docks: DockLayout, centre: QStackedWidget) -> None:
        declared = [panel for room in rooms for panel in room.panels]
        self._panels = sorted(declared, key=lambda panel: panel.order)
        self._context = context
        self._docks = docks
        self._centre = centre
        self._made: dict[str, QWidget] = {}

    def build(self) -> None:
        """Makes all of them."""
        for panel in self._panels:
            self._made[panel.key] = made = panel.make(self._context)
            tools = made.tools() if isinstance(made, HasTools) else []
            self._place(panel, made, tools)

    def _place(self, panel: Panel, made: QWidget, tools: Sequence[QWidget]) -> None:
        if panel.region is Region.FOOT:
            self._docks.bottom.add_page(panel.key, panel.title, made, tools)
        elif panel.region is Region.LEFT:
            self._docks.explorer.setWidget(made)
            for tool in tools:
                self._docks.explorer.header.add_tool(tool)
        else:
            blank = self._centre.widget(0)
            self._centre.insertWidget(0, made)
            if blank is not None:
                self._centre.removeWidget(blank)
                blank.deleteLater()

    def panel(self, key: str) -> QWidget | None:
        """A panel by its key; None before the session is there."""
        return self._made.get(key)

    def focus(self, region: Region) -> None:
        """Gives the keyboard to the panel of a region."""
        for panel in self._panels:
            if panel.region is region and panel.key in self._made:
                self._made[panel.key].setFocus()

    def show(self, key: str) -> QWidget | None:
        """Brings a panel at the foot to the front."""
        self._docks.bottom.show_page(key)
        return self.panel(key)
