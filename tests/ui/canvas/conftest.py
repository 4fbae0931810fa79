"""A repository with models that fit and some that do not, and a pane on an ensemble of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.session import Session
from studio.core.graph.elements import PortId
from studio.ui.canvas.pane import GraphPane
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

MODEL = """name: "{name}"
backend: "identity"
max_batch_size: 8
input [ {{ name: "{into}" data_type: {takes} dims: [ 4 ] }} ]
output [ {{ name: "{out}" data_type: {gives} dims: [ 4 ] }} ]
"""
PIPE = """# Two steps.
name: "pipe"
platform: "ensemble"
max_batch_size: 8
input [ { name: "x" data_type: TYPE_FP32 dims: [ 4 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 4 ] } ]
ensemble_scheduling {
  step [
    {
      model_name: "first"  # the first
      model_version: -1
      input_map { key: "a" value: "x" }
      output_map { key: "b" value: "mid" }
    },
    {
      model_name: "second"
      model_version: -1
      input_map { key: "c" value: "mid" }
      output_map { key: "d" value: "y" }
    }
  ]
}
"""
EMPTY = 'name: "empty"\nplatform: "ensemble"\nmax_batch_size: 8\n'
Board = Callable[[str], GraphPane]


def model(name: str, into: str, out: str, takes: str = "TYPE_FP32", gives: str = "TYPE_FP32") -> str:
    """The text of one model."""
    return MODEL.format(name=name, into=into, out=out, takes=takes, gives=gives)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Models `first` and `second` fit, `words` takes strings; `pipe` is an ensemble of the two, `empty` of none."""
    folder = tmp_path / "models"
    folder.mkdir()
    write_model(folder, "first", model("first", "a", "b"))
    write_model(folder, "second", model("second", "c", "d"))
    write_model(folder, "third", model("third", "e", "f"))
    write_model(folder, "words", model("words", "text", "length", "TYPE_STRING", "TYPE_INT32"))
    write_model(folder, "pipe", PIPE)
    write_model(folder, "empty", EMPTY)
    return folder


@pytest.fixture
def session(repository: Path, open_session: OpenSession) -> Session:
    """A session on it."""
    return open_session(repository)


@pytest.fixture
def pane_of(session: Session, qtbot: QtBot) -> Iterator[Board]:
    """Opens the graph of an ensemble in a window of its own."""
    made: list[GraphPane] = []

    def open_(name: str) -> GraphPane:
        pane = GraphPane(session, session.open_model(name))
        made.append(pane)
        pane.resize(1200, 760)
        with qtbot.waitExposed(pane, timeout=60_000):
            pane.show()
        wait_until(lambda: pane.document.graph is not None and pane.scene.nodes and tasks.busy() == 0)
        pane.activateWindow()
        pane.view.setFocus()
        return pane

    yield open_
    for pane in made:
        pane.close()
        pane.deleteLater()


@pytest.fixture
def pane(pane_of: Board) -> GraphPane:
    """The graph of `pipe`."""
    return pane_of("pipe")


def node(pane: GraphPane, name: str) -> int:
    """The first step of a model; `inputs` and `outputs` are the ensemble's own."""
    graph = pane.document.graph
    assert graph is not None
    return next(each.id for each in graph.nodes if name in (each.model, each.kind))


def port(pane: GraphPane, of: str, name: str) -> PortId:
    """A port by the model of its node and its name."""
    graph = pane.document.graph
    assert graph is not None
    found = graph.node(node(pane, of))
    assert found is not None
    return next(each.id for each in found.ports if each.name == name)


def text(pane: GraphPane) -> str:
    """The text as it is now."""
    return pane.model.draft.document.text
