"""The scene of one graph: items are made, changed and moved here alone, by what differs from the graph before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from studio.core.graph.difference import difference
from studio.core.graph.elements import Node, PortId, Wire, WireId
from studio.core.graph.graph import GraphView
from studio.ui.canvas.scene.node_item import NodeItem
from studio.ui.canvas.scene.selection import Selection
from studio.ui.canvas.scene.wire_item import WireItem
from studio.ui.look.theme import changes

_AT_ONCE = 300
"""Items made in one turn: more would hold the window up."""
_ROOM = 2000.0


class CanvasScene(QGraphicsScene):
    """Node and wire items by id. Whoever wants to know where something is asks here."""

    chosen = Signal()
    """The choice changed."""
    moved = Signal()
    """Nodes came, went or moved: what shows the whole is out of date."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.graph: GraphView | None = None
        self.nodes: dict[int, NodeItem] = {}
        self.wires: dict[WireId, WireItem] = {}
        self.selection = Selection()
        self.footers = False
        self._places: dict[int, tuple[float, float]] = {}
        self._at_node: dict[int, set[WireId]] = defaultdict(set)
        self._todo: Iterator[None] = iter(())
        self._more = QTimer(self, interval=0, singleShot=True)
        self._more.timeout.connect(self._go_on)
        changes().themed.connect(self._themed)

    # The graph

    def apply(self, before: GraphView | None, after: GraphView, places: Mapping[int, tuple[float, float]]) -> None:
        """Makes the items of one graph those of the next. Large graphs come in over several turns."""
        self.finish()
        found = difference(before, after)
        self.graph = after
        self._places = dict(places)
        for wire in found.removed_wires:
            self._drop_wire(wire)
        for node in found.removed:
            self._drop_node(node)
        for changed in found.changed:
            self._change(changed)
        for bent in found.changed_wires:
            self.wires[bent.id].set_wire(bent, self._data_type(bent))
        self._todo = self._add(found.added, found.added_wires)
        self._go_on()
        self.set_places(places)
        self._keep_selection()

    def finish(self) -> None:
        """Makes what is still to be made now."""
        self._more.stop()
        for _ in self._todo:
            pass

    @property
    def is_whole(self) -> bool:
        """Whether every item of the graph is there."""
        return not self._more.isActive()

    def _go_on(self) -> None:
        for done, _ in enumerate(self._todo, 1):
            if done >= _AT_ONCE:
                self._more.start()
                return
        self._settle()

    def _settle(self) -> None:
        self.setSceneRect(self.extent().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))
        self.show_selection()
        self.moved.emit()

    def _add(self, nodes: Iterable[Node], wires: Iterable[Wire]) -> Iterator[None]:
        for node in nodes:
            item = NodeItem(node, self.footers and node.kind == "step")
            item.setPos(*self._places.get(node.id, (0.0, 0.0)))
            self.nodes[node.id] = item
            self.addItem(item)
            yield
        for wire in wires:
            item_ = WireItem(wire, self._data_type(wire))
            self.wires[wire.id] = item_
            for node_id in (wire.source.node, wire.target.node):
                self._at_node[node_id].add(wire.id)
            self._route(item_)
            self.addItem(item_)
            yield

    def _data_type(self, wire: Wire) -> str:
        port = self.graph.port(wire.source) if self.graph else None
        return port.data_type if port else ""

    def _drop_wire(self, wire: WireId) -> None:
        self.removeItem(self.wires.pop(wire))
        for node in (wire.source.node, wire.target.node):
            self._at_node[node].discard(wire)

    def _drop_node(self, node: int) -> None:
        self.removeItem(self.nodes.pop(node))
        self._at_node.pop(node, None)

    def _change(self, node: Node) -> None:
        if self.nodes[node.id].set_node(node, self.footers and node.kind == "step"):
            self._reroute((node.id,))

    def set_footers(self, shown: bool) -> None:
        """Shows or hides the times of all steps."""
        if shown == self.footers:
            return
        self.finish()
        self.footers = shown
        for item in self.nodes.values():
            self._change(item.node)
        self._settle()

    # Places

    def set_places(self, places: Mapping[int, tuple[float, float]]) -> None:
        """Moves nodes to where they belong now."""
        self._places.update(places)
        off = [key for key, item in self.nodes.items() if key in places and _at(item) != places[key]]
        for node in off:
            self.nodes[node].setPos(*places[node])
        if off:
            self._reroute(off)
            self._settle()

    def preview(self, nodes: Iterable[int], by: QPointF) -> None:
        """Shows nodes moved by so much from where they belong, until they are given another place."""
        there = [node for node in nodes if node in self.nodes]
        for node in there:
            x, y = self._places.get(node, (0.0, 0.0))
            self.nodes[node].setPos(x + by.x(), y + by.y())
        self._reroute(there)

    def place(self, node: int) -> tuple[float, float]:
        """Where a node belongs."""
        return self._places.get(node, (0.0, 0.0))

    def _reroute(self, nodes: Iterable[int]) -> None:
        for wire in {wire for node in nodes for wire in self._at_node.get(node, ())}:
            self._route(self.wires[wire])

    def _route(self, item: WireItem) -> None:
        source, target = item.wire.source, item.wire.target
        if source.node in self.nodes and target.node in self.nodes:
            item.route(self.nodes[source.node].socket(source), self.nodes[target.node].socket(target))

    def extent(self, nodes: Iterable[int] | None = None) -> QRectF:
        """What nodes cover; all of them where none are named."""
        items = self.nodes.values() if nodes is None else [self.nodes[node] for node in nodes if node in self.nodes]
        if not items:
            return QRectF()
        # By numbers: a rectangle for each of thousands of nodes, joined one by one, takes ten times as long.
        corners = [(item.x(), item.y(), item.shape_.width, item.shape_.height) for item in items]
        left, top = min(each[0] for each in corners), min(each[1] for each in corners)
        right = max(x + width for x, _, width, _ in corners)
        bottom = max(y + height for _, y, _, height in corners)
        return QRectF(left, top, right - left, bottom - top)

    # What is where

    def node_at(self, at: QPointF) -> int | None:
        """The node that covers a place; the one in front where several do."""
        found = [item for item in self.items(at) if isinstance(item, NodeItem) and item.area().contains(at)]
        return found[0].node.id if found else None

    def socket_at(self, at: QPointF, reach: float = 11.0) -> PortId | None:
        """The port whose socket is at a place."""
        best, nearest = None, reach
        for item in self._around(at, reach):
            if isinstance(item, NodeItem):
                for port in item.shape_.rows:
                    distance = (item.socket(port) - at).manhattanLength()
                    if distance <= nearest:
                        best, nearest = port, distance
        return best

    def port_at(self, at: QPointF) -> PortId | None:
        """The port whose socket or row is at a place."""
        found = self.socket_at(at)
        node = self.node_at(at) if found is None else None
        if node is None:
            return found
        item = self.nodes[node]
        return item.shape_.port_in_row(at - item.pos())

    def wire_at(self, at: QPointF, reach: float = 6.0) -> WireId | None:
        """The wire that passes a place."""
        near = [i for i in self._around(at, reach) if isinstance(i, WireItem) and i.is_near(at, reach)]
        return near[0].wire.id if near else None

    def _around(self, at: QPointF, reach: float) -> list[QGraphicsItem]:
        return self.items(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))

    def nodes_in(self, area: QRectF) -> frozenset[int]:
        """The nodes that an area touches."""
        found = (item for item in self.items(area) if isinstance(item, NodeItem))
        return frozenset(item.node.id for item in found if item.area().intersects(area))

    # The choice

    def choose(self, choice: Selection) -> None:
        """Selects nodes, wires or a port in place of what was selected."""
        if choice != self.selection:
            self.selection = choice
            self.show_selection()
            self.chosen.emit()

    def _keep_selection(self) -> None:
        kept = self.selection.within(self.nodes, self.wires)
        if self.graph is not None and kept.port is not None and self.graph.port(kept.port) is None:
            kept = Selection(kept.nodes, kept.wires)
        if kept != self.selection:
            self.choose(kept)
        else:
            self.show_selection()
            if kept:
                self.chosen.emit()

    def show_selection(self) -> None:
        """Paints what is chosen as such."""
        for key, item in self.nodes.items():
            item.show_appearance(chosen=key in self.selection.nodes)
        for wire in self.wires:
            self.show_wire(wire)

    def show_wire(self, key: WireId) -> None:
        """Paints a wire by the choice: lit where a node at its end is chosen, named where its ports do not name it."""
        wire = self.wires.get(key)
        if wire is None:
            return
        chosen = key in self.selection.wires
        lit = key.source.node in self.selection.nodes or key.target.node in self.selection.nodes
        named = chosen or (lit and wire.wire.tensor != key.target.name)
        wire.show_state(chosen=chosen, lit=lit, label=wire.wire.tensor if named else "")

    def _themed(self) -> None:
        for item in self.items():
            item.update()
        self.update()
        self.moved.emit()


def _at(item: NodeItem) -> tuple[float, float]:
    return item.x(), item.y()
