"""Graphs of thousands of steps: no turn of the event loop does more than its share, whatever the size."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from studio.core.config.draft import Draft, draft
from studio.core.graph.build import graph_view
from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.ui.canvas.layout import placement
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene import node_shape, overview
from studio.ui.canvas.scene.overview import Overview
from studio.ui.canvas.scene.scene import AT_ONCE, CanvasScene
from studio.ui.canvas.scene.selection import of_nodes
from tests.bench.canvas import ensemble
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

STEPS = 600


def graph_of(text: str, before: GraphView | None = None) -> GraphView:
    """The graph of a text whose models nobody knows."""
    return graph_view(draft(text), lambda _: None, before)


def in_a_row(graph: GraphView, y: float = 0.0) -> dict[int, tuple[float, float]]:
    """Places beside one another."""
    return {node.id: (node.index * 300.0, y) for node in graph.nodes}


@pytest.fixture
def graph() -> GraphView:
    """Six hundred steps, wired."""
    return graph_of(ensemble(STEPS))


@pytest.fixture
def scene(graph: GraphView, qtbot: QtBot) -> CanvasScene:
    """The scene of it, whole."""
    made = CanvasScene()
    made.apply(None, graph, in_a_row(graph))
    wait_until(lambda: made.is_whole)
    return made


def items(scene: CanvasScene) -> int:
    """How many there are."""
    return len(scene.nodes) + len(scene.wires)


def test_a_turn_makes_a_few_items(graph: GraphView, qtbot: QtBot) -> None:
    scene = CanvasScene()
    scene.apply(None, graph, in_a_row(graph))
    assert items(scene) == AT_ONCE
    wait_until(lambda: scene.is_whole)
    assert items(scene) == len(graph.nodes) + len(graph.wires)


def test_a_graph_that_comes_meanwhile_does_not_finish_the_one_before(graph: GraphView, qtbot: QtBot) -> None:
    scene = CanvasScene()
    scene.apply(None, graph, in_a_row(graph))
    after = graph_of(ensemble(STEPS // 2), graph)
    scene.apply(graph, after, in_a_row(after, 50))
    assert items(scene) <= 2 * AT_ONCE
    wait_until(lambda: scene.is_whole)
    assert set(scene.nodes) == set(after.by_id)
    assert set(scene.wires) == {wire.id for wire in after.wires}
    assert {item.y() for item in scene.nodes.values()} == {50}


def test_a_turn_moves_a_few_nodes_and_their_wires_follow(scene: CanvasScene, graph: GraphView) -> None:
    scene.set_places(in_a_row(graph, 70))
    assert sum(item.y() == 70 for item in scene.nodes.values()) == AT_ONCE
    wait_until(lambda: scene.is_whole)
    assert all(item.y() == 70 for item in scene.nodes.values())
    for wire in scene.wires.values():
        assert wire.start == scene.nodes[wire.wire.source.node].socket(wire.wire.source)
        assert wire.end == scene.nodes[wire.wire.target.node].socket(wire.wire.target)


def test_a_turn_gives_a_few_steps_their_footers(scene: CanvasScene) -> None:
    scene.set_footers(True)
    assert sum(item.shape_.footer for item in scene.nodes.values()) <= AT_ONCE
    wait_until(lambda: scene.is_whole)
    assert sum(item.shape_.footer for item in scene.nodes.values()) == STEPS


def test_what_is_chosen_is_shown_so_and_nothing_else(scene: CanvasScene, graph: GraphView) -> None:
    first, second = (step.id for step in graph.nodes[100:102])
    for chosen in (first, second):
        scene.choose(of_nodes([chosen]))
        assert [key for key, item in scene.nodes.items() if item.look.chosen] == [chosen]
        lit = {key for key, wire in scene.wires.items() if wire.lit}
        assert lit == {wire.id for wire in graph.wires if chosen in (wire.source.node, wire.target.node)}


def test_the_whole_is_gathered_over_several_turns(scene: CanvasScene, qtbot: QtBot) -> None:
    assert items(scene) > overview.AT_ONCE
    shapes = Overview(scene)

    def painted() -> set[int]:
        target = QImage(400, 50, QImage.Format.Format_RGB32)
        target.fill(0)
        with QPainter(target) as painter:
            painter.scale(400 / scene.extent().width(), 0.1)
            painter.translate(-scene.extent().topLeft())
            shapes.paint(painter)
        return {target.pixel(x, 2) for x in range(400)}

    nothing = painted()
    assert len(nothing) == 1
    qtbot.waitSignal(shapes.gathered).wait()
    assert painted() - nothing


def test_the_layout_is_worked_out_beside_the_window(
    tmp_path: Path, open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def noted(node: Node, footer: bool = False) -> node_shape.NodeShape:
        asked.append((threading.current_thread().name, node.model))
        return shape(node, footer)

    shape = node_shape.shape
    write_model(tmp_path / "models", "large", ensemble(450).replace('name: "e"', 'name: "large"'))
    session = open_session(tmp_path / "models")
    pane = GraphPane(session, session.open_model("large"))
    qtbot.addWidget(pane)
    monkeypatch.setattr(node_shape, "shape", noted)
    with qtbot.waitSignal(pane.document.changed):
        pane.document.wake()
    monkeypatch.undo()
    main = threading.current_thread().name
    # The first items are made as the graph is shown, each with its geometry.
    assert sum(thread == main for thread, _ in asked) <= AT_ONCE
    assert sum(thread != main for thread, _ in asked) >= 450

    def more(given: Draft) -> Draft:
        return given.append("ensemble_scheduling", "step", {"model_name": "new", "model_version": -1})

    with qtbot.waitSignal(pane.document.changed):
        pane.model.edit("Add", more)
    graph = pane.document.graph
    assert graph is not None
    added = next(node for node in graph.nodes if node.model == "new")
    assert added.id in pane.document.places
    assert placement.by_name(pane.document.places).keys() == {str(node.id) for node in graph.nodes}


def test_a_name_of_a_megabyte_is_as_wide_as_a_node_may_be(qtbot: QtBot) -> None:
    node = next(
        node
        for node in graph_of(f'ensemble_scheduling {{ step {{ model_name: "{"m" * 1_000_000}" }} }}').nodes
        if node.kind == "step"
    )
    assert node_shape.shape(node).rect.intersected(QRectF(0, 0, 400, 400)).width() < 400
