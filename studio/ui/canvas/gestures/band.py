"""The rubber band and the pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.ui.canvas.gestures.gesture import Desk, Gesture, Held
from studio.ui.canvas.scene.ink import ink, pen
from studio.ui.canvas.scene.selection import of_nodes


class Band(Gesture):
    """Chooses the nodes that a rectangle touches, added to those before where Shift is held."""

    def __init__(self, desk: Desk, at: QPointF, held: Held) -> None:
        super().__init__(desk, at)
        self._before = desk.scene.choice
        self._kept = self._before.nodes if held & Held.ShiftModifier else frozenset()

    def _rect(self) -> QRectF:
        return QRectF(self.start, self.at).normalized()

    def move(self, at: QPointF, held: Held) -> None:
        super().move(at, held)
        self.desk.scene.choose(of_nodes(self._kept | self.desk.scene.nodes_in(self._rect())))

    def finish(self, at: QPointF, held: Held) -> None:
        self.move(at, held)

    def cancel(self) -> None:
        self.desk.scene.choose(self._before)

    def paint(self, painter: QPainter) -> None:
        line = pen("accent", 1)
        line.setCosmetic(True)
        painter.setPen(line)
        painter.setBrush(ink("accent", 0.1))
        painter.drawRect(self._rect())

    def area(self) -> QRectF:
        return self._rect()


class Pan(Gesture):
    """Takes hold of the canvas. A press that did not move is left to whoever wants it."""

    cursor = Qt.CursorShape.ClosedHandCursor
    pans_at_edges = False

    def __init__(self, desk: Desk, at: QPointF) -> None:
        super().__init__(desk, at)
        self.has_moved = False

    def move(self, at: QPointF, held: Held) -> None:  # noqa: ARG002
        by = (self.start - at) * self.desk.view.zoom
        if by.manhattanLength() >= 1:
            self.has_moved = True
            self.desk.view.pan(by)


__all__ = ["Band", "Pan"]
