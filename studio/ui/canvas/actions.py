"""What can be done to a graph and to what is chosen on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from studio.app import notices, tasks
from studio.app.editing.undo import as_one_step
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.graph.edits.clipboard import copy, duplicate, paste
from studio.core.graph.edits.ensemble_tensors import remove_own
from studio.core.graph.edits.ordering import run_order
from studio.core.graph.edits.steps import remove_steps
from studio.core.graph.edits.wires import disconnect, disconnect_port
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, WireId
from studio.core.graph.graph import GraphEdit, GraphView
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.export import Exports
from studio.ui.canvas.layout.alignment import ALIGNMENTS, arranged
from studio.ui.canvas.scene.frames import around
from studio.ui.canvas.scene.selection import Selection, of_nodes

_ASIDE = 32.0
_PLACES_MIME = "application/x-trireme-places"


class CanvasActions:
    """The actions on one canvas; `commands` says by which names and keys they are asked for."""

    def __init__(self, controller: CanvasController) -> None:
        self.controller = controller
        self.exports = Exports(controller.view, controller.document, controller.scene)
        self._document, self._scene, self._view = controller.document, controller.scene, controller.view

    @property
    def _selection(self) -> Selection:
        return self._scene.selection

    @property
    def _graph(self) -> GraphView | None:
        return self._document.graph

    # Looking

    def add(self) -> None:
        """Lists models at the pointer, or at the middle where it is elsewhere; a chosen wire takes the step in."""
        self.controller.offer_models(self.pointer(), self._selection.wire or self._selection.port)

    def pointer(self) -> QPointF:
        """The place of the pointer, or the middle of the canvas."""
        view = self._view
        here = view.viewport().mapFromGlobal(view.cursor().pos())
        inside = view.viewport().rect().contains(here) and view.underMouse()
        return view.mapToScene(here if inside else view.viewport().rect().center())

    def zoom_by(self, factor: float) -> None:
        """Zooms so much nearer, or further away below 1."""
        self._view.set_zoom(self._view.zoom * factor)

    def full_size(self) -> None:
        """Shows the graph at full size."""
        self._view.set_zoom(1.0)

    def rename_tensor(self) -> None:
        """Edits the name of the tensor of the wire or port that is chosen."""
        self.controller.rename_chosen()

    def probe(self) -> None:
        """Asks the server for the tensor on the wire that is chosen."""
        self.controller.probe_chosen()

    def watch(self) -> None:
        """Watches the wire that is chosen, or no more."""
        if (wire := self.controller.chosen_wire()) is not None:
            self.controller.watch_wanted.emit(wire)

    def show_value(self) -> None:
        """Shows what was last seen on the wire that is chosen."""
        if (wire := self.controller.chosen_wire()) is not None:
            self.controller.value_wanted.emit(wire)

    def compare(self) -> None:
        """Shows the ensemble beside its file, or beside another one."""
        self.controller.compare_wanted.emit()

    def show_figure(self, figure: str) -> None:
        """Shows one of the figures on the steps, or hides it where it is shown."""
        self.controller.figure_wanted.emit(figure)

    def lay_out(self) -> None:
        """Places all nodes in layers, and brings them into sight."""
        self._document.lay_out(then=self._view.begin)

    def order(self) -> None:
        """Writes the steps in the order in which they run."""
        graph = self._graph
        edit = run_order(graph) if graph is not None else None
        if edit is None:
            notices.post("info", "The steps stand in the order in which they run")
            return
        # Each step that moves is an edit of its own: thousands of them are worked out beside the window.
        draft = self._document.model.draft
        work = partial(edit.apply, draft)

        def done(ordered: Draft) -> None:
            self._document.do(GraphEdit(edit.title, lambda now: ordered if now is draft else edit.apply(now)))

        tasks.run(self._view, lambda _: work(), done, key="order")

    def fit(self) -> None:
        """Shows what is chosen, or everything."""
        self._view.fit(self._scene.extent(self._selection.nodes or None))

    def find(self) -> None:
        """Asks for a step by its name, to choose it and bring it into sight."""
        if self._graph is not None:
            self.controller.finder.open_for(self._graph, self.go_to)

    def go_to(self, node: int) -> None:
        """Chooses a node, and brings it into sight."""
        if node in self._scene.nodes:
            self._scene.choose(of_nodes((node,)))
            self._view.reveal(self._scene.nodes[node].area())
            self._view.setFocus()

    def choose_all(self) -> None:
        """Makes all nodes of the graph the selection."""
        self._scene.choose(Selection(frozenset(self._scene.nodes)))

    def lay_out_chosen(self) -> None:
        """Places the chosen nodes in layers, where they are."""
        if len(self._selection.nodes) > 1:
            self._document.lay_out(self._selection.nodes)

    def open(self) -> None:
        """Opens the models of the chosen nodes."""
        for name in dict.fromkeys(self.controller.names_of(sorted(self._selection.nodes))):
            self.controller.model_wanted.emit(name)

    def why(self) -> None:
        """Asks why the model of the chosen node is not as it should be."""
        name = next(iter(self.controller.names_of(sorted(self._selection.nodes))), "")
        if name:
            self.controller.why_wanted.emit(name)

    def show_span(self) -> None:
        """Shows the time that the chosen node took of a traced request."""
        name = next(iter(self.controller.names_of(sorted(self._selection.nodes))), "")
        if name:
            self.controller.span_wanted.emit(name)

    # Taking away

    def delete(self, heal: bool = True) -> None:
        """Removes the chosen steps, wires or port, as one step to undo."""
        choice, graph = self._selection, self._graph
        if graph is None or not choice:
            return
        makes: list[Callable[[GraphView], GraphEdit]] = []
        steps = [n for n in choice.nodes if n not in (INPUTS, OUTPUTS)]
        if steps:
            makes.append(lambda now: remove_steps(now, steps, heal=heal))
        makes += [_cut(wire) for wire in choice.wires]
        if choice.port is not None:
            port = choice.port
            is_own = port.node in (INPUTS, OUTPUTS)
            makes.append(lambda now: remove_own(now, port) if is_own else disconnect_port(now, port))
        self._each("Delete", makes)

    def _each(self, title: str, makes: list[Callable[[GraphView], GraphEdit]]) -> None:
        """Several edits as one step; each is made for the graph that the one before it left."""
        with as_one_step(self._document.model.undo_stack, title, len(makes) > 1):
            for make in makes:
                self._one(make)

    def _one(self, make: Callable[[GraphView], GraphEdit]) -> None:
        graph = self._graph
        if graph is None or not self._document.is_current:
            return
        try:
            edit = make(graph)
        except CoreError:
            # What an earlier part of the same step took away is gone already.
            return
        self._document.do(edit)

    # The clipboard

    def cut(self) -> None:
        """Copies the chosen steps and removes them."""
        if self.copy():
            self.delete()

    def copy(self) -> bool:
        """Puts the chosen steps on the clipboard, as text of a configuration."""
        graph = self._graph
        text = copy(graph, self._selection.nodes) if graph else ""
        if not graph or not text:
            return False
        steps = sorted((n for n in graph.nodes if n.id in self._selection.nodes and n.kind == "step"), key=_index)
        places = [self._document.places.get(node.id, (0.0, 0.0)) for node in steps]
        data = QMimeData()
        data.setText(text)
        data.setData(_PLACES_MIME, ";".join(f"{x:.0f},{y:.0f}" for x, y in places).encode())
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def paste(self, keep_incoming: bool = False) -> None:
        """Adds the steps of the clipboard at the pointer."""
        graph, data = self._graph, QGuiApplication.clipboard().mimeData()
        if graph is None or data is None or not data.text().strip():
            return
        before = set(graph.by_id)
        kept = _places(bytes(data.data(_PLACES_MIME).data()).decode("ascii", "replace"))
        corner = self.controller.corner(self.pointer())
        left, top = min((x for x, _ in kept), default=0.0), min((y for _, y in kept), default=0.0)
        places = [(x - left + corner[0], y - top + corner[1]) for x, y in kept] or [corner]
        text = data.text()
        if self.controller.make(lambda: paste(graph, text, keep_incoming=keep_incoming), *places):
            self._choose_new(before)

    def duplicate(self) -> None:
        """Adds the chosen steps once more, a little aside."""
        graph = self._graph
        if graph is None or not self._selection.nodes:
            return
        before, nodes = set(graph.by_id), self._selection.nodes
        steps = sorted((n for n in graph.nodes if n.id in nodes and n.kind == "step"), key=_index)
        there = [self._document.places.get(node.id, (0.0, 0.0)) for node in steps]
        if steps and self.controller.make(
            lambda: duplicate(graph, nodes), *[(x + _ASIDE, y + _ASIDE) for x, y in there]
        ):
            self._choose_new(before)

    def _choose_new(self, before: set[int]) -> None:
        self._scene.choose(Selection(frozenset(self._scene.nodes) - before))

    # Placing

    def align(self, way: str) -> None:
        """Aligns or distributes the chosen nodes, as one step."""
        areas = {node: self._scene.nodes[node].area() for node in self._selection.nodes}
        if len(areas) > 1:
            title = dict(ALIGNMENTS)[way]
            self._document.move(title, arranged(way, areas))

    def nudge(self, by: QPointF) -> None:
        """Moves the chosen nodes by so much."""
        there = {node: self._scene.place(node) for node in self._selection.nodes}
        moved = {node: (x + by.x(), y + by.y()) for node, (x, y) in there.items()}
        if moved:
            self._document.move("Move", moved)

    def frame(self) -> None:
        """Puts a frame around the chosen nodes."""
        if not self._selection.nodes:
            return
        frames = (
            *self._document.placement.frames,
            around(self._scene.extent(self._selection.nodes), "Frame"),
        )
        self._document.set_frames("Frame nodes", frames)
        self.controller.rename_frame(len(frames) - 1)

    def unframe(self) -> None:
        """Takes the frames around the chosen nodes away; without a choice the one at the pointer."""
        area = (
            self._scene.extent(self._selection.nodes)
            if self._selection.nodes
            else QRectF(self.pointer(), self.pointer())
        )
        frames = self._document.placement.frames
        kept = [f for f in frames if not QRectF(f.x, f.y, f.width, f.height).contains(area)]
        self._document.set_frames("Take the frame away", kept)


def _cut(wire: WireId) -> Callable[[GraphView], GraphEdit]:
    return lambda now: disconnect(now, wire)


def _index(node: Node) -> int:
    return node.index


def _places(text: str) -> list[tuple[float, float]]:
    try:
        return [(float(x), float(y)) for x, y in (each.split(",") for each in text.split(";") if each)]
    except ValueError:
        return []
