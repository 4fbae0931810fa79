"""Pointer and keys as Qt sends them to the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes
from studio.ui.widgets.model_drag import MODELS_MIME, models_to_mime
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import Board, node, port, text

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def pixel(pane: GraphPane, at: QPointF) -> QPoint:
    """A place of the scene in the window."""
    return pane.view.mapFromScene(at)


def at_socket(pane: GraphPane, of: str, name: str) -> QPoint:
    """Where a socket is in the window."""
    found = port(pane, of, name)
    return pixel(pane, pane.scene.nodes[found.node].socket(found))


def at_title(pane: GraphPane, of: str) -> QPoint:
    """Where a node's header is in the window."""
    area = pane.scene.nodes[node(pane, of)].area()
    return pixel(pane, QPointF(area.center().x(), area.top() + 14))


def drag(
    pane: GraphPane, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT, held: Qt.KeyboardModifier = NONE
) -> None:
    """A press, moves and a release."""
    area = pane.view.viewport()
    QTest.mousePress(area, button, held, start)
    for step in range(1, 6):
        place = start + (end - start) * step / 5
        QTest.mouseMove(area, place)
        # QTest moves without a button, so the moves that gestures see are sent as well.
        _move(pane, place, button)
    QTest.mouseRelease(area, button, held, end)


def _move(pane: GraphPane, place: QPoint, button: Qt.MouseButton) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    area = pane.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), area.mapToGlobal(QPointF(place)), Qt.MouseButton.NoButton, button, NONE
    )
    QApplication.sendEvent(area, event)


