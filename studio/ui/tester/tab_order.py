"""The order in which Tab goes through the tester: as it is read, but from the inputs to Send, and from there on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.widgets.layouts.tab_stops import stops


def tab_way(page: QWidget, inputs: QWidget, send: QWidget) -> list[QWidget]:
    """The stops of the page."""
    way = [each for each in stops(page) if each is not send]
    last = max((place for place, each in enumerate(way) if inputs.isAncestorOf(each)), default=-1)
    if send.isVisible() and send.isEnabled():
        way.insert(last + 1, send)
    return way
