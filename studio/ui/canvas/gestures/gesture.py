"""What every gesture of the pointer is: it is made at the press, moves, and finishes or is cancelled."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.graph.elements import PortId
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier


class Canvas(Protocol):
    """What gestures work with: a canvas and the document that it shows."""

    scene: CanvasScene
    view: CanvasView
    document: CanvasDocument
    snaps: bool

    def offer_models(self, at: QPointF, end: PortId | None) -> None:
        """Lists the models that can be added at a place, wired to a port where one is given."""

    def explain(self, start: PortId, end: PortId, at: QPointF) -> None:
        """Says why a wire will not do, with what would make it fit."""


class Gesture:
    """One gesture; this one does nothing. `finish` makes at most one edit, `cancel` none."""

    cursor = Qt.CursorShape.ArrowCursor
    pans_at_edges = True

    def __init__(self, canvas: Canvas, at: QPointF) -> None:
        self.canvas = canvas
        self.start = at
        self.at = at

    def move(self, at: QPointF, held: Modifiers) -> None:
        """The pointer is at a place of the scene."""
        self.at = at

    def finish(self, at: QPointF, held: Modifiers) -> None:
        """The button was released there."""

    def cancel(self) -> None:
        """Takes the preview back; the graph stays as it was."""

    def paint(self, painter: QPainter) -> None:
        """Draws the preview, in the coordinates of the scene."""

    def area(self) -> QRectF:
        """What the preview covers; empty where it covers nothing."""
        return QRectF()
