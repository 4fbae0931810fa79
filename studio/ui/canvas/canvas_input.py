"""What the view of a canvas passes its events to."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)


class CanvasInput(Protocol):
    """What takes pointer, keys and drags of a canvas, and paints what is under way."""

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved, with or without a button."""

    def release(self, event: QMouseEvent) -> None:
        """The button came up."""

    def double_click(self, event: QMouseEvent) -> None:
        """A button was pressed twice."""

    def menu(self, event: QContextMenuEvent) -> None:
        """A menu was asked for."""

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is taken before the window's shortcuts get it."""

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key that went down was for the canvas."""

    def key_up(self, event: QKeyEvent) -> bool:
        """Whether a key that came up was for the canvas."""

    def drag_enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged over the canvas."""

    def drag_move(self, event: QDragMoveEvent) -> None:
        """What is dragged is above another place."""

    def drop(self, event: QDropEvent) -> None:
        """What was dragged is dropped."""

    def cancel(self) -> bool:
        """Ends what is under way without an edit; true where something was."""

    def paint(self, painter: QPainter) -> None:
        """Draws the preview of what is under way."""

    def paint_below(self, painter: QPainter) -> None:
        """Draws what lies behind the nodes."""


class CanvasMarks(Protocol):
    """What is drawn over a canvas besides what is under way."""

    def paint(self, painter: QPainter) -> None:
        """Draws it, in the coordinates of the scene."""
