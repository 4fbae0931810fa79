"""The inspector's card of a wire: its tensor, both ends, and what was seen on it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.graph.elements import PortId, WireId
from studio.core.graph.graph import GraphView
from studio.core.inference.wires.seen import Seen
from studio.ui.canvas import names
from studio.ui.canvas.cards.card import Card, Sentence
from studio.ui.canvas.cards.seen import SeenPart
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.watch.opening import compare, open_tensor
from studio.ui.canvas.watch.words import shape_text
from studio.ui.widgets import ElidedLabel, HairLine, Label, MonoLabel, TextField


class EndRow(QWidget):
    """One end of a wire: the model, and the name that it gives the tensor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._model, self._port = ElidedLabel("", parent=self), Label("", "dim", parent=self)
        row = QHBoxLayout()
        row.addWidget(self._model, 1)
        row.addWidget(self._port)
        column.addLayout(row, 1)
        column.addWidget(HairLine(parent=self))
        self.setFixedHeight(27)

    def show_end(self, graph: GraphView, port: PortId) -> None:
        """Shows a port as the end of a wire."""
        node = graph.node(port.node)
        kind = node.kind if node is not None else "step"
        name = f"{kind.capitalize()} of the ensemble" if kind != "step" else node.model if node is not None else ""
        self._model.setText(name or "A step without a model")
        self._port.setText(
            f"{port.name}, {'output' if port.side == 'out' else 'input'}" if kind == "step" else port.name
        )
        self.setAccessibleName(f"{self._model.text()}: {self._port.text()}")


class WireCard(Card):
    """Follows the wire that is chosen; its values are those that the canvas keeps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane: GraphPane | None = None
        self.tensor = ""
        self._type = MonoLabel("", "dim")
        self._type.setWordWrap(True)
        self.problem = Sentence(self)
        self.column.addWidget(self._type)
        self.column.addSpacing(8)
        self.column.addWidget(self.problem)
        self.column.addSpacing(8)
        self.column.addWidget(Label("Runs from, to", "dim", 12, 600, parent=self))
        self.source, self.target = EndRow(self), EndRow(self)
        self.column.addWidget(self.source)
        self.column.addWidget(self.target)
        self.name = TextField("", parent=self)
        self.name.setObjectName(names.Canvas.FIELD.format("tensor"))
        self.name.setAccessibleName("Name of the tensor")
        self.name.setFixedWidth(160)
        self.name.editingFinished.connect(self._rename)
        self.add_field("Tensor", self.name)
        self.seen = SeenPart(self)
        self.seen.compare_wanted.connect(lambda one, other: compare(one, other, self))
        self.column.addWidget(self.seen)

    def show_wire(self, pane: GraphPane, wire: WireId) -> None:
        """Shows a wire: its tensor, both of its ends, what is wrong with it, and what was seen on it."""
        graph, item = pane.document.graph, pane.scene.wires.get(wire)
        if graph is None or item is None:
            return
        self._pane, self.tensor = pane, item.wire.tensor
        self.title.setText(self.tensor)
        self.problem.say(item.wire.problem, "x-circle-fill", "error")
        self.source.show_end(graph, wire.source)
        self.target.show_end(graph, wire.target)
        if not self.name.isModified():
            self.name.setText(self.tensor)
        values = self.values()
        self._type.setText(_type(graph, wire.source, values))
        if values:
            pane.watch.values.want_digest(pane.model.name, values[0])
        self.seen.show_values(values)

    def values(self) -> tuple[Seen, ...]:
        """What is kept of the wire, the latest first."""
        return self._pane.watch.values.of(self._pane.model.name, self.tensor) if self._pane is not None else ()

    def open_chosen(self) -> None:
        """Opens the chosen value in the viewer of tensors."""
        chosen = next(iter(self.seen.chosen()), None)
        if self._pane is not None and chosen is not None:
            open_tensor(chosen, self._pane.watch.labels.of(self.tensor), self)

    def probe(self) -> None:
        """Runs the steps up to the wire."""
        if self._pane is not None:
            self._pane.watch.probe(self.tensor)

    def _rename(self) -> None:
        name = self.name.text().strip()
        # It is told by the graph: another file may have to be looked at first, and the answer may be no.
        self.name.setText(self.tensor)
        if self._pane is not None:
            self._pane.controller.give_name(self.tensor, name)


def _type(graph: GraphView, source: PortId, values: tuple[Seen, ...]) -> str:
    """Data type and shape as they are declared, and the shape that came last."""
    port = graph.port(source)
    if port is None or not port.data_type:
        return ""
    batches = graph.max_batch_size > 0
    dims = [*(("N",) if batches else ()), *map(str, port.dims)]
    declared = f"{port.data_type.removeprefix('TYPE_')} [{','.join(dims)}]"
    digest = values[0].digest if values else None
    if digest is None:
        return declared
    is_as_declared = batches and digest.shape[1:] == port.dims
    return f"{declared}, here {f'N = {digest.shape[0]}' if is_as_declared else shape_text(digest.shape)}"
