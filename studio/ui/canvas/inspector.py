"""The inspector beside a canvas: the step, wire or port that is chosen, or the ensemble as a whole."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.canvas import names
from studio.ui.canvas.cards import EnsembleCard, PortCard, StepCard, WireCard
from studio.ui.canvas.pane import GraphPane
from studio.ui.widgets import QuietButton


class GraphInspector(QWidget):
    """Follows the choice of the canvas in front."""

    model_wanted = Signal(str)
    test_wanted = Signal(str)
    titled = Signal(str)
    """What is shown, for the header above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is chosen on the canvas")
        self.setProperty("kind", "panel")
        self._pane: GraphPane | None = None
        self._build()

    def _build(self) -> None:
        body = QWidget(self)
        body.setProperty("kind", "panel")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.setSpacing(0)
        self.step, self.wire = StepCard(body), WireCard(body)
        self.port, self.ensemble = PortCard(body), EnsembleCard(body)
        self._cards = (self.step, self.wire, self.port, self.ensemble)
        for card in self._cards:
            inner.addWidget(card)
        inner.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName(names.Canvas.FIELD.format("scroll"))
        scroll.setAccessibleName("What is chosen on the canvas")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self._foot())

    def _foot(self) -> QWidget:
        self.foot = QWidget(self)
        self.foot.setProperty("kind", "panel")
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(8)
        self.open_model = QuietButton("Open model", "arrow-square-out", parent=self.foot)
        self.open_model.setObjectName(names.Canvas.OPEN_MODEL)
        self.test_step = QuietButton("Test step", "flask", parent=self.foot)
        self.test_step.setObjectName(names.Canvas.TEST_STEP)
        for button in (self.open_model, self.test_step):
            row.addWidget(button, 1)
        self.open_model.clicked.connect(lambda: self.model_wanted.emit(self.step.model))
        self.test_step.clicked.connect(lambda: self.test_wanted.emit(self.step.model))
        self.wire_foot = QWidget(self.foot)
        wires = QHBoxLayout(self.wire_foot)
        wires.setContentsMargins(0, 0, 0, 0)
        wires.setSpacing(8)
        self.open_tensor = QuietButton("Open tensor", "arrow-square-out", parent=self.wire_foot)
        self.open_tensor.setObjectName(names.Canvas.OPEN_TENSOR)
        self.open_tensor.clicked.connect(self.wire.open_chosen)
        self.probe = QuietButton("Probe", "magnifying-glass", parent=self.wire_foot)
        self.probe.setObjectName(names.Canvas.PROBE)
        self.probe.setToolTip("Run the steps up to this wire with the last request")
        self.probe.clicked.connect(self.wire.probe)
        for button in (self.open_tensor, self.probe):
            wires.addWidget(button, 1)
        row.addWidget(self.wire_foot, 1)
        return self.foot

    @property
    def pane(self) -> GraphPane | None:
        """The canvas that it follows."""
        return self._pane

    def follow(self, pane: GraphPane | None) -> None:
        """Shows what is chosen on this canvas from now on."""
        if pane is self._pane:
            self.refresh()
            return
        if self._pane is not None:
            self._pane.chosen.disconnect(self.refresh)
            self._pane.document.changed.disconnect(self.refresh)
            self._pane.live_metrics.changed.disconnect(self.refresh)
            self._pane.watch.changed.disconnect(self.refresh)
            self._pane.destroyed.disconnect(self._gone)
        self._pane = pane
        if pane is not None:
            pane.chosen.connect(self.refresh)
            pane.document.changed.connect(self.refresh)
            pane.live_metrics.changed.connect(self.refresh)
            pane.watch.changed.connect(self.refresh)
            pane.destroyed.connect(self._gone)
        self.refresh()

    def _gone(self, *_: object) -> None:
        self._pane = None
        self.hide()

    def refresh(self, *_: object) -> None:
        """Shows what is chosen now."""
        pane = self._pane
        graph = pane.document.graph if pane is not None else None
        if pane is None or graph is None:
            return
        choice = pane.scene.selection
        node = graph.node(choice.node) if choice.node is not None else None
        card: QWidget = self.ensemble
        if node is not None and node.kind == "step":
            card = self.step
            self.step.show_step(pane, node)
            self.titled.emit(f"Step {node.index + 1} of {len(graph.steps)}")
        elif choice.wire is not None:
            card = self.wire
            self.wire.show_wire(pane, choice.wire)
            self.titled.emit("Wire")
        elif choice.port is not None and graph.port(choice.port) is not None:
            card = self.port
            self.port.show_port(pane, choice.port)
            self.titled.emit("Tensor")
        else:
            self.ensemble.show_ensemble(pane, len(choice.nodes))
            self.titled.emit("Ensemble")
        for each in self._cards:
            each.setVisible(each is card)
        self.foot.setVisible(card in (self.step, self.wire))
        for button in (self.open_model, self.test_step):
            button.setVisible(card is self.step)
        self.wire_foot.setVisible(card is self.wire)
        self.open_tensor.setEnabled(any(each.tensor is not None for each in self.wire.values()))
