"""What commands may ask of the page in front: each ability is a protocol, looked for by `isinstance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from studio.app.editing.open_file import OpenFile
    from studio.app.editing.open_model import OpenModel
    from studio.core.checking.findings import Finding
    from studio.text.tree import Path, Span


@runtime_checkable
class ModelPage(Protocol):
    """The page of one open model: the shell shows places of the model in it, and rooms show their views of it."""

    model: OpenModel

    def reveal(self, target: Span | Path | None) -> None:
        """Shows a range of the text or a field, and gives it the keyboard."""

    def show_view(self, key: str) -> QWidget | None:
        """Shows the view that a room declared by this key, with the keyboard; None where the model has none such."""


@runtime_checkable
class FilePage(Protocol):
    """The page of one open text file."""

    file: OpenFile

    def reveal_line(self, line: int) -> None:
        """Puts the cursor at a line, from 1, and gives the text the keyboard."""


@runtime_checkable
class HasProblems(Protocol):
    """The page of a model that knows where in it the cursor is, and which problems are there."""

    model: OpenModel

    def cursor_offset(self) -> int:
        """The character of the text at the cursor, or of the field that has the keyboard; typing becomes an edit."""

    def findings_here(self) -> list[Finding]:
        """The problems of the field or line that has the keyboard."""

    def fix_spot(self) -> QPoint:
        """The place on the screen below the cursor, or below the field that has the keyboard."""


@runtime_checkable
class ShowsProblems(Protocol):
    """A view of a model that another room has, and that knows which problems what is chosen in it has."""

    def chosen_offset(self) -> int:
        """The character of the text at which what is chosen begins; -1 where nothing is."""

    def findings_here(self) -> list[Finding]:
        """The problems of what is chosen."""

    def fix_spot(self) -> QPoint:
        """The place on the screen below what is chosen."""


@runtime_checkable
class KeepsPlace(Protocol):
    """A page that can be left and come back to: where its cursor is, as a short text."""

    def kept_place(self) -> str:
        """Where the cursor is and what is scrolled to."""

    def take_place(self, place: str) -> None:
        """Goes back there, as far as that is still there."""


@runtime_checkable
class CanBeEmpty(Protocol):
    """A panel at the foot that folds while it has nothing to show."""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show."""


@runtime_checkable
class HasTools(Protocol):
    """A panel with tools for the header above it."""

    def tools(self) -> list[QWidget]:
        """The tools, from left to right."""


@runtime_checkable
class Searchable(Protocol):
    """Something with a search of its own, which is meant while it has the keyboard."""

    def open_search(self) -> None:
        """Gives the keyboard to the field of the search."""


@runtime_checkable
class OffersFixes(Protocol):
    """A page that knows which problems what is chosen in it has, whether it is a model's or not."""

    def findings_here(self) -> list[Finding]:
        """The problems of what is chosen."""

    def fix_spot(self) -> QPoint:
        """The place on the screen below what is chosen."""


@runtime_checkable
class ShowsTrace(Protocol):
    """A page that shows traced requests."""

    def choose_model(self, model: str) -> None:
        """Chooses the span of a model."""


@runtime_checkable
class Saves(Protocol):
    """A page, other than that of a text, with something of its own to save."""

    def save(self) -> None:
        """Saves it."""
