"""What commands may ask of the page in front: each ability is a protocol, looked for by `isinstance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

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
class HasProblems(Protocol):
    """A page that knows which problem the cursor is at."""

    def finding_at_cursor(self) -> Finding | None:
        """The problem of the field or line that has the keyboard."""

    def open_fixes(self) -> bool:
        """Opens the menu of fixes at the cursor; False where the cursor is elsewhere, or nothing can be fixed."""


@runtime_checkable
class HasTools(Protocol):
    """A panel with tools for the header above it."""

    def tools(self) -> list[QWidget]:
        """The tools, from left to right."""
