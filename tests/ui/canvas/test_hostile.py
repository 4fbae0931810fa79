"""Graphs that nobody would draw: they open, stay editable, and are put away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.core.config.draft import draft
from studio.core.graph.build import graph_view
from studio.core.graph.graph import GraphView
from studio.core.layout import layered
from studio.ui.canvas.export import image, svg
from studio.ui.canvas.layout import placement as placements
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView
from tests.bench.canvas import ensemble
from tests.corpus import corpus_files
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import Board
from tests.ui.repository import write_model

LOOPS = """name: "loops"
platform: "ensemble"
input { name: "a" data_type: TYPE_FP32 dims: 1 }
ensemble_scheduling {
  step { model_name: "m" input_map { key: "x" value: "t" } output_map { key: "y" value: "t" } }
  step { model_name: "m" input_map { key: "x" value: "a" } output_map { key: "y" value: "t" } }
  step { model_name: "" }
  step { }
}
"""


def drawn(text: str) -> tuple[CanvasScene, GraphView]:
    """A scene of a text whose models nobody knows."""
    graph = graph_view(draft(text), lambda _: None)
    boxes, links = placements.layout_input(graph)
    scene = CanvasScene()
    scene.apply(None, graph, placements.by_id(layered(boxes, links)))
    scene.finish()
    return scene, graph


def painted(scene: CanvasScene) -> int:
    """How many colours a picture of the whole has."""
    target = QImage(800, 600, QImage.Format.Format_RGB32)
    target.fill(0)
    with QPainter(target) as painter:
        scene.render(painter, QRectF(0, 0, 800, 600), scene.extent())
    return len({target.pixel(x, y) for x in range(0, 800, 3) for y in range(0, 600, 3)})


def wide(count: int) -> str:
    """One step with so many inputs."""
    ports = "".join(f' input_map {{ key: "x{port}" value: "a" }}' for port in range(count))
    return f'platform: "ensemble"\nensemble_scheduling {{ step {{ model_name: "m"{ports} }} }}\n'


@pytest.mark.parametrize(
    "text", [LOOPS, wide(500), "", 'platform: "ensemble"'], ids=["loops", "wide", "nothing", "bare"]
)
def test_it_opens_and_is_painted(qtbot: QtBot, text: str) -> None:
    scene, graph = drawn(text)
    assert set(scene.nodes) == set(graph.by_id)
    assert set(scene.wires) == {wire.id for wire in graph.wires}
    assert painted(scene) > 3


def test_a_thousand_steps_come_and_go_piece_by_piece(qtbot: QtBot) -> None:
    many, few = graph_view(draft(ensemble(1000)), lambda _: None), graph_view(draft(LOOPS), lambda _: None)
    places = {node.id: (node.index * 10.0, 0.0) for node in many.nodes}
    scene = CanvasScene()
    view = CanvasView(scene)
    qtbot.addWidget(view)
    scene.apply(None, many, places)
    assert not scene.is_whole
    wait_until(lambda: scene.is_whole)
    assert len(scene.nodes) == 1002
    view.fit()
    assert view.is_far
    assert view.grab().width() > 0
    scene.apply(many, few, {node.id: (0.0, 0.0) for node in few.nodes})
    assert set(scene.nodes) == set(few.by_id)


@pytest.mark.long
def test_a_graph_that_is_read_in_a_task_can_be_edited(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> None:
    repository = tmp_path / "models"
    repository.mkdir()
    write_model(repository, "m")
    write_model(repository, "large", ensemble(450).replace('name: "e"', 'name: "large"'))
    session = open_session(repository)
    pane = GraphPane(session, session.open_model("large"))
    qtbot.addWidget(pane)
    pane.resize(900, 600)
    pane.show()
    wait_until(lambda: pane.document.graph is not None and tasks.busy() == 0 and pane.scene.is_whole)
    before = pane.model.draft.document.text
    pane.canvas_actions.choose_all()
    pane.canvas_actions.delete()
    wait_until(lambda: pane.document.is_current and pane.scene.is_whole)
    assert len(pane.scene.nodes) == 2
    pane.model.undo_stack.undo()
    wait_until(lambda: pane.document.is_current and pane.scene.is_whole)
    assert pane.model.draft.document.text == before
    assert len(pane.scene.nodes) == 452


def test_places_are_kept_beside_the_repository(pane: GraphPane, repository: Path) -> None:
    first = next(node.id for node in pane.document.graph.nodes if node.model == "first") if pane.document.graph else 0
    pane.document.move("Move", {first: (320.0, 64.0)})
    kept = repository.with_name(repository.name + ".trireme")
    wait_until(lambda: any("320" in path.read_text() for path in kept.rglob("*.json")))
    assert sorted(path.name for path in repository.iterdir()) == sorted(
        ["empty", "first", "pipe", "second", "third", "words"]
    )


def test_a_graph_becomes_a_picture(pane_of: Board) -> None:
    pane = pane_of("pipe")
    made = image(pane.scene)
    assert made.width() > 600
    assert b"<svg" in svg(pane.scene)
    assert pane.scene.node_at(QPointF(-9999, 0)) is None


def test_every_ensemble_of_the_corpus_opens(qtbot: QtBot) -> None:
    opened = 0
    for path in corpus_files():
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if "ensemble_scheduling" in text:
            scene, graph = drawn(text)
            assert set(scene.nodes) == set(graph.by_id), path
            assert graph.draft.document.text == text
            opened += 1
    assert opened > 0
