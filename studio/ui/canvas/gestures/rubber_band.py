"""The rubber band: chooses what a rectangle touches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.canvas.scene.selection import of_nodes


class RubberBand(Gesture):
    """Chooses the nodes that a rectangle touches, added to those before where Shift is held."""

    def __init__(self, canvas: Canvas, at: QPointF, held: Modifiers) -> None:
        super().__init__(canvas, at)
        self._before = canvas.scene.selection
        self._kept = self._before.nodes if held & Modifiers.ShiftModifier else frozenset()

    def _rect(self) -> QRectF:
        return QRectF(self.start, self.at).normalized()

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        self.canvas.scene.choose(of_nodes(self._kept | self.canvas.scene.nodes_in(self._rect())))

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)

    def cancel(self) -> None:
        self.canvas.scene.choose(self._before)

    def paint(self, painter: QPainter) -> None:
        line = pen("accent", 1)
        line.setCosmetic(True)
        painter.setPen(line)
        painter.setBrush(token_colour("accent", 0.1))
        painter.drawRect(self._rect())

    def area(self) -> QRectF:
        return self._rect()
