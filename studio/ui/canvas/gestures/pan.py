"""Panning: the canvas moves with the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers


class Pan(Gesture):
    """Takes hold of the canvas. A press that did not move is left to whoever wants it."""

    cursor = Qt.CursorShape.ClosedHandCursor
    pans_at_edges = False

    def __init__(self, canvas: Canvas, at: QPointF) -> None:
        super().__init__(canvas, at)
        self.has_moved = False

    def move(self, at: QPointF, held: Modifiers) -> None:
        by = (self.start - at) * self.canvas.view.zoom
        if by.manhattanLength() >= 1:
            self.has_moved = True
            self.canvas.view.pan(by)
