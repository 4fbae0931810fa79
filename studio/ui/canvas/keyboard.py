"""The canvas by keyboard: the focus moves between nodes and ports, and wires are drawn without a pointer."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QKeySequence

from studio.core.graph.elements import PortId
from studio.ui.canvas.actions import CanvasActions
from studio.ui.canvas.commands import ON_CANVAS, CanvasCommand, run
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.gestures.draw_wire import DrawWire
from studio.ui.canvas.gestures.gesture import Gesture, Modifiers
from studio.ui.canvas.layout.grid import GRID
from studio.ui.canvas.scene.descriptions import describe_node, describe_port
from studio.ui.canvas.scene.selection import Selection, of_nodes, of_port

_ASIDE = 2.5
"""How much worse a node aside is than one straight ahead."""
_WAYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class GestureHost(Protocol):
    """Who carries the gesture that is under way; a wire can be drawn by keys alone."""

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""

    def begin(self, gesture: Gesture) -> None:
        """Begins a gesture that no button holds."""

    def carry_by_key(self, port: PortId, at: QPointF) -> None:
        """Takes the wire under way to a port."""

    def end_by_key(self) -> None:
        """Ends the gesture under way where it is."""


class KeyboardNavigation:
    """What each key does on the canvas."""

    def __init__(self, controller: CanvasController, host: GestureHost) -> None:
        self.controller = controller
        self._document, self._scene, self._view = controller.document, controller.scene, controller.view
        self._host = host
        self.actions = CanvasActions(controller)
        self.focus: int | PortId | None = None
        self._keys = {QKeySequence(key): command for command in ON_CANVAS for key in command.keys}

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was for the canvas."""
        if isinstance(self._host.gesture, DrawWire):
            return self._press_connecting(self._host.gesture, event)
        way = _WAYS.get(Qt.Key(event.key()))
        if way is not None:
            return self._go(way, event.modifiers())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Modifiers.ControlModifier:
            return self._enter(bool(event.modifiers() & Modifiers.ShiftModifier))
        if event.key() == Qt.Key.Key_Escape:
            return self._leave()
        return self._run_command(event)

    def wants(self, event: QKeyEvent) -> bool:
        """Whether the canvas takes a key before the window's shortcuts do."""
        return self._named(event) is not None and bool(event.modifiers() & Modifiers.ControlModifier)

    def _named(self, event: QKeyEvent) -> CanvasCommand | None:
        return self._keys.get(QKeySequence(event.keyCombination()))

    def _run_command(self, event: QKeyEvent) -> bool:
        command = self._named(event) or self._keys.get(QKeySequence(event.text()))
        if command is None:
            return False
        run(command, self.actions)
        return True

    # The focus

    def set_focus(self, focus: int | PortId | None) -> None:
        """Moves the focus; what has it is chosen, shown and said."""
        scene = self._scene
        for key, mark in ((self.focus, False), (focus, True)):
            node = key.node if isinstance(key, PortId) else key
            if node is not None and node in scene.nodes:
                scene.nodes[node].show_appearance(focus="" if not mark else key if isinstance(key, PortId) else "node")
        self.focus = focus
        if focus is None:
            return
        node = focus.node if isinstance(focus, PortId) else focus
        scene.choose(of_port(focus) if isinstance(focus, PortId) else of_nodes((focus,)))
        if node in scene.nodes:
            self._view.reveal(scene.nodes[node].area())
        self._say(focus)

    def _say(self, focus: int | PortId) -> None:
        graph, view = self._document.graph, self._view
        if graph is not None:
            words = describe_port(graph, focus) if isinstance(focus, PortId) else describe_node(graph, focus)
            view.setAccessibleDescription(words.replace("\n", ". "))
            QAccessible.updateAccessibility(QAccessibleEvent(view, QAccessible.Event.DescriptionChanged))

    def _current(self) -> int | PortId | None:
        """The focus, where it is still there; else what is chosen."""
        scene, graph = self._scene, self._document.graph
        focus = self.focus
        if isinstance(focus, PortId) and graph is not None and graph.port(focus) is not None:
            if scene.selection.port == focus:
                return focus
        elif isinstance(focus, int) and focus in scene.nodes and focus in scene.selection.nodes:
            return focus
        return scene.selection.port if scene.selection.port is not None else scene.selection.node

    def _go(self, way: QPointF, held: Modifiers) -> bool:
        if held & Modifiers.ControlModifier:
            self.actions.nudge(way * GRID)
            return True
        here = self._current()
        if here is None:
            nodes = sorted(self._scene.nodes, key=self._scene.place)
            self.set_focus(nodes[0] if nodes else None)
        elif isinstance(here, PortId):
            self._go_from_port(here, way)
        else:
            self.set_focus(self._nearest(here, way))
        return True

    def _nearest(self, here: int, way: QPointF) -> int:
        """The next node in a direction."""
        scene = self._scene
        start = scene.nodes[here].area().center()
        best, least = here, float("inf")
        for node, item in scene.nodes.items():
            away = item.area().center() - start
            ahead = QPointF.dotProduct(away, way)
            aside = abs(away.x() * way.y()) + abs(away.y() * way.x())
            if node != here and ahead > 1 and ahead + _ASIDE * aside < least:
                best, least = node, ahead + _ASIDE * aside
        return best

    def _go_from_port(self, port: PortId, way: QPointF) -> None:
        graph = self._document.graph
        item = self._scene.nodes.get(port.node)
        if graph is None or item is None:
            return
        ports = list(item.shape_.rows)
        if way.y():
            index = min(max(ports.index(port) + int(way.y()), 0), len(ports) - 1)
            self.set_focus(ports[index])
            return
        ahead = (way.x() > 0) == (port.side == "out")
        wires = graph.wires_at(port) if ahead else ()
        if wires:
            self.set_focus(wires[0].target if port.side == "out" else wires[0].source)
        else:
            self.set_focus(self._nearest(port.node, way))

    def _enter(self, offers: bool) -> bool:
        here, graph = self._current(), self._document.graph
        if here is None or graph is None:
            return False
        if isinstance(here, PortId):
            socket = self._scene.nodes[here.node].socket(here)
            if offers:
                self.controller.offer_models(socket + QPointF(120 if here.side == "out" else -260, 0), here)
            elif self._document.is_current:
                self._connect_from(here, socket)
        else:
            ports = list(self._scene.nodes[here].shape_.rows)
            if ports:
                self.set_focus(ports[0])
        return True

    def _leave(self) -> bool:
        here = self._current()
        if isinstance(here, PortId):
            self.set_focus(here.node)
            return True
        if self._scene.selection:
            self.set_focus(None)
            self._scene.choose(Selection())
            return True
        return False

    # A wire by keys

    def _connect_from(self, port: PortId, socket: QPointF) -> None:
        graph = self._document.graph
        if graph is not None:
            gesture = DrawWire(self.controller, socket, port, graph)
            self._host.begin(gesture)
            self._aim(gesture, 1)

    def _press_connecting(self, gesture: DrawWire, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Tab):
            self._aim(gesture, 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Backtab):
            self._aim(gesture, -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._host.end_by_key()
        else:
            return False
        return True

    def _aim(self, gesture: DrawWire, step: int) -> None:
        """Goes to the next port, fitting ones first; those that do not fit follow and say why."""
        scene = self._scene
        ports = [port for item in scene.nodes.values() for port in item.shape_.rows if gesture.is_target(port)]

        def rank(port: PortId) -> tuple[bool, float, float]:
            at = scene.nodes[port.node].socket(port)
            return not gesture.verdict(port).ok, at.x(), at.y()

        ports.sort(key=rank)
        if not ports:
            return
        index = ports.index(gesture.target) + step if gesture.target in ports else (0 if step > 0 else -1)
        target = ports[index % len(ports)]
        self._host.carry_by_key(target, scene.nodes[target.node].socket(target))
        self._view.reveal(scene.nodes[target.node].area())
        self._say(target)
