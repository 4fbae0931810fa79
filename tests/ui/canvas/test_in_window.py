"""The canvas within the whole window: an ensemble of what is selected in the explorer, and its place in the dock."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel

from studio.app import tasks
from studio.ui.canvas.new_ensemble import ask_ensemble
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.window import MainWindow
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.canvas.conftest import node


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The whole program on the repository."""
    return open_window(repository)


def test_an_ensemble_of_what_is_selected_opens_as_a_graph(window: MainWindow) -> None:
    tree = explorer_of(window).tree
    tree.clearSelection()
    for row in range(tree.model().rowCount()):
        index = tree.model().index(row, 0)
        if index.data() in ("first", "second"):
            tree.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    question = ask_ensemble(window.context)
    assert question is not None
    question.field.setText("made")
    question.accept()
    wait_until(lambda: "made" in window.need_session().models(), 30)
    page = window.documents.open_model("made")
    assert isinstance(page, ModelTab)
    assert page.views.values() == ("graph",)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.document.graph is not None and tasks.busy() == 0)
    assert sorted(step.model_name for step in page.model.draft.config.steps) == ["first", "second"]


def test_the_inspector_turns_to_the_canvas_and_back(window: MainWindow) -> None:
    page = window.documents.open_model("pipe")
    assert isinstance(page, ModelTab)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.document.graph is not None and tasks.busy() == 0)
    pane.scene.choose(of_nodes((node(pane, "first"),)))
    assert window.inspector.current == "graph"
    assert window.docks.inspector.header.title.text() == "Step 1 of 2"
    window.documents.open_model("first")
    assert window.inspector.current == "help"
    assert window.docks.inspector.header.title.text() == "Field help"
    first = window.documents.open_model("first")
    assert isinstance(first, ModelTab)
    assert "graph" not in first.views.offered()
