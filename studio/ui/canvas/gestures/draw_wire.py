"""Drawing a wire: targets light up, one that will not do says why, a drop on nothing asks what to add."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.failure import CoreError
from studio.core.graph.edits.ensemble_tensors import expose
from studio.core.graph.edits.wires import connect, disconnect, move_wire
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId, WireId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.wiring import Verdict, Wiring
from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.overlays.bubble import box_of, bubble_area, paint_bubble
from studio.ui.canvas.scene.colours import CHOSEN, pen, type_colour
from studio.ui.canvas.scene.node_paint import PortHint
from studio.ui.canvas.scene.wire_item import curve

_AROUND = 60.0


class DrawWire(Gesture):
    """From a port to a port, in either direction. With `taken`, an end of a wire that is there is moved.

    `start` is the port that stays; `taken` the wire and the end that was taken off.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, canvas: Canvas, at: QPointF, port: PortId, graph: GraphView, taken: tuple[WireId, PortId] | None = None
    ) -> None:
        super().__init__(canvas, at)
        self.port = port
        self.graph = graph
        self.taken = taken
        self.target: PortId | None = None
        self._wiring = Wiring(graph, port)
        self._verdicts: dict[PortId, Verdict] = {}
        self._lit: set[int] = set()
        self._box: QRectF | None = None
        if taken is not None and taken[0] in canvas.scene.wires:
            canvas.scene.wires[taken[0]].setOpacity(0.15)
        self.light()

    # Targets

    def verdict(self, port: PortId) -> Verdict:
        """Whether a wire to this port will do."""
        if port not in self._verdicts:
            self._verdicts[port] = self._wiring.verdict(port)
        return self._verdicts[port]

    def adds(self, target: PortId) -> bool:
        """Whether a drop on a row of the ensemble's own adds another: this one is taken, or does not fit."""
        own = OUTPUTS if self.port.side == "out" else INPUTS
        if target.node != own or self.taken is not None or self.port.node in (INPUTS, OUTPUTS):
            return False
        here, there = self.graph.port(self.port), self.graph.port(target)
        is_exposed = here is not None and any(port.name == here.tensor for port in self.graph.nodes[own].ports)
        is_taken = any(target in (wire.source, wire.target) for wire in self.graph.wires)
        return there is not None and not is_exposed and (is_taken or not self.verdict(target).ok)

    def is_target(self, port: PortId | None) -> bool:
        """Whether a wire could lead there at all: the other side of another port."""
        return port is not None and port.side != self.port.side and port != self.port

    def light(self) -> None:
        """Lights what is in sight: ports that fit, and those that do not."""
        for node in self.canvas.scene.nodes_in(self.canvas.view.seen_area()):
            if node not in self._lit:
                self._lit.add(node)
                self._show(node)

    def _show(self, node: int) -> None:
        item = self.canvas.scene.nodes.get(node)
        if item is None:
            return
        hints: dict[PortId, PortHint] = {}
        for port in item.shape_.rows:
            if self.is_target(port):
                is_ok = self.verdict(port).ok or self.adds(port)
                aimed = port == self.target
                hints[port] = ("target" if aimed else "fits") if is_ok else ("wrong" if aimed else "refused")
        item.show_appearance(hints=hints)

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        found = self.canvas.scene.port_at(at)
        self.aim(found if self.is_target(found) else None)
        self.light()

    def aim(self, target: PortId | None) -> None:
        """Makes a port the one that the wire would end at."""
        before, self.target = self.target, target
        if before != target:
            self._box = None
        for port in (before, target):
            if port is not None and before != target:
                self._show(port.node)

    # The end

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)
        self._dim()
        if self.target is not None:
            self._end_at(self.target)
        elif self._is_home(at):
            return
        elif self._is_own_node(at):
            self._do(lambda: expose(self.graph, self.port))
        elif self.taken is not None:
            wire = self.taken[0]
            self._do(lambda: disconnect(self.graph, wire))
        elif self.canvas.scene.node_at(at) is None:
            self.canvas.offer_models(at, self.port)

    def _is_home(self, at: QPointF) -> bool:
        """Whether the pointer never left: a press on a socket is no gesture, and a wire put back stays."""
        home = self.taken[1] if self.taken else self.port
        return self.canvas.scene.port_at(at) == home

    def _is_own_node(self, at: QPointF) -> bool:
        """Whether the wire was dropped on the ensemble's own node that can take it."""
        fits = self.canvas.scene.node_at(at) == (OUTPUTS if self.port.side == "out" else INPUTS)
        return fits and self.taken is None and self.port.node not in (INPUTS, OUTPUTS)

    def _end_at(self, target: PortId) -> None:
        if self.adds(target):
            self._do(lambda: expose(self.graph, self.port))
        elif not self.verdict(target).ok:
            self.canvas.explain(self.port, target, self.at)
        elif self.taken is not None:
            wire, end = self.taken
            self._do(lambda: move_wire(self.graph, wire, end, target))
        else:
            self._do(lambda: connect(self.graph, self.port, target))

    def _do(self, make: Callable[[], GraphEdit]) -> None:
        try:
            edit = make()
        except CoreError as failure:
            self.canvas.document.tell(failure)
            return
        self.canvas.document.do(edit)

    def cancel(self) -> None:
        self._dim()

    def _dim(self) -> None:
        for node in self._lit:
            if node in self.canvas.scene.nodes:
                self.canvas.scene.nodes[node].show_appearance(hints=None)
        if self.taken is not None and self.taken[0] in self.canvas.scene.wires:
            self.canvas.scene.wires[self.taken[0]].setOpacity(1.0)

    # The preview

    def _ends(self) -> tuple[QPointF, QPointF]:
        home = self.canvas.scene.nodes.get(self.port.node)
        here = home.socket(self.port) if home else self.start
        there = self.at
        if self.target is not None and self.verdict(self.target).ok and not self.adds(self.target):
            there = self.canvas.scene.nodes[self.target.node].socket(self.target)
        return (here, there) if self.port.side == "out" else (there, here)

    def paint(self, painter: QPainter) -> None:
        port = self.graph.port(self.port)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(type_colour(port.data_type if port else ""), CHOSEN, dashed=True))
        painter.drawPath(curve(*self._ends()))
        bubble = self._bubble()
        if bubble is not None and self.target is not None:
            paint_bubble(painter, self._words(self.target), *bubble, self.target.side, adds=self.adds(self.target))

    def area(self) -> QRectF:
        found = curve(*self._ends()).controlPointRect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        bubble = self._bubble()
        return found.united(bubble_area(*bubble)) if bubble is not None else found

    def _bubble(self) -> tuple[QRectF, QPointF] | None:
        """Where the bubble stands and the socket that it is about; None where the port fits."""
        target = self.target
        if target is None or (self.verdict(target).ok and not self.adds(target)):
            return None
        socket = self.canvas.scene.nodes[target.node].socket(target)
        if self._box is None:
            words, zoom = self._words(target), self.canvas.view.zoom
            self._box = box_of(words, socket, target.side, zoom, self._covered)
        return self._box, socket

    def _words(self, target: PortId) -> str:
        """What the bubble says: why the wire will not do, or what a drop adds."""
        if self.adds(target):
            kind = "output" if self.port.side == "out" else "input"
            return f"Adds an {kind} of the ensemble. It has the type and the dims of “{self.port.name}”."
        return self.verdict(target).reason

    def _covered(self, area: QRectF) -> float:
        """How much of nodes an area would cover, and of what is out of sight."""
        scene, seen = self.canvas.scene, self.canvas.view.seen_area()
        hidden = area.width() * area.height() - _size(area.intersected(seen))
        return hidden + sum(_size(scene.nodes[n].area().intersected(area)) for n in scene.nodes_in(area))


def _size(area: QRectF) -> float:
    return area.width() * area.height()
