"""The menu of the canvas: what can be done to what is under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu

from studio.core.graph.edits.ensemble_tensors import add_input, add_output, expose, move_own, set_optional
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId
from studio.core.graph.graph import GraphView
from studio.ui.canvas import names
from studio.ui.canvas.actions import CanvasActions
from studio.ui.canvas.commands import BY_ID, GROUPS, CanvasCommand, run
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.scene.selection import Selection, of_nodes, of_port, of_wire
from studio.ui.room.menus import ContextMenu


class CanvasMenu:
    """Builds the menu for a place."""

    def __init__(self, controller: CanvasController, actions: CanvasActions) -> None:
        self.controller = controller
        self._document, self._scene, self._view = controller.document, controller.scene, controller.view
        self.actions = actions

    def open(self, at: QPointF, where: QPoint) -> QMenu:
        """Opens it for what is at a place, which becomes the choice."""
        menu = QMenu(self._view)
        menu.setObjectName(names.Canvas.MENU)
        menu.setAccessibleName("Graph")
        self._fill(menu, at)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
        return menu

    def _fill(self, menu: QMenu, at: QPointF) -> None:
        scene, graph = self._scene, self._document.graph
        port, node, wire = scene.port_at(at), scene.node_at(at), scene.wire_at(at)
        if graph is not None and port is not None:
            self._fill_port(menu, graph, port)
            menu.addSeparator()
        if node is not None:
            if node not in scene.selection.nodes:
                scene.choose(of_nodes((node,)) if port is None else of_port(port))
            self._fill_node(menu, graph, node)
        elif wire is not None:
            scene.choose(of_wire(wire))
            self._add(menu, ContextMenu.CANVAS_WIRE)
            menu.addAction("Insert a step…").triggered.connect(lambda: self.controller.offer_models(at, wire))
        else:
            if port is None:
                scene.choose(Selection())
            self._add(menu, ContextMenu.CANVAS_GROUND)

    def _fill_node(self, menu: QMenu, graph: GraphView | None, node: int) -> None:
        if graph is not None and node == INPUTS:
            menu.addAction("Add an input").triggered.connect(lambda: self.controller.make(lambda: add_input(graph)))
        elif graph is not None and node == OUTPUTS:
            menu.addAction("Add an output").triggered.connect(lambda: self.controller.make(lambda: add_output(graph)))
        else:
            self._add(menu, ContextMenu.CANVAS_NODES)

    def _fill_port(self, menu: QMenu, graph: GraphView, port: PortId) -> None:
        known = graph.port(port)
        if known is None:
            return
        if known.tensor:
            tensor = known.tensor
            at = self._scene.nodes[port.node].socket(port)
            menu.addAction(_shown(BY_ID["graph_rename"])).triggered.connect(lambda: self.controller.rename(tensor, at))
        if port.node in (INPUTS, OUTPUTS):
            self._fill_own(menu, graph, port)
            return
        words = "Make it an input of the ensemble" if port.side == "in" else "Make it an output of the ensemble"
        menu.addAction(words).triggered.connect(lambda: self.controller.make(lambda: expose(graph, port)))
        fitting = menu.addAction("Add a step that fits…")
        fitting.triggered.connect(lambda: self.controller.offer_models(self._scene.nodes[port.node].socket(port), port))

    def _fill_own(self, menu: QMenu, graph: GraphView, port: PortId) -> None:
        node, known = graph.node(port.node), graph.port(port)
        if node is None or known is None:
            return
        place = [each.id for each in node.ports].index(port)
        for words, step in (("Move up", -1), ("Move down", 1)):
            action = menu.addAction(words)
            action.setEnabled(0 <= place + step < len(node.ports))
            action.triggered.connect(self._mover(graph, port, place + step))
        if port.node == INPUTS:
            action = menu.addAction("Optional")
            action.setCheckable(True)
            action.setChecked(known.optional)
            action.triggered.connect(lambda on: self.controller.make(lambda: set_optional(graph, port, on)))
        menu.addAction("Remove").triggered.connect(self.actions.delete)

    def _mover(self, graph: GraphView, port: PortId, index: int) -> Callable[[], object]:
        return lambda: self.controller.make(lambda: move_own(graph, port, index))

    def _add(self, menu: QMenu, kind: ContextMenu) -> None:
        """Adds the commands of a place, with a line between two groups."""
        groups = [[command for command in group if kind in command.context_menus] for group in GROUPS]
        for group in filter(None, groups):
            if not menu.isEmpty():
                menu.addSeparator()
            for command in group:
                menu.addAction(_shown(command)).triggered.connect(self._runner(command))

    def _runner(self, command: CanvasCommand) -> Callable[[], None]:
        return lambda: run(command, self.actions)


def _shown(command: CanvasCommand) -> str:
    return f"{command.text}\t{command.key}" if command.key else command.text
