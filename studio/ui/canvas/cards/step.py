"""The inspector's card of one step."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.graph.edits.settings import set_namespace, set_version
from studio.core.graph.elements import Node
from studio.ui.canvas import names
from studio.ui.canvas.cards.card import Card, FigureRow, PortMap, Sentence
from studio.ui.canvas.pane import GraphPane
from studio.ui.look.load_state import LOAD_SIGNS
from studio.ui.widgets import Chooser, Label, StageBar, TextField, set_state
from studio.ui.widgets.ladder import format_seconds

_LATEST = -1


class StepCard(Card):
    """Model and version, both maps, and the time that it takes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.model = ""
        self._node: Node | None = None
        self._pane: GraphPane | None = None
        self.state, self.problem = Sentence(self), Sentence(self)
        self.column.addWidget(self.state)
        self.column.addSpacing(4)
        self.column.addWidget(self.problem)
        self.version = Chooser(parent=self)
        self.version.setObjectName(names.Canvas.FIELD.format("model_version"))
        self.version.setAccessibleName("Model version")
        self.version.setFixedWidth(124)
        self.version.activated.connect(self._set_version)
        self.add_field("Model version", self.version)
        self.namespace = TextField("", parent=self)
        self.namespace.setObjectName(names.Canvas.FIELD.format("model_namespace"))
        self.namespace.setAccessibleName("Model namespace")
        self.namespace.setPlaceholderText("none")
        self.namespace.setFixedWidth(124)
        self.namespace.editingFinished.connect(self._set_namespace)
        self.add_field("Namespace", self.namespace)
        self.inputs, self.outputs = PortMap("Input map", self), PortMap("Output map", self)
        self.column.addWidget(self.inputs)
        self.column.addWidget(self.outputs)
        self._build_times()

    def _build_times(self) -> None:
        self.times = QWidget(self)
        column = QVBoxLayout(self.times)
        column.setContentsMargins(0, 20, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Label("Time in this step", "dim", 12, 600, parent=self.times))
        head.addStretch(1)
        head.addWidget(Label("last 60 s", "dim", 11, parent=self.times))
        column.addLayout(head)
        column.addSpacing(6)
        self.bar = StageBar(8, self.times)
        self.bar.setAccessibleName("Queue and compute")
        column.addWidget(self.bar)
        column.addSpacing(4)
        self._figures = {
            "queue_ms": FigureRow("Queue", self.times, "warn_fill"),
            "compute_ms": FigureRow("Compute", self.times, "accent"),
            "batch": FigureRow("Mean batch", self.times),
            "failures_s": FigureRow("Failures", self.times),
        }
        for row in self._figures.values():
            column.addWidget(row)
        self.column.addWidget(self.times)

    def show_step(self, pane: GraphPane, node: Node) -> None:
        """Shows a step: its model, version and maps, and what the server does with it."""
        self._pane, self._node, self.model = pane, node, node.model
        self.title.setText(node.model or "A step without a model")
        self._show_state(pane, node)
        self.problem.say(node.problem, "warning-fill", "error" if node.state != "ok" else "warn_fill")
        self._show_version(node)
        if not self.namespace.hasFocus():
            self.namespace.setText(node.namespace)
        self.inputs.show_ports(node.inputs)
        self.outputs.show_ports(node.outputs)
        self._show_times(pane, node)

    def _show_state(self, pane: GraphPane, node: Node) -> None:
        words = {"ready": " serving", "loading": " loading", "failed": " not loaded"}
        state = pane.live_metrics.state(node)
        version = f"version {node.shown_version}" if node.shown_version is not None else "no version"
        icon, role = LOAD_SIGNS[state]
        self.state.say(f"{node.backend or 'backend unknown'} · {version}{words.get(state, '')}", icon, role)
        self.state.setToolTip(pane.live_metrics.reason(node))

    def _show_version(self, node: Node) -> None:
        wanted = sorted({*node.served, *((node.version,) if node.version != _LATEST else ())})
        self.version.blockSignals(True)
        self.version.clear()
        self.version.addItem("-1 · latest", _LATEST)
        for version in wanted:
            self.version.addItem(str(version) if version in node.served else f"{version} · missing", version)
        self.version.setCurrentIndex(self.version.findData(node.version))
        self.version.blockSignals(False)
        set_state(self.version, "error" if node.state == "version" else "")

    def _show_times(self, pane: GraphPane, node: Node) -> None:
        live = pane.live_metrics
        version = str(node.shown_version or "")
        queue = live.mean(node.model, version, "queue_ms")
        self.times.setVisible(live.is_running and not math.isnan(queue))
        if self.times.isHidden():
            return
        self.bar.set_parts({"queue": queue, "compute": live.mean(node.model, version, "compute_ms")})
        for field, row in self._figures.items():
            mean, values = live.mean(node.model, version, field), live.values(node.model, version, field)
            row.show_figure(_figure(field, mean), values if field != "failures_s" else ())

    def _set_version(self) -> None:
        version, node = self.version.currentData(), self._node
        graph = self._pane.document.graph if self._pane else None
        if self._pane is not None and node is not None and graph is not None and version != node.version:
            self._pane.controller.make(lambda: set_version(graph, node.id, int(version)))

    def _set_namespace(self) -> None:
        text, node = self.namespace.text().strip(), self._node
        graph = self._pane.document.graph if self._pane else None
        if self._pane is not None and node is not None and graph is not None and text != node.namespace:
            self._pane.controller.make(lambda: set_namespace(graph, node.id, text))


def _figure(field: str, value: float) -> str:
    if math.isnan(value):
        return "none"
    if field.endswith("_ms"):
        return format_seconds(value / 1000)
    return f"{value:.1f}" if field == "batch" else f"{value:.0f} /s"
