"""An ensemble beside its file and beside another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.core.graph.edits.steps import remove_steps
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.side_by_side import SAVED, SideBySide
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import PIPE, node
from tests.ui.repository import write_model


@pytest.fixture
def repository(repository: Path) -> Path:
    """One more ensemble, with a third step in place of the second."""
    write_model(repository, "pipe_b", PIPE.replace('"second"', '"third"').replace('"c"', '"e"').replace('"d"', '"f"'))
    return repository


@pytest.fixture
def beside(pane: GraphPane, qtbot: QtBot) -> Iterator[Callable[[], SideBySide]]:
    """Opens the comparison."""
    made: list[SideBySide] = []

    def open_() -> SideBySide:
        dialog = SideBySide(pane.document, pane)
        made.append(dialog)
        dialog.show()
        wait_until(lambda: dialog.left.scene.nodes and tasks.busy() == 0)
        return dialog

    yield open_
    for dialog in made:
        dialog.close()


def _words(dialog: SideBySide) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_what_is_not_saved_yet_is_marked(pane: GraphPane, beside: Callable[[], SideBySide]) -> None:
    graph = pane.document.graph
    assert graph is not None
    pane.controller.make(lambda: remove_steps(graph, {node(pane, "second")}))
    dialog = beside()
    assert dialog.with_.currentText() == SAVED
    assert "second: only on the right" in _words(dialog)
    marks = {item.node.model: item.look.mark for item in dialog.right.scene.nodes.values()}
    assert marks["second"] == "only"
    # What it gives goes to the output now.
    assert marks["first"] == "changed"
    assert any(item.has_halo for item in dialog.right.scene.wires.values())
    row = _words(dialog).index("second: only on the right")
    dialog.list.setCurrentRow(row)
    seen = dialog.right.view.seen_area()
    shown = next(item for item in dialog.right.scene.nodes.values() if item.node.model == "second")
    assert seen.contains(shown.area().center())


def test_another_ensemble_is_compared_once_it_is_chosen(pane: GraphPane, beside: Callable[[], SideBySide]) -> None:
    dialog = beside()
    assert dialog.verdict.text() == "No difference"
    assert dialog.list.isHidden()
    dialog.with_.setCurrentText("pipe_b")
    wait_until(lambda: dialog.list.count() > 0)
    assert {"second: only on the left", "third: only on the right"} <= set(_words(dialog))
    assert dialog.verdict.text().endswith("differences")
    # One that is gone since leaves nothing there of the one before.
    dialog.with_.addItem("gone")
    dialog.with_.setCurrentText("gone")
    assert dialog.verdict.text() == "There is nothing to compare with."
    assert (dialog.list.count(), dialog.list.isHidden(), dialog.right.view.isHidden()) == (0, True, True)
    dialog.with_.setCurrentText("pipe_b")
    wait_until(lambda: dialog.list.count() > 0)
    assert not dialog.right.view.isHidden()
