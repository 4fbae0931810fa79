"""Marks the step of a canvas that failed the last request, as far as the server's words or a probe say which."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from studio.app.requests.wire_values import LastRequest, WireValues
from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.core.inference.asking.probing import ProbeStep, request_of
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.wires.digest import Digest
from studio.core.inference.wires.failed_step import FailedStep, StepWires, nan_begins, read_failure
from studio.core.inference.wires.seen import Seen
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.watch.failure_bubble import FailureBubble
from studio.ui.canvas.watch.placing import beside, obstacles
from studio.value_class import replace

_AWAY = 36


class FailureMark(QObject):
    """Border and head of the step, its wires, and a bubble; the next answer takes them away."""

    file_wanted = Signal(object, int)
    """Path and line of the code that failed."""
    log_wanted = Signal(str, float)
    """The model that failed, and when."""
    request_wanted = Signal(object)
    """InferRequest to the model of one step."""
    moved = Signal()

    def __init__(self, controller: CanvasController, values: WireValues, pane: QWidget) -> None:
        super().__init__(pane)
        self._controller, self._values, self._pane = controller, values, pane
        self._document, self._scene, self._view = controller.document, controller.scene, controller.view
        self.bubble = FailureBubble(pane)
        self.node: int | None = None
        """The step that failed; None where none did, or nobody says which."""
        self._failed = FailedStep(-1, "", "")
        self._alone: Node | None = None
        self._closed = ""
        self.bubble.closed.connect(self._close)
        self.bubble.file_wanted.connect(self._show_file)
        self.bubble.log_wanted.connect(self._show_log)
        self.bubble.alone_wanted.connect(self._send_alone)
        self._document.changed.connect(self.refresh)
        self._scene.moved.connect(self.place)
        self._view.seen.connect(self.place)

    def refresh(self, *_: object) -> None:
        """Shows what came of the last request."""
        graph, last = self._document.graph, self._values.last_request(self._document.model.name)
        if graph is None or not self._pane.isVisible():
            return
        steps = sorted((node for node in graph.nodes if node.kind == "step"), key=lambda node: node.index)
        self._mark(_failed_node(steps, last) if last is not None and last.problem else None)
        node = graph.node(self.node) if self.node is not None else None
        if node is None or last is None or self._closed == f"{last.name} {last.at}":
            self.bubble.hide()
            self.moved.emit()
            return
        found = read_failure(last.step_problem or last.problem, [step.model for step in steps])
        self._failed = replace(found, step=node.index, request=last.name, at=last.at, number=last.number)
        self._say(graph, node, steps, last)

    def _mark(self, node: int | None) -> None:
        if node is None and self.node is None:
            return
        if node != self.node and self.node in self._scene.nodes:
            self._scene.nodes[self.node].show_appearance(failed=False)
        self.node = node
        if node is not None and node in self._scene.nodes:
            self._scene.nodes[node].show_appearance(failed=True)
        for key, item in self._scene.wires.items():
            item.show_marks(faded=node is not None and key.source.node == node)

    def _say(self, graph: GraphView, node: Node, steps: list[Node], last: LastRequest) -> None:
        wires = [StepWires(step.model, _read(step), _given(step)) for step in steps]
        begins = nan_begins(wires, lambda tensor: self._digest(tensor, last.name))
        proof = ""
        self._alone = node
        if begins >= 0:
            self._alone = steps[begins]
            read = " and ".join(wires[begins].inputs)
            proof = f"NaN begins in {wires[begins].model}: {read} hold{'s' * (len(wires[begins].inputs) == 1)} none"
        has_file = self._file(node) is not None
        self.bubble.show_failure(node.model, self._failed, proof, self._alone.model, has_file=has_file)
        has_all = self._inputs_of(self._alone) is not None
        self.bubble.alone.setEnabled(has_all)
        tip = "Fill the tester with what this step was given" if has_all else "What it was given was not seen: probe it"
        self.bubble.alone.setToolTip(tip)
        self.place()

    def _digest(self, tensor: str, request: str) -> Digest | None:
        """What is said of a tensor in one request."""
        seen = self._seen(tensor, request)
        if seen is None:
            return None
        self._values.want_digest(self._document.model.name, seen)
        return seen.digest

    def _seen(self, tensor: str, request: str) -> Seen | None:
        values = self._values.of(self._document.model.name, tensor)
        return next((each for each in values if each.request == request), None)

    def place(self, *_: object) -> None:
        """Puts the bubble below the step, where it hides least."""
        item = self._scene.nodes.get(self.node) if self.node is not None else None
        last = self._values.last_request(self._document.model.name)
        is_closed = last is None or self._closed == f"{last.name} {last.at}"
        if item is None or is_closed or self._view.is_far or not self._failed.request:
            self.bubble.hide()
            self.moved.emit()
            return
        corner = self._view.mapTo(self._pane, QPoint(0, 0))
        about = self._view.mapFromScene(item.area()).boundingRect().translated(corner)
        others = obstacles(self._view, self._scene, self._pane, self.bubble)
        self.bubble.move(beside(about, self.bubble.size(), self._pane.rect(), others, _AWAY))
        # Of a step that is out of sight nothing is said.
        self.bubble.setVisible(about.intersects(self._pane.rect()))
        self.bubble.raise_()
        self.moved.emit()

    def _close(self) -> None:
        last = self._values.last_request(self._document.model.name)
        if last is not None:
            self._closed = f"{last.name} {last.at}"
        self.place()
        self._view.setFocus()

    # Where to go from there

    def _file(self, node: Node) -> Path | None:
        """The file of the step's model that its words name, where it is there."""
        repository = self._document.session.repository
        folder = repository.model(node.model) if repository is not None and self._failed.file else None
        return folder.path / self._failed.file if folder is not None and "/" in self._failed.file else None

    def _show_file(self) -> None:
        graph = self._document.graph
        node = graph.node(self.node) if graph is not None and self.node is not None else None
        path = self._file(node) if node is not None else None
        if path is not None:
            self.file_wanted.emit(path, self._failed.line)

    def _show_log(self) -> None:
        graph = self._document.graph
        node = graph.node(self.node) if graph is not None and self.node is not None else None
        self.log_wanted.emit(node.model if node is not None else "", self._failed.at)

    def _inputs_of(self, node: Node) -> dict[str, Tensor] | None:
        """What a step was given in the request that failed; None where not all of it was seen."""
        found = {port.tensor: self._seen(port.tensor, self._failed.request) for port in node.inputs if port.tensor}
        tensors = {name: seen.tensor for name, seen in found.items() if seen is not None and seen.tensor is not None}
        return tensors if len(tensors) == len(found) else None

    def _send_alone(self) -> None:
        node, last = self._alone, self._values.last_request(self._document.model.name)
        given = self._inputs_of(node) if node is not None else None
        if node is None or given is None or last is None:
            return
        version = str(node.version) if node.version > 0 else ""
        maps = {port.name: port.tensor for port in node.inputs if port.tensor}
        base = last.request or InferRequest(node.model, ())
        self.request_wanted.emit(request_of(ProbeStep(node.model, version, maps, {}), given, base))


def _failed_node(steps: list[Node], last: LastRequest) -> int | None:
    if last.step is not None:
        given = set(last.step.outputs.values())
        return next((node.id for node in steps if given & set(_given(node))), None)
    step = read_failure(last.problem, [node.model for node in steps]).step
    return steps[step].id if step >= 0 else None


def _read(node: Node) -> tuple[str, ...]:
    return tuple(port.tensor for port in node.inputs if port.tensor)


def _given(node: Node) -> tuple[str, ...]:
    return tuple(port.tensor for port in node.outputs if port.tensor)