def free(pane: GraphPane) -> QPoint:
    """A place of the window with nothing on it."""
    return QPoint(pane.view.width() // 2, pane.view.height() - 120)


def test_a_wire_is_drawn_from_socket_to_socket(pane: GraphPane) -> None:
    before = text(pane)
    drag(pane, at_socket(pane, "inputs", "x"), at_socket(pane, "second", "c"))
    assert 'key: "c" value: "x"' in text(pane)
    pane.model.undo_stack.undo()
    assert text(pane) == before


def test_escape_leaves_a_wire(pane: GraphPane) -> None:
    before, area = text(pane), pane.view.viewport()
    start, end = at_socket(pane, "inputs", "x"), at_socket(pane, "second", "c")
    QTest.mousePress(area, LEFT, NONE, start)
    _move(pane, end, LEFT)
    assert pane.interaction.gesture is not None
    QTest.keyClick(pane.view, Qt.Key.Key_Escape)
    assert pane.interaction.gesture is None
    QTest.mouseRelease(area, LEFT, NONE, end)
    assert text(pane) == before


def test_a_click_chooses_and_shift_adds(pane: GraphPane) -> None:
    area = pane.view.viewport()
    QTest.mouseClick(area, LEFT, NONE, at_title(pane, "first"))
    assert pane.scene.selection.nodes == {node(pane, "first")}
    QTest.mouseClick(area, LEFT, SHIFT, at_title(pane, "second"))
    assert pane.scene.selection.nodes == {node(pane, "first"), node(pane, "second")}
    QTest.mouseClick(area, LEFT, NONE, free(pane))
    assert not pane.scene.selection


def test_a_drag_moves_a_node_and_undo_puts_it_back(pane: GraphPane) -> None:
    first = node(pane, "first")
    before = pane.document.places[first]
    start = at_title(pane, "first")
    drag(pane, start, start + QPoint(0, 96))
    assert pane.document.places[first][1] > before[1] + 40
    pane.model.undo_stack.undo()
    assert pane.document.places[first] == before


def test_alt_click_breaks_all_wires_of_a_socket(pane: GraphPane) -> None:
    QTest.mouseClick(pane.view.viewport(), LEFT, ALT, at_socket(pane, "second", "c"))
    assert pane.document.graph is not None
    assert not pane.document.graph.wires_at(port(pane, "second", "c"))


def test_delete_takes_a_step_and_heals(pane: GraphPane) -> None:
    before = text(pane)
    QTest.mouseClick(pane.view.viewport(), LEFT, NONE, at_title(pane, "first"))
    QTest.keyClick(pane.view, Qt.Key.Key_Delete)
    assert [step.model_name for step in pane.model.draft.config.steps] == ["second"]
    assert pane.model.draft.config.steps[0].input_map == {"c": "x"}
    pane.model.undo_stack.undo()
    assert text(pane) == before


def test_the_middle_button_and_space_pan(pane: GraphPane) -> None:
    pane.view.set_zoom(1.0)
    for press_space in (False, True):
        before = pane.view.seen_area().center()
        if press_space:
            QTest.keyPress(pane.view, Qt.Key.Key_Space)
        drag(pane, free(pane), free(pane) - QPoint(100, 40), LEFT if press_space else MIDDLE)
        if press_space:
            QTest.keyRelease(pane.view, Qt.Key.Key_Space)
        after = pane.view.seen_area().center()
        assert after.x() > before.x() + 60
        assert after.y() > before.y() + 20


def test_zoom_keeps_what_is_under_the_pointer(pane: GraphPane) -> None:
    place = QPoint(300, 200)
    before = pane.view.mapToScene(place)
    pane.view.set_zoom(pane.view.zoom * 1.5, place)
    after = pane.view.mapToScene(place)
    assert abs(after.x() - before.x()) < 2
    assert abs(after.y() - before.y()) < 2


def test_copy_paste_and_duplicate_between_ensembles(pane: GraphPane, pane_of: Board) -> None:
    pane.scene.choose(of_nodes((node(pane, "first"), node(pane, "second"))))
    QTest.keyClick(pane.view, Qt.Key.Key_C, CTRL)
    assert "# the first" in QGuiApplication.clipboard().text()
    other = pane_of("empty")
    QTest.keyClick(other.view, Qt.Key.Key_V, CTRL)
    assert [step.model_name for step in other.model.draft.config.steps] == ["first", "second"]
    assert other.scene.selection.nodes == {node(other, "first"), node(other, "second")}
    QTest.keyClick(other.view, Qt.Key.Key_D, CTRL)
    assert len(other.model.draft.config.steps) == 4
    assert other.model.undo_stack.count() == 2


def test_align_is_one_step(pane: GraphPane) -> None:
    first, second = node(pane, "first"), node(pane, "second")
    pane.document.move("Move", {second: (700.0, 333.0)})
    pane.scene.choose(of_nodes((first, second)))
    count = pane.model.undo_stack.count()
    pane.canvas_actions.align("align_top")
    assert pane.document.places[first][1] == pane.document.places[second][1]
    assert pane.model.undo_stack.count() == count + 1


def test_tab_lists_models_and_enter_adds_one(pane: GraphPane) -> None:
    QTest.keyClick(pane.view, Qt.Key.Key_Tab)
    assert pane.controller.search.isVisible()
    wait_until(lambda: pane.controller.search.entries())
    pane.controller.search.field.setText("third")
    QTest.keyClick(pane.controller.search.field, Qt.Key.Key_Return)
    assert [step.model_name for step in pane.model.draft.config.steps] == ["first", "second", "third"]


@pytest.mark.parametrize("moved", [(0, 0), (-80, 48), (80, -48)])
def test_a_step_that_is_added_does_not_cover_the_one_before(pane_of: Board, moved: tuple[float, float]) -> None:
    pane = pane_of("empty")
    for model in ("first", "second"):
        QTest.keyClick(pane.view, Qt.Key.Key_Tab)
        wait_until(lambda: pane.controller.search.entries())
        pane.controller.search.field.setText(model)
        QTest.keyClick(pane.controller.search.field, Qt.Key.Key_Return)
        if model == "first":
            x, y = pane.document.places[node(pane, model)]
            pane.document.move("Move", {node(pane, model): (x + moved[0], y + moved[1])})
    first, second = (pane.scene.nodes[node(pane, model)].area() for model in ("first", "second"))
    assert not first.intersects(second)


@pytest.mark.parametrize("first", ["list", "bars"])
def test_the_list_of_models_lies_over_the_map(pane: GraphPane, first: str) -> None:
    search, map_ = pane.controller.search, pane.map
    if first == "bars":
        pane.resize(520, 420)
    # By the key it would open at the pointer, wherever that is.
    pane.controller.offer_models(pane.view.mapToScene(pane.view.viewport().rect().center()))
    wait_until(search.entries)
    # Another size of the window puts the map under a list that is open; a badge that comes places all bars anew.
    pane.resize(530, 430)
    pane.live.show_live("Live", "12 req/s", "ok")
    _lies_over(pane, search, map_)
    assert pane.rect().contains(search.geometry())


@pytest.mark.parametrize("floating", ["explanation", "name"])
def test_what_floats_beside_a_node_lies_over_the_map(pane: GraphPane, floating: str) -> None:
    pane.resize(520, 420)
    place = pane.map.geometry().center() - pane.view.pos()
    if floating == "name":
        pane.controller.name_field.open_at(place, "mid", "Name of the tensor mid", lambda _: None)
        pane.resize(530, 430)
        _lies_over(pane, pane.controller.name_field, pane.map)
    else:
        pane.controller.explanation.open_at(place, "It does not fit", ())
        pane.resize(530, 430)
        _lies_over(pane, pane.controller.explanation, pane.map)


def _lies_over(pane: GraphPane, above: QWidget, below: QWidget) -> None:
    wait_until(lambda: above.isVisible() and above.geometry().intersects(below.geometry()))
    covering = pane.childAt(above.geometry().intersected(below.geometry()).center())
    assert covering is not None
    assert covering is above or above.isAncestorOf(covering)


def test_f2_renames_a_tensor_everywhere(pane: GraphPane) -> None:
    assert pane.document.graph is not None
    from studio.ui.canvas.scene.selection import of_wire

    pane.scene.choose(of_wire(pane.document.graph.wires_at(port(pane, "first", "b"))[0].id))
    QTest.keyClick(pane.view, Qt.Key.Key_F2)
    pane.controller.name_field.setText("features")
    QTest.keyClick(pane.controller.name_field, Qt.Key.Key_Return)
    wait_until(lambda: text(pane).count('"features"') == 2)
    assert '"mid"' not in text(pane)


def test_a_double_click_opens_the_model(pane: GraphPane) -> None:
    wanted: list[str] = []
    pane.model_wanted.connect(wanted.append)
    QTest.mouseDClick(pane.view.viewport(), LEFT, NONE, at_title(pane, "second"))
    assert wanted == ["second"]


def test_a_wire_by_keyboard_alone(pane: GraphPane) -> None:
    keys = Qt.Key
    pane.interaction.keys.set_focus(node(pane, "inputs"))
    QTest.keyClick(pane.view, keys.Key_Return)
    assert pane.interaction.keys.focus == port(pane, "inputs", "x")
    QTest.keyClick(pane.view, keys.Key_Return)
    assert pane.interaction.gesture is not None
    for _ in range(6):
        if getattr(pane.interaction.gesture, "target", None) == port(pane, "second", "c"):
            break
        QTest.keyClick(pane.view, keys.Key_Down)
    assert "second" in pane.view.accessibleDescription()
    QTest.keyClick(pane.view, keys.Key_Return)
    assert pane.model.draft.config.steps[1].input_map == {"c": "x"}


def test_arrows_go_from_node_to_node_and_along_a_wire(pane: GraphPane) -> None:
    keys = Qt.Key
    pane.interaction.keys.set_focus(node(pane, "first"))
    QTest.keyClick(pane.view, keys.Key_Right)
    reached = [pane.interaction.keys.focus]
    pane.interaction.keys.set_focus(port(pane, "first", "b"))
    QTest.keyClick(pane.view, keys.Key_Right)
    reached.append(pane.interaction.keys.focus)
    assert reached == [node(pane, "second"), port(pane, "second", "c")]
    assert "c, FP32" in pane.view.accessibleDescription()


def test_models_are_dropped_where_the_pointer_is(pane_of: Board) -> None:
    pane = pane_of("empty")
    data = QMimeData()
    data.setData(MODELS_MIME, models_to_mime(["first", "gone"][:1]))
    place, actions = QPoint(400, 300), Qt.DropAction.CopyAction
    area = pane.view.viewport()
    for event in (
        QDragEnterEvent(place, actions, data, LEFT, NONE),
        QDragMoveEvent(place, actions, data, LEFT, NONE),
        QDropEvent(QPointF(place), actions, data, LEFT, NONE),
    ):
        QApplication.sendEvent(area, event)
    assert [step.model_name for step in pane.model.draft.config.steps] == ["first"]
    assert not pane.hint.isVisible()


def test_a_broken_text_keeps_the_last_graph_greyed_and_says_why(pane: GraphPane) -> None:
    nodes = set(pane.scene.nodes)
    broken = text(pane).replace("max_batch_size: 8", "max_batch_size: ")
    pane.model.edit("Break", lambda draft: draft.with_text(broken))
    assert set(pane.scene.nodes) == nodes
    assert pane.broken.isVisible()
    assert not pane.document.is_current
    start = at_title(pane, "first")
    drag(pane, at_socket(pane, "inputs", "x"), at_socket(pane, "second", "c"))
    assert text(pane) == broken
    assert start is not None
    pane.model.undo_stack.undo()
    assert not pane.broken.isVisible()
    assert pane.document.is_current


def test_an_empty_ensemble_says_what_to_do(pane_of: Board) -> None:
    pane = pane_of("empty")
    assert pane.hint.isVisible()
    nodes = [pane.view.mapFromScene(each.area()).boundingRect() for each in pane.scene.nodes.values()]
    at = pane.hint.geometry().translated(-pane.view.pos())
    assert [area for area in nodes if area.intersects(at)] == []


def test_w_asks_why_of_the_chosen_node(pane: GraphPane) -> None:
    wanted: list[str] = []
    pane.why_wanted.connect(wanted.append)
    QTest.mouseClick(pane.view.viewport(), LEFT, NONE, at_title(pane, "second"))
    QTest.keyClick(pane.view, Qt.Key.Key_W)
    assert wanted == ["second"]
