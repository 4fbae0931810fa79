"""The controller of one canvas: edits, hover, names and clicks, for its gestures, keys and menus alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Signal

from studio.app import tasks
from studio.app.repository import tensor_renames
from studio.core.assist.names import TensorSymbol
from studio.core.failure import CoreError
from studio.core.graph.candidates import Candidate, candidates
from studio.core.graph.edits.steps import add_step, add_steps, insert_on_wire
from studio.core.graph.edits.tensors import rename_tensor
from studio.core.graph.elements import PortId, WireId
from studio.core.graph.graph import GraphEdit
from studio.core.graph.wiring import Wiring
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.layout.grid import snapped
from studio.ui.canvas.overlays.explanation import Explanation
from studio.ui.canvas.overlays.name_field import NameField
from studio.ui.canvas.overlays.step_finder import StepFinder
from studio.ui.canvas.overlays.step_search import ModelSearch, entries
from studio.ui.canvas.scene.descriptions import describe_node, describe_port
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView

_SHIFT = QPointF(0, 36)
_GAP = 32


class CanvasController(QObject):
    """Turns what a person does on a canvas into edits of its document, and opens what floats over it."""

    model_wanted = Signal(str)
    why_wanted = Signal(str)
    """A model of which is asked why it is not as it should be."""
    span_wanted = Signal(str)
    """A model whose span in the X-ray is wanted."""
    rename_wanted = Signal(str, str)
    """A tensor and its new name, where other files name it too."""
    probe_wanted = Signal(str)
    """A tensor whose value is wanted."""
    hovered = Signal(object, QPointF)
    """WireId under the pointer, None for no wire, and where on it the pointer is."""
    watch_wanted = Signal(object)
    """WireId that is to be watched, or no more."""
    value_wanted = Signal(object)
    """WireId of which the value is to be shown."""
    compare_wanted = Signal()
    figure_wanted = Signal(str)
    """One of the figures that steps can show."""
    menu_wanted = Signal(QPointF, QPoint)
    node_clicked = Signal(int)

    def __init__(self, document: CanvasDocument, scene: CanvasScene, view: CanvasView) -> None:
        super().__init__(view)
        self.document = document
        self.scene = scene
        self.view = view
        self.snaps = True
        self.search = ModelSearch(view)
        self.finder = StepFinder(view)
        self.explanation = Explanation(view)
        self.name_field = NameField(view)
        self.explanation.chosen.connect(self.document.take_offer)
        self.document.changed.connect(self.explanation.leave)
        self.document.moved.connect(self.explanation.leave)
        self.view.zoomed.connect(self.explanation.leave)
        self._hovered: PortId | WireId | int | None = None

    # Edits

    def make(self, make: Callable[[], GraphEdit], *places: tuple[float, float]) -> bool:
        """Makes an edit and does it; says why where it cannot be made."""
        try:
            edit = make()
        except CoreError as failure:
            self.document.tell(failure)
            return False
        return self.document.do(edit, *places)

    def corner(self, at: QPointF) -> tuple[float, float]:
        """A place for the upper left corner of what comes."""
        return snapped(at.x(), self.snaps), snapped(at.y(), self.snaps)

    # Adding

    def offer_models(self, at: QPointF, end: PortId | WireId | None = None) -> None:
        """Lists the models that can be added at a place, wired to a port or put into a wire where one is given."""
        graph, catalogue = self.document.graph, self.document.catalogue
        if graph is None or catalogue is None or not self.document.is_current:
            return
        words = "Add a step" if end is None else "Add a step that fits"
        self.search.open_at(self.view.mapFromScene(at), (), words)

        def work(_: tasks.TaskContext) -> tuple[Candidate, ...]:
            return candidates(graph, end, catalogue.names)

        def found(them: tuple[Candidate, ...]) -> None:
            self.search.show_entries(entries(them, catalogue, lambda each: self._add(each, at, end)))

        tasks.run(self, work, found, key="candidates")

    def _add(self, each: Candidate, at: QPointF, end: PortId | WireId | None) -> None:
        graph = self.document.graph
        if graph is None:
            return
        place = self.corner(at - _SHIFT)
        if isinstance(end, PortId):
            self.make(lambda: add_step(graph, each.model, each.port, end), place)
        elif isinstance(end, WireId):
            self.make(lambda: insert_on_wire(graph, end, each.model, (each.port, each.through)), place)
        else:
            self.make(lambda: add_steps(graph, [each.model]), self._free(place))
        self.view.setFocus()

    def _free(self, place: tuple[float, float]) -> tuple[float, float]:
        """The place, or one below the nodes that stand there: without the pointer every step comes to the same."""
        areas = [node.area() for node in self.scene.nodes.values()]
        # What a step will need is known once it is drawn: as much as the largest that is there.
        room = QRectF(0, 0, max((a.width() for a in areas), default=0), max((a.height() for a in areas), default=0))
        room.moveTopLeft(QPointF(*place))
        while (taken := next((area for area in areas if area.intersects(room)), None)) is not None:
            room.moveTop(taken.bottom() + _GAP)
        return self.corner(room.topLeft())

    # Saying why

    def explain(self, start: PortId, end: PortId, at: QPointF) -> None:
        """Says why a wire will not do, with what would make it fit."""
        graph = self.document.graph
        if graph is None:
            return
        wiring = Wiring(graph, start)
        verdict = wiring.verdict(end)
        nodes = [self.view.mapFromScene(item.area()).boundingRect() for item in self.scene.nodes.values()]
        self.explanation.open_at(self.view.mapFromScene(at), verdict.reason, wiring.offers(end), nodes)

    def hover(self, at: QPointF, _pixel: QPoint) -> None:
        """Lights the wire or port under the pointer, and says what it is."""
        scene = self.scene
        port = scene.socket_at(at)
        node = scene.node_at(at)
        if port is None and node is not None:
            port = scene.nodes[node].shape_.port_in_row(at - scene.nodes[node].pos())
        found: PortId | WireId | int | None = port or node
        if found is None:
            found = scene.wire_at(at)
        self.hovered.emit(found if isinstance(found, WireId) else None, at)
        if found == self._hovered:
            return
        self._light(self._hovered, False)
        self._hovered = found
        self._light(found, True)
        self.view.viewport().setToolTip(self._describe(found))

    def _light(self, what: PortId | WireId | int | None, on: bool) -> None:
        if isinstance(what, PortId):
            item = self.scene.nodes.get(what.node)
            if item is not None:
                item.show_appearance(hovered=what if on else None)
        elif isinstance(what, WireId) and what in self.scene.wires:
            if on and what not in self.scene.selection.wires:
                wire = self.scene.wires[what]
                wire.show_state(chosen=wire.chosen, lit=True, label=wire.label)
            elif not on:
                self.scene.show_wire(what)

    def _describe(self, what: PortId | WireId | int | None) -> str:
        graph = self.document.graph
        if graph is None or what is None:
            return ""
        if isinstance(what, PortId):
            return describe_port(graph, what)
        if isinstance(what, WireId):
            # Its card says what it is.
            return ""
        return describe_node(graph, what)

    # Names

    def rename(self, tensor: str, at: QPointF) -> None:
        """Edits the name of a tensor at a place."""

        def renamed(name: str) -> None:
            self.give_name(tensor, name)
            self.view.setFocus()

        self.name_field.open_at(self.view.mapFromScene(at), tensor, f"Name of the tensor {tensor}", renamed)

    def give_name(self, tensor: str, name: str) -> None:
        """Gives a tensor another name: at once where the graph alone names it, else once all that changes is seen."""
        graph = self.document.graph
        if graph is None or not name or name == tensor:
            return

        def found(uses: tensor_renames.TensorUses) -> None:
            if uses.are_elsewhere:
                self.rename_wanted.emit(tensor, name)
            else:
                self.make(lambda: rename_tensor(self.document.graph or graph, tensor, name))

        symbol = TensorSymbol(self.document.model.name, "any", tensor)
        tensor_renames.find_uses(self, self.document.session, symbol, found)

    def rename_chosen(self) -> None:
        """F2: the tensor of the wire or port that is chosen."""
        choice, graph = self.scene.selection, self.document.graph
        if graph is None:
            return
        if choice.wire is not None and choice.wire in self.scene.wires:
            item = self.scene.wires[choice.wire]
            self.rename(item.wire.tensor, item.path.pointAtPercent(0.5))
        elif choice.port is not None:
            port = graph.port(choice.port)
            if port is not None and port.tensor:
                self.rename(port.tensor, self.scene.nodes[choice.port.node].socket(choice.port))

    def chosen_wire(self) -> WireId | None:
        """The wire that is chosen, or the first one at the port that is; None where there is none."""
        choice, graph = self.scene.selection, self.document.graph
        if choice.wire is not None and choice.wire in self.scene.wires:
            return choice.wire
        wires = graph.wires_at(choice.port) if graph is not None and choice.port is not None else ()
        return next((wire.id for wire in wires if wire.id in self.scene.wires), None)

    def probe_chosen(self) -> None:
        """The value of the tensor on the wire that is chosen, by a request of the tester."""
        wire = self.chosen_wire()
        if wire is not None:
            self.probe_wanted.emit(self.scene.wires[wire].wire.tensor)

    # Clicks

    def clicked(self, at: QPointF) -> None:
        """A press that became no gesture."""
        node = self.scene.node_at(at)
        if node is not None:
            self.node_clicked.emit(node)

    def double_clicked(self, at: QPointF) -> None:
        """A model opens, a tensor is renamed, on free ground a step is added."""
        graph = self.document.graph
        node = self.scene.node_at(at)
        known = graph.node(node) if graph and node is not None else None
        if known is not None:
            if known.kind == "step" and known.model:
                self.model_wanted.emit(known.model)
        elif (wire := self.scene.wire_at(at, 8)) is not None:
            self.rename(self.scene.wires[wire].wire.tensor, at)
        elif (frame := self.frame_title_at(at)) is not None:
            self.rename_frame(frame)
        else:
            self.offer_models(at)

    def open_menu(self, at: QPointF, where: QPoint) -> None:
        """The menu of what is at a place, which becomes the choice."""
        self.menu_wanted.emit(at, where)

    # Frames

    def frame_title_at(self, at: QPointF) -> int | None:
        """The frame whose title is at a place."""
        from studio.ui.canvas.scene.frames import frame_at

        found = frame_at(self.document.placement.frames, at)
        return found[0] if found and found[1] == "title" else None

    def rename_frame(self, index: int) -> None:
        """Edits the title of a frame."""
        from dataclasses import replace

        frame = self.document.placement.frames[index]

        def renamed(title: str) -> None:
            frames = list(self.document.placement.frames)
            if title and index < len(frames):
                frames[index] = replace(frames[index], title=title)
                self.document.set_frames("Rename a frame", frames)
            self.view.setFocus()

        self.name_field.open_at(
            self.view.mapFromScene(QPointF(frame.x, frame.y)), frame.title, "Title of the frame", renamed
        )

    def names_of(self, nodes: Iterable[int]) -> list[str]:
        """The models of nodes."""
        graph = self.document.graph
        return [node.model for each in nodes if graph and (node := graph.node(each)) and node.model]
