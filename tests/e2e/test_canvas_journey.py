"""A pipeline built by hand: models dragged from the explorer, wired, one wrong wire refused, saved, served, asked."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QLineEdit, QTreeView

from studio.app import tasks
from studio.core.config.datatypes import data_type
from studio.core.graph.elements import PortId
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.launch import State
from studio.failure import Failure
from studio.ui.canvas.pane import GraphPane
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import Hand, spin, until
from tests.e2e.journey import Journey, rows
from tests.fixtures import names
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

BY_HAND = """\
name: "drawn"
platform: "ensemble"
max_batch_size: 16

input [
  {
    name: "image"
    data_type: TYPE_STRING
    dims: [ 1 ]
  }
]
output [
  {
    name: "label"
    data_type: TYPE_STRING
    dims: [ 1 ]
  },
  {
    name: "score"
    data_type: TYPE_FP32
    dims: [ 1 ]
  }
]

ensemble_scheduling {
  step [
    {
      model_name: "preprocess"
      model_version: -1
      input_map { key: "image" value: "image" }
      output_map { key: "pixels" value: "preprocess_pixels" }
    },
    {
      model_name: "classifier"
      model_version: -1
      input_map { key: "pixels" value: "preprocess_pixels" }
      output_map { key: "probabilities" value: "classifier_probabilities" }
    },
    {
      model_name: "postprocess"
      model_version: -1
      input_map { key: "probabilities" value: "classifier_probabilities" }
      output_map { key: "label" value: "label" }
      output_map { key: "score" value: "score" }
    }
  ]
}
"""


@pytest.fixture
def journey(engine: None, open_window: OpenWindow) -> Journey:
    """The real window on a fresh example."""
    window = open_window()
    until(window.isActiveWindow, 60, "the window never became active")
    made = Journey(window, Path(os.environ["TRIREME_HOME"]))
    made.open_example()
    until(lambda: tasks.busy() == 0, 60, "the example is not read")
    return made


class Canvas:
    """The graph in front, and a hand on it."""

    def __init__(self, window: MainWindow, name: str) -> None:
        page = window.documents.open_model(name)
        assert isinstance(page, ModelTab)
        pane = page.show_view("graph")
        assert isinstance(pane, GraphPane)
        self.pane = pane
        self.hand = Hand(window)
        until(lambda: pane.document.graph is not None and tasks.busy() == 0, 60, "the graph is not there")

    def node(self, name: str) -> int:
        """The step of a model, or one of the ensemble's own nodes."""
        assert self.pane.document.graph is not None
        return next(n.id for n in self.pane.document.graph.nodes if name in (n.model, n.kind))

    def socket(self, node: str, name: str) -> QPoint:
        """Where a socket is in the canvas."""
        graph = self.pane.document.graph
        assert graph is not None
        found = graph.node(self.node(node))
        assert found is not None
        port: PortId = next(each.id for each in found.ports if each.name == name)
        return self.pane.view.mapFromScene(self.pane.scene.nodes[found.id].socket(port))

    def title(self, node: str) -> QPoint:
        """Where the header of a node is."""
        area = self.pane.scene.nodes[self.node(node)].area()
        return self.pane.view.mapFromScene(QPointF(area.center().x(), area.top() + 12))

    def drop(self, tree: QTreeView, name: str, place: QPoint) -> None:
        """Drags a model out of the explorer."""
        rect = tree.visualRect(rows(tree.model())[name])
        start = QPoint(rect.left() + 70, rect.center().y())
        steps = len(self.pane.model.draft.config.steps)
        self.hand.drag(tree.viewport(), start, self.pane.view.viewport(), place)
        until(lambda: len(self.pane.model.draft.config.steps) == steps + 1, 60, f"{name} was not dropped")

    def wire(self, start: QPoint, end: QPoint, refused: bool = False) -> None:
        """Draws a wire from one place to another, and waits for what comes of it."""
        area, before = self.pane.view.viewport(), self.text
        self.hand.drag(area, start, area, end)
        came = self.pane.controller.explanation.isVisible if refused else lambda: self.text != before
        until(came, 60, "nothing came of the wire")

    @property
    def text(self) -> str:
        """The text as it is."""
        return self.pane.model.draft.document.text


def test_a_pipeline_is_built_by_hand_and_served(journey: Journey) -> None:
    window, hand = journey.window, journey.hand
    hand.key("ctrl+shift+n")
    field = hand.find(QLineEdit, "promptField")
    field.selectAll()
    hand.type("drawn")
    hand.key("Return")
    until(lambda: "drawn" in journey.session.models(), 60, "the ensemble did not open")
    canvas = Canvas(window, "drawn")
    window.docks.bottom.set_folded(True)
    spin(200)
    canvas.pane.fit()
    build(canvas, hand)
    canvas.pane.model.save()
    saved = (journey.repository / "drawn" / "config.pbtxt").read_text()
    assert saved == BY_HAND
    journey.launch()
    serves(journey)


def build(canvas: Canvas, hand: Hand) -> None:
    """Three models, their wires, and one that is refused."""
    tree = hand.find(QTreeView, names.Explorer.TREE)
    view = canvas.pane.view
    view.set_zoom(0.7)
    view.go_to(QPointF(420, 200))
    spin(100)
    width = view.viewport().width()
    for index, name in enumerate(("preprocess", "classifier", "postprocess")):
        canvas.drop(tree, name, QPoint(width * (3 + 4 * index) // 16 + 20, 160))
    canvas.pane.document.lay_out()
    until(lambda: tasks.busy() == 0, 60, "the layout did not end")
    canvas.pane.fit()
    spin(200)
    canvas.wire(canvas.socket("preprocess", "image"), canvas.title("inputs"))
    canvas.wire(canvas.socket("preprocess", "pixels"), canvas.socket("classifier", "pixels"))
    before = canvas.text
    canvas.wire(canvas.socket("preprocess", "pixels"), canvas.socket("postprocess", "probabilities"), refused=True)
    assert canvas.text == before
    said = canvas.pane.controller.explanation.words()
    assert "[N,3,64,64]" in said
    assert "[N,10]" in said
    canvas.pane.controller.explanation.dismiss()
    canvas.wire(canvas.socket("classifier", "probabilities"), canvas.socket("postprocess", "probabilities"))
    for name in ("label", "score"):
        canvas.wire(canvas.socket("postprocess", name), canvas.title("outputs"))


def serves(journey: Journey) -> None:
    """The embedded server has the ensemble, and an image gets its label."""
    server = journey.session.server
    until(lambda: any(row.state == "READY" for row in server.models.get("drawn", ())), 60, "it was not loaded")
    assert server.status.state is State.READY
    kind = data_type("BYTES")
    assert kind is not None
    image = (journey.repository.parent / "samples" / "images" / "anchor-1.png").read_bytes()
    column = Tensor("image", kind, np.array([image], np.object_).reshape(1, 1))
    answers: list[InferResult] = []
    failures: list[Failure] = []
    server.infer(InferRequest("drawn", (column,)), answers.append, failures.append)
    until(lambda: answers or failures, 60, "no answer came")
    assert not failures, failures
    labels = next(tensor for tensor in answers[0].outputs if tensor.name == "label")
    assert labels.array.reshape(-1)[0] in (b"anchor", "anchor")
