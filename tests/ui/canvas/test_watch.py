"""Values on the wires of a canvas: at the pointer, on cards that stay, and the step that failed."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.requests.past import Past
from studio.app.session import Session
from studio.client.failure import ClientError
from studio.core.graph.elements import WireId
from studio.core.graph.positions import positions_path, read_positions
from studio.core.inference.asking.probing import Probe, ProbeStep, Ran
from studio.core.inference.requests import InferRequest, InferResult, StageTimes
from studio.core.inference.wires.seen import Seen
from studio.core.tracing.trace import trace_of
from studio.core.tracing.values import RequestTrace, Span, TracedTensor
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_wire
from studio.ui.canvas.watch.opening import TensorDialog
from studio.ui.canvas.watch.watch_card import WatchCard
from studio.ui.widgets.tables import ICON
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import Board, node, port, text
from tests.ui.canvas.test_parts import inspector
from tests.ui.tensor_samples import tensor

ONE = np.ones((1, 4), np.float32)


def wire(pane: GraphPane, of: str, name: str) -> WireId:
    """The first wire at a port."""
    assert pane.document.graph is not None
    return pane.document.graph.wires_at(port(pane, of, name))[0].id


def request(value: float = 1.0) -> InferRequest:
    """A request to the ensemble."""
    return InferRequest("pipe", (tensor(ONE * value, name="x"),))


def send(session: Session, value: float = 1.0, failure: str = "") -> str:
    """A request to the ensemble was sent; gives its name."""
    result = None if failure else InferResult("pipe", "1", (tensor(ONE * value * 2, name="y"),), StageTimes(1))
    problem = ClientError("Send", failure) if failure else None
    session.requests.past.add(Past(time.time(), request(value), result, problem))
    last = session.requests.wires.last_request("pipe")
    assert last is not None
    return last.name


def settled(pane: GraphPane) -> None:
    """What came is shown."""
    wait_until(lambda: tasks.busy() == 0)
    QApplication.processEvents()


def hover(pane: GraphPane, over: WireId) -> None:
    """Moves the pointer to the middle of a wire, and waits for its card."""
    at = pane.scene.wires[over].path.pointAtPercent(0.5)
    pane.controller.hover(at, pane.view.mapFromScene(at))
    wait_until(lambda: pane.watch.hover.wire == over)
    settled(pane)


def away(pane: GraphPane) -> None:
    """Moves the pointer to free ground, and waits for the card to go."""
    pane.controller.hover(QPointF(-900, -900), QPoint())
    wait_until(lambda: pane.watch.hover.wire is None)


def watch(pane: GraphPane, of: WireId) -> WatchCard:
    """Watches a wire by its key."""
    pane.scene.choose(of_wire(of))
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_P)
    settled(pane)
    return pane.watch.watches.cards[pane.scene.wires[of].wire.tensor]


def test_the_wire_at_the_pointer_shows_what_was_seen_on_it(pane: GraphPane, session: Session) -> None:
    name = send(session, 3.0)
    first = wire(pane, "first", "a")
    hover(pane, first)
    card = pane.watch.hover.card
    assert card.isVisible()
    assert "FP32 [1,4]" in card.accessibleName()
    assert "mean 3" in card.accessibleName()
    assert name in card.words.text()
    assert pane.scene.wires[first].has_halo
    away(pane)
    assert not card.isVisible()
    assert not pane.scene.wires[first].has_halo


def test_the_pointer_that_comes_back_from_another_wire_keeps_the_first_ones_card(pane: GraphPane) -> None:
    one, other = wire(pane, "first", "a"), wire(pane, "outputs", "y")
    hover(pane, one)
    for over in (other, one):
        at = pane.scene.wires[over].path.pointAtPercent(0.5)
        pane.controller.hover(at, pane.view.mapFromScene(at))
    assert not pane.watch.hover.is_opening
    assert pane.watch.hover.wire == one


def test_a_wire_that_was_never_seen_says_so_and_asks_for_a_probe(pane: GraphPane, session: Session) -> None:
    wanted: list[str] = []
    pane.probe_wanted.connect(wanted.append)
    hover(pane, wire(pane, "second", "c"))
    card = pane.watch.hover.card
    assert card.words.text() == "Not seen; probe it."
    assert card.probe.isVisible()
    assert not card.open.isVisible()
    card.probe.click()
    assert wanted == ["mid"]


def test_the_keys_of_the_card_are_those_of_its_buttons(pane: GraphPane, session: Session) -> None:
    send(session)
    over = wire(pane, "first", "a")
    pane.view.setFocus()
    hover(pane, over)
    QTest.keyClick(pane.view, Qt.Key.Key_C)
    assert json.loads(QGuiApplication.clipboard().text()) == [[1, 1, 1, 1]]
    QTest.keyClick(pane.view, Qt.Key.Key_Escape)
    assert pane.watch.hover.wire is None
    hover(pane, over)
    QTest.keyClick(pane.view, Qt.Key.Key_O)
    dialog = pane.window().findChild(TensorDialog)
    assert isinstance(dialog, TensorDialog)
    assert dialog.windowTitle().startswith("x of r-")
    dialog.close()
    pane.view.setFocus()
    pane.scene.choose(of_wire(over))
    QTest.keyClick(pane.view, Qt.Key.Key_V)
    assert pane.watch.hover.wire == over
    QTest.keyClick(pane.view, Qt.Key.Key_P)
    assert pane.watch.hover.wire is None
    assert pane.watch.watches.tensors == ("x",)


def test_a_watched_wire_is_renewed_by_each_request_and_is_no_edit(pane: GraphPane, session: Session) -> None:
    before = text(pane)
    card = watch(pane, wire(pane, "first", "a"))
    assert "not seen" in card.accessibleName()
    for value in (1.0, 2.0, np.nan):
        send(session, value)
    settled(pane)
    assert "NaN 4 of 4" in card.accessibleName()
    assert len(session.requests.wires.of("pipe", "x")) == 3
    assert text(pane) == before
    assert not pane.model.undo_stack.canUndo()
    assert pane.watch.bar.accessibleName().startswith("1 watch, r-3")
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Delete)
    assert pane.watch.watches.tensors == ()
    assert pane.watch.bar.isHidden()
    assert len(session.requests.wires.of("pipe", "x")) == 1


def test_a_card_stays_where_it_was_put_and_comes_back(pane_of: Board, session: Session) -> None:
    pane = pane_of("pipe")
    card = watch(pane, wire(pane, "second", "c"))
    was = card.pos()
    QTest.keyClick(card, Qt.Key.Key_Right)
    QTest.keyClick(card, Qt.Key.Key_Down)
    assert card.pos() == was + QPoint(16, 16)
    pane.view.pan(QPointF(40, 0))
    assert card.x() == was.x() + 16 - 40
    kept = pane.document.watches
    pane.document.rest()
    settled(pane)
    assert session.repository is not None
    assert read_positions(session.repository.path, "pipe").watches == kept
    assert '"tensor": "mid"' in positions_path(session.repository.path, "pipe").read_text()


def test_a_watch_follows_the_name_of_its_tensor_through_undo(pane: GraphPane, session: Session) -> None:
    watch(pane, wire(pane, "second", "c"))
    pane.controller.give_name("mid", "inner")
    wait_until(lambda: pane.watch.watches.tensors == ("inner",))
    pane.model.undo_stack.undo()
    wait_until(lambda: pane.watch.watches.tensors == ("mid",))
    assert session.requests.wires.watched_of("pipe") == ("mid",)


def test_what_it_costs_to_renew_an_inner_wire_is_said_and_can_be_switched_off(
    pane: GraphPane, session: Session
) -> None:
    watch(pane, wire(pane, "first", "a"))
    assert pane.watch.bar.toolTip() == ""
    watch(pane, wire(pane, "second", "c"))
    assert pane.watch.bar.toolTip() == "Each request runs 1 of 2 steps once more for them"
    menu = pane.watch.bar.menu()
    renew = menu.actions()[0]
    assert renew.isChecked()
    renew.trigger()
    assert not session.requests.renewal.is_on
    assert "not renewed" in pane.watch.bar.toolTip()
    next(each for each in menu.actions() if each.text() == "Unpin all").trigger()
    assert pane.watch.watches.tensors == ()
    menu.deleteLater()


def test_the_step_that_failed_is_marked_until_the_next_answer(pane: GraphPane, session: Session) -> None:
    said = (
        "in ensemble 'pipe', Failed to process the request(s) for model instance 'second_0_0', message: "
        "ValueError: no four\n\nAt:\n  /models/second/1/model.py(7): execute\n"
    )
    send(session, failure=said)
    settled(pane)
    failed = node(pane, "second")
    assert pane.watch.failure.node == failed
    assert pane.scene.nodes[failed].look.failed
    assert pane.scene.wires[wire(pane, "second", "d")].is_faded
    assert not pane.scene.wires[wire(pane, "first", "b")].is_faded
    bubble = pane.watch.failure.bubble
    assert bubble.isVisible()
    assert bubble.accessibleName() == "second failed. no four"
    assert bubble.file.text() == "model.py, line 7"
    assert not bubble.alone.isEnabled()
    send(session)
    settled(pane)
    assert pane.watch.failure.node is None
    assert not pane.scene.nodes[failed].look.failed
    assert not bubble.isVisible()


def test_a_probe_says_which_step_failed_and_where_nan_begins(pane: GraphPane, session: Session) -> None:
    name = send(session, failure="in ensemble 'pipe', no good")
    settled(pane)
    assert pane.watch.failure.node is None
    first, second = ProbeStep("first", "", {"a": "x"}, {"b": "mid"}), ProbeStep("second", "", {"c": "mid"}, {"d": "y"})
    ran = Ran(InferResult("first", "1", (), StageTimes(1)), (tensor(ONE * np.nan, name="mid"),))
    found = Probe("y", (first, second), (ran,), 1, ClientError("Probe", "it holds NaN."))
    session.requests.wires.take_probe(found, request(), name)
    settled(pane)
    bubble = pane.watch.failure.bubble
    wait_until(lambda: "NaN begins" in bubble.accessibleName())
    assert bubble.accessibleName() == "second failed. it holds NaN. NaN begins in first: x holds none"
    asked: list[InferRequest] = []
    pane.watch.failure.request_wanted.connect(asked.append)
    assert bubble.alone.text() == "Send to first alone"
    bubble.alone.click()
    assert [(each.model, [given.name for given in each.inputs]) for each in asked] == [("first", ["a"])]


def test_a_trace_with_tensors_gives_the_wires_their_values(pane: GraphPane, session: Session) -> None:
    mid = TracedTensor("b", False, "FP32", (1, 4), "1,2,3,4")
    step = Span(2, 1, "first", "1", "", 0, 5, tensors=(mid,))
    root = Span(1, 0, "pipe", "1", "traced one", 0, 9, steps=(step,))
    session.server.current.tracing.grew.emit(trace_of([RequestTrace(root, 10, 9)]))
    settled(pane)
    hover(pane, wire(pane, "second", "c"))
    card = pane.watch.hover.card
    assert "mean 2.5" in card.accessibleName()
    assert card.words.text() == "Traced in traced one"


def test_a_hidden_canvas_shows_what_came_once_it_is_seen(pane: GraphPane, session: Session) -> None:
    card = watch(pane, wire(pane, "first", "a"))
    pane.hide()
    said = card.accessibleName()
    send(session, 5.0)
    settled(pane)
    assert card.accessibleName() == said
    pane.show()
    settled(pane)
    assert "mean 5" in card.accessibleName()


def test_the_inspector_lists_what_was_seen_on_the_chosen_wire(pane: GraphPane, session: Session, qtbot: QtBot) -> None:
    shown = inspector(pane, qtbot)
    watch(pane, wire(pane, "first", "a"))
    for value in (2.0, 0.0, 4.0):
        send(session, value)
    settled(pane)
    part = shown.wire.seen
    assert shown.wire.isVisible()
    model = part.table.model()
    told = [[model.index(row, column).data() for column in (0, 2)] for row in range(model.rowCount())]
    assert told == [["r-3", "4"], ["r-2", "0"], ["r-1", "2"]]
    assert model.index(1, 2).data(ICON) == ("warning-fill", "warn_fill")
    assert part.line.accessibleName() == "Means: 2, 0, 4"
    compared: list[tuple[Seen, Seen]] = []
    part.compare_wanted.disconnect()
    part.compare_wanted.connect(lambda one, other: compared.append((one, other)))
    part.table.selectRow(1)
    part.compare.click()
    assert [(one.request, other.request) for one, other in compared] == [("r-2", "r-1")]
    assert not shown.open_model.isVisible()
    shown.open_tensor.click()
    dialog = shown.findChild(TensorDialog)
    assert isinstance(dialog, TensorDialog)
    assert dialog.windowTitle().startswith("x of r-2")
    dialog.close()
    pane.scene.choose(of_wire(wire(pane, "second", "c")))
    assert not shown.open_tensor.isEnabled()
    assert part.isHidden()
    wanted: list[str] = []
    pane.probe_wanted.connect(wanted.append)
    shown.probe.click()
    assert wanted == ["mid"]


@pytest.mark.parametrize("zoom", [0.2, 1.0])
def test_cards_are_seen_where_the_graph_can_be_read(pane: GraphPane, zoom: float) -> None:
    card = watch(pane, wire(pane, "first", "a"))
    pane.view.set_zoom(zoom)
    assert card.isVisible() == (zoom == 1.0)
