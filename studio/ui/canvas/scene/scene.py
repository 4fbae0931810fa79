"""The scene of one graph: items are made, changed and moved here alone, by what differs from the graph before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from studio.core.graph.differences.difference import difference
from studio.core.graph.elements import Node, PortId, Wire, WireId
from studio.core.graph.graph import GraphView
from studio.ui.canvas.scene.node_item import NodeItem, covered
from studio.ui.canvas.scene.pending import Pending, take
from studio.ui.canvas.scene.selection import Selection
from studio.ui.canvas.scene.wire_item import WireItem
from studio.ui.look.theme import changes

AT_ONCE = 100
"""Items made, moved or changed in one turn: more would hold the window up."""
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
        self._pending = Pending()
        self._shown = Selection()
        """The choice that is painted."""
        self._extent: QRectF | None = None
        self._more = QTimer(self, interval=0, singleShot=True)
        self._more.timeout.connect(self._go_on)
        changes().themed.connect(self._themed)

    # The graph

    def apply(self, before: GraphView | None, after: GraphView, places: Mapping[int, tuple[float, float]]) -> None:
        """Makes the items of one graph those of the next. Large graphs come in over several turns."""
        found = difference(before, after)
        self.graph = after
        self._places = dict(places)
        for wire in found.removed_wires:
            self._drop_wire(wire)
        for node in found.removed:
            self._drop_node(node)
        self._pending.add(found)
        self._pending.move(self._misplaced())
        self._go_on()
        self._keep_selection()

    def finish(self) -> None:
        """Makes what is still to be made now."""
        if not self.is_whole:
            self._do(None)

    @property
    def is_whole(self) -> bool:
        """Whether every item of the graph is there."""
        return not self._more.isActive()

    def _go_on(self) -> None:
        self._do(AT_ONCE)

    def _do(self, most: int | None) -> None:
        """Does so much of what is pending, or all of it; the rest has to wait for another turn."""
        done = 0
        while most is None or done < most:
            if not self._do_next():
                self._more.stop()
                self._settle()
                return
            done += 1
        self._more.start()

    def _do_next(self) -> bool:
        waiting = self._pending
        if waiting.moved:
            self._move(next(iter(waiting.moved)))
            return True
        return (
            take(waiting.changed, self._change)
            or take(waiting.changed_wires, self._change_wire)
            or take(waiting.nodes, self._add_node)
            or take(waiting.wires, self._add_wire)
            or self._reroute_next()
        )

    def _settle(self) -> None:
        self._extent = None
        self.setSceneRect(self.extent().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))
        self.moved.emit()

    def _add_node(self, node: Node) -> None:
        item = NodeItem(node, self.footers and node.kind == "step")
        item.setPos(*self._places.get(node.id, (0.0, 0.0)))
        item.show_appearance(chosen=node.id in self.selection.nodes)
        self.nodes[node.id] = item
        self.addItem(item)

    def _add_wire(self, wire: Wire) -> None:
        item = WireItem(wire, self._data_type(wire))
        self.wires[wire.id] = item
        for node in (wire.source.node, wire.target.node):
            self._at_node[node].add(wire.id)
        self._route(item)
        self.addItem(item)
        if self.selection:
            self.show_wire(wire.id)

    def _data_type(self, wire: Wire) -> str:
        port = self.graph.port(wire.source) if self.graph else None
        return port.data_type if port else ""

    def _drop_wire(self, wire: WireId) -> None:
        item = self.wires.pop(wire, None)
        if item is not None:
            self.removeItem(item)
        for node in (wire.source.node, wire.target.node):
            self._at_node[node].discard(wire)

    def _drop_node(self, node: int) -> None:
        item = self.nodes.pop(node, None)
        if item is not None:
            self.removeItem(item)
        self._at_node.pop(node, None)

    def _change(self, node: Node) -> None:
        if self.nodes[node.id].set_node(node, self.footers and node.kind == "step"):
            self._pending.routes |= dict.fromkeys(self._at_node.get(node.id, ()))

    def _change_wire(self, wire: Wire) -> None:
        self.wires[wire.id].set_wire(wire, self._data_type(wire))
        self.show_wire(wire.id)

    def set_footers(self, shown: bool) -> None:
        """Shows or hides the times of all steps."""
        if shown != self.footers:
            self.footers = shown
            self._pending.restyle(item.node for item in self.nodes.values())
            self._go_on()

    # Places

    def set_places(self, places: Mapping[int, tuple[float, float]]) -> None:
        """Moves nodes to where they belong now."""
        self._places.update(places)
        off = self._misplaced()
        if off:
            self._pending.move(off)
            self._go_on()

    def _misplaced(self) -> list[int]:
        places = self._places
        return [key for key, item in self.nodes.items() if key in places and _at(item) != places[key]]

    def _move(self, node: int) -> None:
        del self._pending.moved[node]
        if node in self.nodes:
            self.nodes[node].setPos(*self._places[node])
            self._pending.routes |= dict.fromkeys(self._at_node.get(node, ()))

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

    def _reroute_next(self) -> bool:
        if not self._pending.routes:
            return False
        wire = next(iter(self._pending.routes))
        del self._pending.routes[wire]
        self._route(self.wires[wire])
        return True

    def _route(self, item: WireItem) -> None:
        source, target = item.wire.source, item.wire.target
        if source.node in self.nodes and target.node in self.nodes:
            item.route(self.nodes[source.node].socket(source), self.nodes[target.node].socket(target))

    def extent(self, nodes: Iterable[int] | None = None) -> QRectF:
        """What nodes cover; all of them where none are named."""
        if nodes is not None:
            return covered([self.nodes[node] for node in nodes if node in self.nodes])
        if self._extent is None or not self.is_whole:
            self._extent = covered(self.nodes.values())
        return self._extent

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
            self._show_selection()
            self.chosen.emit()

    def _keep_selection(self) -> None:
        kept = self.selection.within(self.nodes, self.wires)
        if self.graph is not None and kept.port is not None and self.graph.port(kept.port) is None:
            kept = Selection(kept.nodes, kept.wires)
        if kept != self.selection:
            self.choose(kept)
        elif kept:
            self.chosen.emit()

    def _show_selection(self) -> None:
        """Paints what is chosen as such, and what was as it is."""
        was, now, self._shown = self._shown, self.selection, self.selection
        nodes = was.nodes ^ now.nodes
        for key in nodes & self.nodes.keys():
            self.nodes[key].show_appearance(chosen=key in now.nodes)
        for wire in (was.wires ^ now.wires).union(*(self._at_node.get(node, ()) for node in nodes)):
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
