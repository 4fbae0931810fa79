"""Ctrl+. and Ctrl+G on the canvas: the fix of what is chosen, and a step by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from studio.app import tasks
from studio.app.notices import Notice
from studio.core.graph.elements import INPUTS, WireId
from studio.ui.canvas.overlays.step_finder import StepFinder
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import Selection, of_nodes, of_port, of_wire
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.window import MainWindow
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.canvas.conftest import PIPE, node, port

CTRL = Qt.KeyboardModifier.ControlModifier
BROKEN = PIPE.replace('"first"', '"frist"').replace('key: "d"', 'key: "dd"')


@pytest.fixture
def graph(open_window: OpenWindow, repository: Path) -> GraphPane:
    """The graph of an ensemble with a misspelt model and a misspelt output, in the window."""
    (repository / "pipe" / "config.pbtxt").write_text(BROKEN)
    window = open_window(repository)
    page = window.documents.open_model("pipe")
    assert isinstance(page, ModelTab)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.document.graph is not None and pane.scene.nodes and tasks.busy() == 0)
    window.activateWindow()
    pane.view.setFocus()
    wait_until(pane.view.hasFocus)
    return pane


def _window(pane: GraphPane) -> MainWindow:
    window = pane.window()
    assert isinstance(window, MainWindow)
    return window


def _fix(pane: GraphPane) -> None:
    QTest.keyClick(pane.view, Qt.Key.Key_Period, CTRL)
    wait_until(lambda: tasks.busy() == 0)


def test_the_fix_of_the_step_that_is_chosen_is_made(graph: GraphPane) -> None:
    graph.scene.choose(of_nodes((node(graph, "frist"),)))
    _fix(graph)
    menu = _window(graph).findChild(QMenu, names.Fixes.MENU)
    if menu is not None:
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert graph.model.draft.document.text == BROKEN.replace('"frist"', '"first"')


def test_a_choice_is_offered_where_there_are_several_fixes(graph: GraphPane) -> None:
    graph.scene.choose(Selection(frozenset(graph.scene.nodes)))
    _fix(graph)
    menu = part(_window(graph), QMenu, names.Fixes.MENU)
    assert len([action for action in menu.actions() if action.isEnabled()]) > 1
    assert menu.pos().y() > graph.view.mapToGlobal(graph.view.rect().topLeft()).y()
    menu.close()
    assert graph.model.draft.document.text == BROKEN


def test_the_fix_of_the_wire_or_port_that_is_chosen_is_offered(graph: GraphPane) -> None:
    for choice in (of_port(port(graph, "second", "dd")), of_wire(_wire_to_outputs(graph))):
        graph.scene.choose(choice)
        assert {each.path[:3] for each in graph.findings_here()} == {("ensemble_scheduling", "step", 1)}


def _wire_to_outputs(pane: GraphPane) -> WireId:
    return next(wire for wire in pane.scene.wires if wire.source.name == "dd")


def test_without_a_choice_or_a_problem_it_says_so(graph: GraphPane, posted: list[Notice]) -> None:
    for choice in (Selection(), of_nodes((INPUTS,))):
        graph.scene.choose(choice)
        _fix(graph)
        assert posted[-1].text == "Nothing to fix here"
    assert graph.model.draft.document.text == BROKEN


def test_ctrl_g_and_ctrl_f_go_to_a_step_by_its_name(graph: GraphPane) -> None:
    for key in (Qt.Key.Key_G, Qt.Key.Key_F):
        graph.scene.choose(Selection())
        QTest.keyClick(graph.view, key, CTRL)
        finder = part(graph, StepFinder, names.Canvas.FIND)
        assert finder.isVisible()
        assert [(each.text, each.detail.partition(" ·")[0]) for each in finder.entries()] == [
            ("frist", "step 1"),
            ("second", "step 2"),
        ]
        QTest.keyClicks(finder.field, "seco")
        QTest.keyClick(finder.field, Qt.Key.Key_Return)
        assert graph.scene.selection.node == node(graph, "second")
        assert not finder.isVisible()
        wait_until(graph.view.hasFocus)
