"""Gestures as objects: each previews, then edits once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from studio.core.graph.edits.steps import add_steps
from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphEdit
from studio.core.graph.wiring import Offer
from studio.ui.canvas.gestures.change_frame import MoveFrame
from studio.ui.canvas.gestures.draw_wire import DrawWire
from studio.ui.canvas.gestures.drop_models import DropModels
from studio.ui.canvas.gestures.move_nodes import MoveNodes
from studio.ui.canvas.gestures.rubber_band import RubberBand
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.colours import token_colour
from studio.ui.canvas.scene.node_paint import paint_badge
from studio.ui.canvas.scene.node_shape import NodeShape
from studio.ui.canvas.scene.selection import of_nodes
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import Board, node, port, text

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def socket(pane: GraphPane, of: str, name: str) -> QPointF:
    """Where a socket is in the scene."""
    found = port(pane, of, name)
    return pane.scene.nodes[found.node].socket(found)


def wire(pane: GraphPane, start: tuple[str, str], end: QPointF) -> DrawWire:
    """A wire that is being dragged from a port to a place."""
    graph = pane.document.graph
    assert graph is not None
    gesture = DrawWire(pane.controller, socket(pane, *start), port(pane, *start), graph)
    gesture.move(end, NONE)
    return gesture


def test_a_wire_to_a_port_that_fits_is_one_edit_and_undone_to_the_byte(pane: GraphPane) -> None:
    before = text(pane)
    end = socket(pane, "second", "c")
    gesture = wire(pane, ("inputs", "x"), end)
    assert gesture.target == port(pane, "second", "c")
    assert text(pane) == before
    gesture.finish(end, NONE)
    assert 'input_map { key: "c" value: "x" }' in text(pane)
    assert "# the first" in text(pane)
    assert pane.model.undo_stack.count() == 1
    pane.model.undo_stack.undo()
    assert text(pane) == before


def test_ports_light_up_by_whether_they_fit(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "words"), (900.0, 400.0))
    gesture = wire(pane, ("first", "b"), QPointF(-500, -500))
    hints = pane.scene.nodes[node(pane, "second")].look.hints or {}
    assert hints[port(pane, "second", "c")] == "fits"
    refused = pane.scene.nodes[node(pane, "words")].look.hints or {}
    assert refused[port(pane, "words", "text")] == "refused"
    gesture.cancel()
    assert pane.scene.nodes[node(pane, "words")].look.hints is None


def test_a_wire_that_does_not_fit_says_why_and_edits_nothing(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "words"), (900.0, 400.0))
    before = text(pane)
    end = socket(pane, "words", "text")
    gesture = wire(pane, ("first", "b"), end)
    assert not gesture.verdict(port(pane, "words", "text")).ok
    gesture.finish(end, NONE)
    assert text(pane) == before
    said = pane.controller.explanation.words()
    assert pane.controller.explanation.isVisible()
    assert "FP32" in said
    assert "STRING" in said


def test_a_wire_left_midway_leaves_no_trace(pane: GraphPane) -> None:
    before = text(pane)
    gesture = wire(pane, ("inputs", "x"), socket(pane, "second", "c"))
    gesture.cancel()
    assert text(pane) == before
    assert pane.model.undo_stack.count() == 0


def test_a_wire_dropped_on_nothing_offers_models_that_fit(pane: GraphPane) -> None:
    place = QPointF(900, 500)
    wire(pane, ("first", "b"), place).finish(place, NONE)
    wait_until(lambda: pane.controller.search.entries())
    enabled = [entry.text for entry in pane.controller.search.entries() if entry.enabled]
    assert "third" in enabled
    assert "words" not in enabled
    next(entry for entry in pane.controller.search.entries() if entry.text == "third").run()
    pane.controller.search.dismiss()
    assert 'model_name: "third"' in text(pane)
    assert 'key: "e"' in text(pane)
    placed = pane.document.places[node(pane, "third")]
    assert abs(placed[0] - 900) < 32
    assert abs(placed[1] - 464) < 32


def test_a_wire_taken_off_an_input_moves_to_another(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "third"), (600.0, 500.0))
    graph = pane.document.graph
    assert graph is not None
    there = graph.wires_at(port(pane, "second", "c"))[0].id
    end = socket(pane, "third", "e")
    gesture = DrawWire(pane.controller, end, there.source, graph, (there, there.target))
    gesture.finish(end, NONE)
    assert pane.document.graph is not None
    assert not pane.document.graph.wires_at(port(pane, "second", "c"))
    assert pane.document.graph.wires_at(port(pane, "third", "e"))


def test_a_wire_dropped_on_the_outputs_is_exposed(pane: GraphPane) -> None:
    middle = pane.scene.nodes[node(pane, "outputs")].area().center() + QPointF(0, -24)
    place = QPointF(middle.x(), pane.scene.nodes[node(pane, "outputs")].area().top() + 10)
    wire(pane, ("first", "b"), place).finish(place, NONE)
    assert len(pane.model.draft.config.outputs) == 2


def test_moved_nodes_are_one_step_and_the_text_stays(pane: GraphPane) -> None:
    before, there = text(pane), dict(pane.document.places)
    first, second = node(pane, "first"), node(pane, "second")
    gesture = MoveNodes(pane.controller, QPointF(0, 0), (first, second), first)
    gesture.move(QPointF(100, 50), ALT)
    assert pane.document.places == there
    gesture.finish(QPointF(100, 50), ALT)
    assert text(pane) == before
    assert pane.model.undo_stack.count() == 1
    assert pane.document.places[first][0] % 16 == 0
    assert pane.document.places[second][0] - there[second][0] == pane.document.places[first][0] - there[first][0]
    pane.model.undo_stack.undo()
    assert pane.document.places == there
    assert (pane.scene.nodes[first].x(), pane.scene.nodes[first].y()) == there[first]


def test_a_cancelled_move_goes_back(pane: GraphPane) -> None:
    first = node(pane, "first")
    there = pane.document.places[first]
    gesture = MoveNodes(pane.controller, QPointF(), (first,), first)
    gesture.move(QPointF(64, 64), NONE)
    assert (pane.scene.nodes[first].x(), pane.scene.nodes[first].y()) != there
    gesture.cancel()
    assert (pane.scene.nodes[first].x(), pane.scene.nodes[first].y()) == there


def test_a_node_dropped_on_a_wire_goes_in_between(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "third"), (0.0, 600.0))
    before, third = text(pane), node(pane, "third")
    graph = pane.document.graph
    assert graph is not None
    middle = pane.scene.wires[graph.wires_at(port(pane, "first", "b"))[0].id].path.pointAtPercent(0.5)
    away = middle - pane.scene.nodes[third].area().center()
    gesture = MoveNodes(pane.controller, QPointF(), (third,), third)
    gesture.finish(away, NONE)
    assert pane.document.graph is not None
    fed = pane.document.graph.wires_at(port(pane, "third", "e"))
    assert [each.source for each in fed] == [port(pane, "first", "b")]
    pane.model.undo_stack.undo()
    assert text(pane) == before


def test_alt_keeps_a_node_out_of_the_wire(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "third"), (0.0, 600.0))
    before, third = text(pane), node(pane, "third")
    graph = pane.document.graph
    assert graph is not None
    middle = pane.scene.wires[graph.wires_at(port(pane, "first", "b"))[0].id].path.pointAtPercent(0.5)
    MoveNodes(pane.controller, QPointF(), (third,), third).finish(middle - pane.scene.nodes[third].area().center(), ALT)
    assert text(pane) == before


def test_models_dropped_stand_where_they_were_let_go(pane_of: Board) -> None:
    pane = pane_of("empty")
    gesture = DropModels(pane.controller, QPointF(200, 200), ["first", "second"])
    gesture.move(QPointF(240, 240), NONE)
    gesture.finish(QPointF(240, 240), NONE)
    assert [step.model_name for step in pane.model.draft.config.steps] == ["first", "second"]
    first, second = pane.document.places[node(pane, "first")], pane.document.places[node(pane, "second")]
    assert first == gesture.corner()
    assert second[0] == first[0]
    assert second[1] > first[1]


def test_a_model_dropped_on_a_wire_goes_in_between(pane: GraphPane) -> None:
    graph = pane.document.graph
    assert graph is not None
    middle = pane.scene.wires[graph.wires_at(port(pane, "first", "b"))[0].id].path.pointAtPercent(0.5)
    DropModels(pane.controller, middle, ["third"]).finish(middle, NONE)
    assert pane.document.graph is not None
    assert pane.document.graph.wires_at(port(pane, "third", "e"))
    assert pane.document.graph.wires_at(port(pane, "third", "f"))


def test_the_band_chooses_and_shift_adds(pane: GraphPane) -> None:
    first, second = node(pane, "first"), node(pane, "second")
    pane.scene.choose(of_nodes((second,)))
    area: QRectF = pane.scene.nodes[first].area()
    band = RubberBand(pane.controller, area.topLeft() - QPointF(5, 5), SHIFT)
    band.finish(area.center(), SHIFT)
    assert pane.scene.selection.nodes == {first, second}
    band = RubberBand(pane.controller, area.topLeft() - QPointF(5, 5), NONE)
    band.move(area.center(), NONE)
    assert pane.scene.selection.nodes == {first}
    band.cancel()
    assert pane.scene.selection.nodes == {first, second}


def test_a_frame_takes_what_is_in_it_along(pane: GraphPane) -> None:
    first, second = node(pane, "first"), node(pane, "second")
    pane.scene.choose(of_nodes((first,)))
    pane.canvas_actions.frame()
    there = dict(pane.document.places)
    MoveFrame(pane.controller, QPointF(), 0).finish(QPointF(160, 0), NONE)
    assert pane.document.places[first][0] >= there[first][0] + 152
    assert pane.document.places[second] == there[second]
    pane.model.undo_stack.undo()
    assert pane.document.places == there
    pane.model.undo_stack.undo()
    assert pane.document.placement.frames == ()


def _added(pane: GraphPane, name: str) -> GraphEdit:
    assert pane.document.graph is not None
    return add_steps(pane.document.graph, [name])


# What says why


def _refused(pane: GraphPane) -> None:
    """Drops a wire where it does not fit."""
    if 'model_name: "words"' not in text(pane):
        pane.controller.document.do(_added(pane, "words"), (900.0, 400.0))
    end = socket(pane, "words", "text")
    wire(pane, ("first", "b"), end).finish(end, NONE)
    assert pane.controller.explanation.isVisible()


def test_the_reason_of_a_refusal_goes_by_escape_a_press_the_wheel_and_every_change(pane: GraphPane) -> None:
    explanation, viewport = pane.controller.explanation, pane.view.viewport()
    corner = QPoint(3, viewport.height() // 2)
    leaving: dict[str, Callable[[], object]] = {
        "Escape": lambda: QTest.keyClick(pane.view, Qt.Key.Key_Escape),
        "a press": lambda: QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=corner),
        "a zoom": lambda: pane.view.set_zoom(pane.view.zoom * 0.9),
        "an edit": lambda: pane.controller.document.do(_added(pane, "third"), (900.0, 700.0)),
        "an undo": pane.model.undo_stack.undo,
        "another view": pane.hide,
    }
    for what, leave in leaving.items():
        _refused(pane)
        leave()
        assert explanation.isHidden(), what


def test_the_reason_of_a_refusal_is_shown_whole_and_beside_the_nodes(pane: GraphPane) -> None:
    _refused(pane)
    explanation = pane.controller.explanation
    label = next(each for each in explanation.findChildren(QLabel) if each.text() == explanation.words())
    assert label.height() >= label.heightForWidth(label.width())
    assert pane.rect().contains(explanation.geometry())


def test_what_would_make_a_wire_fit_is_not_cut(pane: GraphPane) -> None:
    title = "Add a step that decodes image files to FP32 [N,3,640,640] and some more"
    offer = Offer(title, "edit", _added(pane, "third"))
    explanation = pane.controller.explanation
    explanation.open_at(QPoint(300, 300), "It does not fit.", (offer,))
    (button,) = [each for each in explanation.findChildren(QPushButton) if each.text() == offer.title]
    wait_until(lambda: button.width() >= button.sizeHint().width())
    assert explanation.rect().contains(button.geometry())
    assert pane.rect().contains(explanation.geometry())


# The ensemble's own rows


def test_a_wire_dropped_on_a_row_that_is_taken_adds_an_output(pane: GraphPane) -> None:
    end = socket(pane, "outputs", "y")
    gesture = wire(pane, ("first", "b"), end)
    assert gesture.adds(port(pane, "outputs", "y"))
    gesture.finish(end, NONE)
    graph = pane.document.graph
    assert graph is not None
    assert [each.name for each in graph.nodes[1].inputs] == ["y", "mid"]
    assert 'value: "y"' in text(pane)
    pane.model.undo_stack.undo()
    assert 'name: "mid"' not in text(pane)


def test_a_wire_of_an_output_that_is_there_adds_none(pane: GraphPane) -> None:
    gesture = wire(pane, ("second", "d"), socket(pane, "outputs", "y"))
    assert not gesture.adds(port(pane, "outputs", "y"))


# The order of the steps


def test_steps_are_written_in_the_order_in_which_they_run(pane: GraphPane) -> None:
    before = text(pane)
    pane.model.edit("Turn around", lambda draft: draft.move("ensemble_scheduling", "step", 1, index=0))
    assert text(pane).index('"second"') < text(pane).index('"first"')
    pane.canvas_actions.order()
    wait_until(lambda: text(pane).index('"first"') < text(pane).index('"second"'))
    assert "# the first" in text(pane)
    assert sorted(text(pane).split()) == sorted(before.split())
    count = pane.model.undo_stack.count()
    pane.canvas_actions.order()
    assert pane.model.undo_stack.count() == count


# The first sight


def test_a_pane_that_gets_its_room_late_shows_the_whole_graph_in_it(pane: GraphPane) -> None:
    pane.resize(300, 300)
    pane.view.begin()
    pane.show()
    small = pane.view.zoom
    pane.resize(1400, 800)
    wait_until(lambda: pane.view.seen_area().contains(pane.scene.extent()))
    assert pane.view.zoom >= small


def test_a_layout_brings_the_graph_into_sight(pane: GraphPane) -> None:
    pane.view.set_zoom(3.0)
    pane.view.go_to(QPointF(9000, 9000))
    pane.canvas_actions.lay_out()
    wait_until(lambda: pane.view.seen_area().contains(pane.scene.extent().center()))


def test_the_words_of_an_empty_graph_hide_no_node(pane_of: Board) -> None:
    pane = pane_of("empty")
    pane.show()
    wait_until(lambda: bool(pane.scene.nodes) and pane.hint.isVisible())
    nodes = pane.view.mapFromScene(pane.scene.extent()).boundingRect().translated(pane.view.pos())
    assert not pane.hint.geometry().intersects(nodes)
    assert not pane.map.isVisible(), "the map lies over the hint"


def test_the_frame_of_the_keyboard_goes_with_a_press_of_the_pointer(pane: GraphPane) -> None:
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.interaction.keys.focus is not None
    viewport = pane.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(3, viewport.height() // 2))
    assert pane.interaction.keys.focus is None
    assert all(item.look.focus == "" for item in pane.scene.nodes.values())


def test_a_problem_is_seen_where_names_cannot_be_read(pane: GraphPane) -> None:
    pane.controller.document.do(_added(pane, "words"), (900.0, 400.0))
    item = pane.scene.nodes[node(pane, "words")]
    sound = pane.scene.nodes[node(pane, "first")]
    assert _red_of(sound.node, sound.shape_, 0.25) == 0
    broken = replace(item.node, state="broken")
    assert _red_of(broken, item.shape_, 0.25) > 60
    assert _red_of(broken, item.shape_, 1.0) == 0


def _red_of(shown: Node, shape: NodeShape, zoom: float) -> int:
    """How many pixels of the badge of a node are in the colour of errors."""
    image = QImage(int(shape.width * zoom) + 2, int(shape.height * zoom) + 2, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        painter.scale(zoom, zoom)
        paint_badge(painter, shown, shape, zoom)
    wanted = token_colour("error").rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))
