"""What ties the cards over a canvas to what they are about: rings on wires, and lines to the cards."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.canvas.watch.digest_paint import nearest_edge
from studio.ui.canvas.watch.failure_mark import FailureMark
from studio.ui.canvas.watch.hover import WireHover
from studio.ui.canvas.watch.upstream import anchor
from studio.ui.canvas.watch.watches import Watches, ring_of

_RING = 3.5


class Marks:
    """Drawn over the nodes and below the cards."""

    def __init__(
        self, controller: CanvasController, hover: WireHover, watches: Watches, failure: FailureMark, pane: QWidget
    ) -> None:
        self._controller, self._pane = controller, pane
        self._view, self._scene = controller.view, controller.scene
        self._hover, self._watches, self._failure = hover, watches, failure
        for each in (hover, watches, failure):
            each.moved.connect(self._view.viewport().update)

    def paint(self, painter: QPainter) -> None:
        """Draws rings and leaders, in the coordinates of the scene."""
        graph = self._controller.document.graph
        for tensor, card in self._watches.cards.items():
            wire = anchor(graph, tensor) if graph is not None else None
            item = self._scene.wires.get(wire) if wire is not None else None
            if item is not None:
                self._tie(painter, ring_of(item), card, item.role, is_shown=card.isVisible())
        wire = self._hover.wire
        if wire is not None and wire in self._scene.wires:
            self._tie(painter, self._hover.spot, self._hover.card, self._scene.wires[wire].role, is_shown=True)
        node = self._scene.nodes.get(self._failure.node) if self._failure.node is not None else None
        if node is not None and self._failure.bubble.isVisible():
            area = node.area()
            box = self._area(self._failure.bubble)
            start = QPointF(area.center().x(), area.bottom() if box.top() >= area.center().y() else area.top())
            self._tie(painter, start, self._failure.bubble, "error", is_shown=True, is_filled=True)

    def _area(self, card: QWidget) -> QRectF:
        """Where a card is in the scene."""
        corner = self._view.mapFrom(self._pane, card.pos())
        far = corner + QPoint(card.width(), card.height())
        return QRectF(self._view.mapToScene(corner), self._view.mapToScene(far))

    def _tie(
        self, painter: QPainter, at: QPointF, card: QWidget, role: str, *, is_shown: bool, is_filled: bool = False
    ) -> None:
        scale = 1 / max(self._view.zoom, 0.01)
        line = QPen(pen(role, 1.5))
        line.setCosmetic(True)
        painter.setPen(line)
        if is_shown:
            painter.drawLine(at, nearest_edge(self._area(card), at))
        painter.setBrush(token_colour(role if is_filled else "canvas"))
        painter.drawEllipse(at, _RING * scale, _RING * scale)
