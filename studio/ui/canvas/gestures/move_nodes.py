"""Moving nodes; one that is dropped on a wire goes in between."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.core.failure import CoreError
from studio.core.graph.edits.steps import insert_on_wire
from studio.core.graph.elements import WireId
from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.layout.grid import snapped


class MoveNodes(Gesture):
    """Moves the chosen nodes together, on the grid where that is on. Alt keeps a node from going into a wire."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, at: QPointF, nodes: Iterable[int], lead: int) -> None:
        super().__init__(canvas, at)
        self.nodes = frozenset(nodes)
        self._lead = lead
        self._by = QPointF()
        self._wire: WireId | None = None

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        snaps = self.canvas.snaps and not held & Modifiers.ControlModifier
        x, y = self.canvas.scene.place(self._lead)
        away = at - self.start
        self._by = QPointF(snapped(x + away.x(), snaps) - x, snapped(y + away.y(), snaps) - y)
        self.canvas.scene.preview(self.nodes, self._by)
        self._aim(bool(held & Modifiers.AltModifier))

    def _aim(self, is_kept_out: bool) -> None:
        """Lights the wire that the node would go into."""
        wire = None if is_kept_out else self._wire_below()
        if wire == self._wire:
            return
        item = self.canvas.scene.wires.get(wire) if wire else None
        if item is not None:
            item.show_state(chosen=True, lit=True, label="Insert here")
        before, self._wire = self._wire, wire
        if before is not None:
            self.canvas.scene.show_wire(before)

    def _wire_below(self) -> WireId | None:
        scene = self.canvas.scene
        if len(self.nodes) != 1 or scene.graph is None:
            return None
        node = scene.graph.node(self._lead)
        if node is None or node.kind != "step" or scene.graph.wires_of(self._lead):
            return None
        return scene.wire_at(scene.nodes[self._lead].area().center(), 24)

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)
        places = {}
        for node in self.nodes:
            x, y = self.canvas.scene.place(node)
            places[node] = (x + self._by.x(), y + self._by.y())
        wire, self._wire = self._wire, None
        if wire is not None:
            self.canvas.scene.show_wire(wire)
            self._insert(wire, places[self._lead])
        elif not self._by.isNull():
            self.canvas.document.move("Move a node" if len(places) == 1 else f"Move {len(places)} nodes", places)

    def _insert(self, wire: WireId, place: tuple[float, float]) -> None:
        graph = self.canvas.document.graph
        if graph is None:
            return
        try:
            edit = insert_on_wire(graph, wire, self._lead)
        except CoreError:
            self.canvas.document.move("Move a node", {self._lead: place})
            return
        self.canvas.document.do(edit, moves={self._lead: place})

    def cancel(self) -> None:
        self.canvas.scene.preview(self.nodes, QPointF())
        wire, self._wire = self._wire, None
        if wire is not None:
            self.canvas.scene.show_wire(wire)

    def area(self) -> QRectF:
        return QRectF()
