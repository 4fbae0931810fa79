"""The inspector's cards of a port and of the ensemble as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config.dims import format_dims
from studio.core.graph.edits.ensemble_tensors import retype_own
from studio.core.graph.edits.settings import set_max_inflight
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId
from studio.ui.canvas import names
from studio.ui.canvas.cards.card import Card, Sentence
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.descriptions import describe_port
from studio.ui.widgets import Chooser, NumberField, TextField

_TYPES = tuple(
    f"TYPE_{name}"
    for name in (
        *("BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"),
        *("FP16", "FP32", "FP64", "STRING", "BF16"),
    )
)


class PortCard(Card):
    """A port: type, dims and tensor; an input or output of the ensemble can be given another type and other dims."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane: GraphPane | None = None
        self._port: PortId | None = None
        self.words = Sentence(self)
        self.problem = Sentence(self)
        self.column.addWidget(self.words)
        self.column.addSpacing(8)
        self.column.addWidget(self.problem)
        self.own = Card(self)
        self.own.title.hide()
        self.data_type = Chooser(_TYPES, parent=self.own)
        self.data_type.setObjectName(names.Canvas.FIELD.format("data_type"))
        self.data_type.setAccessibleName("Data type")
        self.data_type.activated.connect(self._retype)
        self.dims = TextField("", parent=self.own)
        self.dims.setObjectName(names.Canvas.FIELD.format("dims"))
        self.dims.setAccessibleName("Dims, separated by commas")
        self.dims.setFixedWidth(140)
        self.dims.editingFinished.connect(self._reshape)
        self.own.add_field("Data type", self.data_type)
        self.own.add_field("Dims", self.dims)
        self.column.addWidget(self.own)

    def show_port(self, pane: GraphPane, port_id: PortId) -> None:
        """Shows a port: its node, its type and its tensor."""
        graph = pane.document.graph
        port = graph.port(port_id) if graph else None
        if graph is None or port is None:
            return
        self._pane, self._port = pane, port_id
        self.title.setText(port.name)
        lines = describe_port(graph, port_id).splitlines()
        self.words.say("\n".join(line for line in lines if line != port.problem), "info")
        self.problem.say(port.problem, "x-circle-fill", "error")
        self.own.setVisible(port_id.node in (INPUTS, OUTPUTS))
        self.data_type.setCurrentIndex(self.data_type.findText(port.data_type))
        if not self.dims.hasFocus():
            self.dims.setText(format_dims(port.dims))

    def _retype(self) -> None:
        graph, port = self._pane.document.graph if self._pane else None, self._port
        if self._pane is not None and graph is not None and port is not None:
            self._pane.controller.make(lambda: retype_own(graph, port, self.data_type.currentText()))

    def _reshape(self) -> None:
        graph, port = self._pane.document.graph if self._pane else None, self._port
        if self._pane is None or graph is None or port is None:
            return
        words = self.dims.text().replace("[", "").replace("]", "").replace(",", " ").split()
        try:
            dims = [int(word) for word in words]
        except ValueError:
            self.dims.set_state("error")
            self.dims.setToolTip("Dims are whole numbers, separated by commas; -1 is any size.")
            return
        self.dims.set_state("")
        known = graph.port(port)
        if known is not None and tuple(dims) != known.dims:
            self._pane.controller.make(lambda: retype_own(graph, port, dims=dims))


class EnsembleCard(Card):
    """The ensemble as a whole: how large it is, what is wrong with it, its own limits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane: GraphPane | None = None
        self.words, self.problem = Sentence(self), Sentence(self)
        self.column.addWidget(self.words)
        self.column.addSpacing(8)
        self.column.addWidget(self.problem)
        self.inflight = NumberField(0, low=0, high=2**31 - 1, width=72, parent=self)
        self.inflight.setObjectName(names.Canvas.FIELD.format("max_inflight_requests"))
        self.inflight.setAccessibleName("Most requests at one time, 0 for no limit")
        self.inflight.setToolTip("max_inflight_requests: 0 sets no limit. Servers since 25.11 know it.")
        self.inflight.committed.connect(self._set_inflight)
        self.add_field("Most in flight", self.inflight)

    def show_ensemble(self, pane: GraphPane, chosen: int) -> None:
        """Shows the ensemble; `chosen` nodes are chosen together."""
        graph = pane.document.graph
        if graph is None:
            return
        self._pane = pane
        self.title.setText(f"{chosen} nodes" if chosen > 1 else pane.model.name)
        steps, wires = len(graph.steps), len(graph.wires)
        self.words.say(f"{steps} step{'s'[: steps != 1]}, {wires} wire{'s'[: wires != 1]}", "flow-arrow")
        self.problem.say("\n".join(graph.problems[:8]), "x-circle-fill", "error")
        if not self.inflight.field.hasFocus():
            self.inflight.set_value(graph.max_inflight_requests)

    def _set_inflight(self, value: float) -> None:
        graph = self._pane.document.graph if self._pane else None
        if self._pane is not None and graph is not None and int(value) != graph.max_inflight_requests:
            self._pane.controller.make(lambda: set_max_inflight(graph, int(value)))
