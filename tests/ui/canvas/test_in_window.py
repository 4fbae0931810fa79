"""The canvas within the whole window: an ensemble of what is selected in the explorer, and its place in the dock."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel

from studio.app import tasks
from studio.core.inference.requests import InferRequest
from studio.ui.canvas.commands import ON_CANVAS
from studio.ui.canvas.new_ensemble import ask_ensemble
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.selection import of_nodes
from studio.ui.editor.model_tab import ModelTab
from studio.ui.room.place import RequestPlace, StepPlace
from studio.ui.shell.window import MainWindow
from studio.ui.tester import page as tester
from studio.ui.widgets.pick_list import Entry
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.canvas.conftest import node
from tests.ui.tensor_samples import tensor


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
    wait_until(lambda: "made" in window.need_session().models())
    page = window.documents.open_model("made")
    assert isinstance(page, ModelTab)
    assert page.views.values() == ("graph",)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.document.graph is not None and tasks.busy() == 0)
    wait_until(pane.view.hasFocus)
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


def test_a_step_is_shown_from_elsewhere(window: MainWindow) -> None:
    page = window.context.show(StepPlace("pipe", model="second"))
    assert isinstance(page, ModelTab)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.scene.selection.nodes)
    assert pane.scene.selection == of_nodes((node(pane, "second"),))
    window.context.show(StepPlace("pipe", step=0))
    assert pane.scene.selection == of_nodes((node(pane, "first"),))


def test_what_a_step_was_given_fills_the_tester(window: MainWindow) -> None:
    given = tensor(np.full((1, 4), 7, np.float32), name="a")
    page = window.context.show(RequestPlace("first", filled=InferRequest("first", (given,))))
    assert isinstance(page, tester.TesterPage)
    wait_until(lambda: len(page.inputs.inputs) == 1)
    assert page.header.model.currentText() == "first"
    made = page.plan_now()()
    assert [(each.name, each.array.tolist()) for each in made.inputs] == [("a", [[7, 7, 7, 7]])]


def _palette(window: MainWindow) -> dict[str, Entry]:
    return {entry.text: entry for entry in window.commands.entries()}


def test_what_can_be_done_on_a_canvas_is_in_the_palette_with_its_key(window: MainWindow) -> None:
    shown = {command.text.rstrip("…"): command for command in ON_CANVAS}
    assert {text: entry.key for text, entry in _palette(window).items() if text in shown} == {
        text: command.key.replace("+", " ") for text, command in shown.items()
    } | {"Zoom in on the graph": "+"}
    window.documents.open_model("first")
    assert not any(_palette(window)[text].enabled for text in shown)
    window.documents.open_model("pipe")
    assert all(_palette(window)[text].enabled for text in shown)


def test_the_palette_works_on_the_canvas_in_front(window: MainWindow) -> None:
    page = window.documents.open_model("pipe")
    assert isinstance(page, ModelTab)
    pane = page.view("graph")
    assert isinstance(pane, GraphPane)
    wait_until(lambda: pane.document.graph is not None and tasks.busy() == 0)
    pane.scene.choose(of_nodes((node(pane, "first"),)))
    _palette(window)["Delete and heal"].run()
    assert [step.model_name for step in page.model.draft.config.steps] == ["second"]


def test_no_key_of_the_canvas_means_two_things() -> None:
    keys = [key for command in ON_CANVAS for key in command.keys]
    assert sorted(set(keys)) == sorted(keys)
