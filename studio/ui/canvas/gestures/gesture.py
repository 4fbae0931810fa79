"""What every gesture is: it is made at the press, moves, and finishes or is cancelled."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.graph.elements import PortId
from studio.ui.canvas.document import Board
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import GRID, CanvasView

Held = Qt.KeyboardModifier


class Desk(Protocol):
    """What gestures work with."""

    scene: CanvasScene
    view: CanvasView
    board: Board
    snaps: bool

    def offer_models(self, at: QPointF, end: PortId | None) -> None:
        """Lists the models that can be added at a place, wired to a port where one is given."""

    def explain(self, start: PortId, end: PortId, at: QPointF) -> None:
        """Says why a wire will not do, with what would make it fit."""


class Gesture:
    """One gesture; this one does nothing. `finish` makes at most one edit, `cancel` none."""

    cursor = Qt.CursorShape.ArrowCursor
    pans_at_edges = True

    def __init__(self, desk: Desk, at: QPointF) -> None:
        self.desk = desk
        self.start = at
        self.at = at

    def move(self, at: QPointF, held: Held) -> None:  # noqa: ARG002
        """The pointer is at a place of the scene."""
        self.at = at

    def finish(self, at: QPointF, held: Held) -> None:
        """The button was released there."""

    def cancel(self) -> None:
        """It was all for nothing."""

    def paint(self, painter: QPainter) -> None:
        """Draws the preview, in the coordinates of the scene."""

    def area(self) -> QRectF:
        """What the preview covers; empty where it covers nothing."""
        return QRectF()


def snapped(value: float, is_on: bool = True) -> float:
    """The nearest line of the grid; the nearest pixel where nothing snaps."""
    return round(value / GRID) * float(GRID) if is_on else float(round(value))
