"""The room of the requests: those that were sent in this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room.at_pointer import open_model_menu
from studio.ui.room.place import RequestPlace
from studio.ui.room.room import Panel, Region, Room

if TYPE_CHECKING:
    from studio.ui.requests.panel import RequestsPanel
    from studio.ui.room.context import Context


def _panel(context: Context) -> RequestsPanel:
    from studio.ui.requests.panel import RequestsPanel

    panel = RequestsPanel(context.session)
    panel.counted.connect(lambda count: context.count("requests", count))
    panel.model_wanted.connect(lambda model: context.show(RequestPlace(model)))
    panel.past_wanted.connect(lambda model, number: context.show(RequestPlace(model, past=number)))
    panel.menu_asked.connect(lambda model, at: open_model_menu(context, model, at))
    return panel


ROOM = Room(
    "requests",
    "Requests",
    "list-bullets",
    "The requests that were sent in this session, with their time and how they ended.",
    panels=(Panel("requests", "Requests", Region.FOOT, _panel, 30),),
)
