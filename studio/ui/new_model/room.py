"""The room of new models: from a dropped file or a template to a model folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import NewModelPlace
from studio.ui.room.room import Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.room.context import Context


def _begin(context: Context) -> None:
    context.drops.dropped.connect(lambda paths: context.show(NewModelPlace(tuple(paths))))


def _show(context: Context, place: NewModelPlace) -> QWidget | None:
    from studio.ui.new_model.flow import ask_new_model

    dialog = ask_new_model(context)
    if place.files:
        dialog.take_paths(list(place.files))
    return dialog


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "new_model",
        "New model…",
        Menu.FILE,
        (0, 10),
        lambda context: context.show(NewModelPlace()),
        ("Ctrl+N",),
        "plus",
        facts.session,
    ),
)
ROOM = Room(
    "new_model",
    "New model",
    "plus",
    "Drop a model file or choose a template; name, backend, tensors and batching are proposed.",
    COMMANDS,
    places=(shows(NewModelPlace, _show),),
    begin=_begin,
)
