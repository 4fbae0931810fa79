"""Room: what one feature adds to the window, as a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.app.editing.open_file import OpenFile
    from studio.app.editing.open_model import OpenModel
    from studio.ui.room.command import Command
    from studio.ui.room.context import Context
    from studio.ui.room.place import Place

P = TypeVar("P", bound="Place")
"""A kind of place."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page of which there is one, with a tab of its own and, unless it is `under` another, a button for it."""

    make: Callable[[Context, QWidget], QWidget]
    """Makes the page within a parent when it is first shown; imports what it needs only then."""
    order: int = 50
    """Its place in the activity bar, from the top; from 90 on it stands at the foot."""
    speaks_of_server: bool = False
    """Whether the current server is named above it."""
    lists_servers: bool = False
    """Whether it names servers itself, so that nothing is to be named above it but a folder that is not served."""
    under: str = ""
    """The room whose button stands for this page too; it has none of its own then."""


class Region(Enum):
    """Where a panel stands: at the left, at the foot, or in the middle while no repository is open."""

    LEFT = "left"
    FOOT = "foot"
    START = "start"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that is there as soon as the session is. Tools for its header come from `page.HasTools`."""

    key: str
    title: str
    region: Region
    make: Callable[[Context], QWidget]
    order: int = 50


@dataclass(frozen=True, slots=True)
class ModelView:
    """A view of one open model, beside form and text in its tab, made when it is first wanted."""

    key: str
    title: str
    icon: str
    fits: Callable[[OpenModel], bool]
    """Whether a model has this view."""
    make: Callable[[Context, OpenModel, QWidget], QWidget]
    width: int = 240
    """Its least width."""
    leads: bool = False
    """Whether a model that has it is first shown by it alone, and its tab has its icon."""


@dataclass(frozen=True, slots=True)
class InspectorView:
    """A view of the inspector at the right, made when it is first wanted; that with the lowest order is there first."""

    key: str
    title: str
    make: Callable[[Context], QWidget]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Opener:
    """How a room shows one kind of place. Made by `shows`."""

    kind: type[Place]
    show: Callable[[Context, Place], QWidget | None]


def shows(kind: type[P], show: Callable[[Context, P], QWidget | None]) -> Opener:
    """Declares that a room shows places of a kind by a function."""

    def show_place(context: Context, place: Place) -> QWidget | None:
        if not isinstance(place, kind):
            raise TypeError(f"{place} is no {kind.__name__}")
        return show(context, place)

    return Opener(kind, show_place)


@dataclass(frozen=True, slots=True)
class StatusItem:
    """What a room keeps in the status bar: a widget that follows the session by itself."""

    make: Callable[[Context], QWidget]
    order: int = 50
    """Its place from the left; from 90 on it stands at the right."""
    has_line: bool = False
    """Whether a line parts it from the item before it."""


@dataclass(frozen=True, slots=True)
class Room:
    """One feature of the window. Declare it in the room's `room.py`, and list it in `studio/ui/workbench.py`.

    The module that declares it must be cheap to import, since all are imported before the window is painted: every
    function in it imports the widgets that it makes when it is called.
    """

    key: str
    title: str
    icon: str
    help: str
    """One sentence on what a person does here."""
    commands: tuple[Command[Context], ...] = ()
    page: PageSpec | None = None
    panels: tuple[Panel, ...] = ()
    model_page: Callable[[Context, OpenModel, Sequence[ModelView], QWidget], QWidget] | None = None
    """Makes the tab of an open model; exactly one room has it."""
    file_page: Callable[[Context, OpenFile, QWidget], QWidget] | None = None
    """Makes the tab of an open text file; exactly one room has it."""
    model_views: tuple[ModelView, ...] = ()
    inspector: tuple[InspectorView, ...] = ()
    status: tuple[StatusItem, ...] = ()
    places: tuple[Opener, ...] = ()
    """The kinds of places that it shows."""
    begin: Callable[[Context], object] | None = None
    """Called once when the session is there, for a room that listens to it without a widget in sight."""
