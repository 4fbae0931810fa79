"""What the steps show of a running server, as chosen at the foot of the canvas, and what they say where nothing is."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.app.serving.sampling.scraping import Reading
from studio.app.session import Session
from studio.core.serving.figures.ledger import Entry
from studio.ui.canvas.pane import GraphPane
from studio.ui.canvas.scene.footer import Footer
from tests.ui.canvas.conftest import node
from tests.ui.monitor_recorded import Recorder, ready, served

FIRST, SECOND = ("first", "1"), ("second", "1")


def _footer(pane: GraphPane, name: str) -> Footer:
    return pane.scene.nodes[node(pane, name)].look.footer


def _said(footer: Footer) -> list[str]:
    """All that a footer says."""
    figures = [part for figure in footer.figures for part in (figure.number, figure.unit)]
    return [part for part in (footer.words, *figures, footer.last) if part]


@pytest.fixture
def recorder(session: Session, pane: GraphPane) -> Recorder:
    """A server that has the models of the graph, and three seconds of work: the second is slow, and fails at times."""
    served(session, ready(FIRST, SECOND))
    made = Recorder(session.sampler, time.monotonic() - 10)
    for _ in range(3):
        made.count(FIRST, 20, queue_ms=1.0)
        made.count(SECOND, 20, queue_ms=6.0, failures=2)
        made.tick()
    return made


def test_each_figure_has_a_key_and_its_own_footer(pane: GraphPane, session: Session, recorder: Recorder) -> None:
    pane.view.setFocus()
    said: dict[str, tuple[list[str], list[str]]] = {}
    for key in "124356":
        QTest.keyClick(pane.view, Qt.Key(ord(key)))
        assert pane.node_figures.figure is not None
        said[pane.node_figures.figure] = (_said(_footer(pane, "first")), _said(_footer(pane, "second")))
    assert said["queue"] == (["1.0", "ms", "33 %"], ["6.0", "ms", "75 %"])
    assert said["compute"] == (["2.0", "ms", "67 %"], ["2.0", "ms", "25 %"])
    assert said["share"] == (["1.0", "ms", "2.0", "ms", "27 %"], ["6.0", "ms", "2.0", "ms", "73 %"])
    assert said["batch"] == (["3.0", "a batch", "of 8"], ["3.0", "a batch", "of 8"])
    assert said["memory"] == (["No GPU memory known"], ["No GPU memory known"])
    assert said["failures"] == (["0", "failed", "of 40"], ["4 failed", "of 44"])
    assert pane.figures.choice.values() == ("failures",)
    assert pane.figures.failed.accessibleName().startswith("4 executions")
    assert _footer(pane, "second").role == "error"


def test_the_memory_of_a_step_is_what_its_load_took(pane: GraphPane, session: Session, recorder: Recorder) -> None:
    entries = session.server.current.ledger.entries
    entries.append(Entry(1.0, "GPU-1", "first", "load", 1e9, 1.5e9))
    pane.node_figures.choose("memory")
    assert _said(_footer(pane, "first")) == ["500.0", "MB", "estimate"]
    assert _said(_footer(pane, "second")) == ["No GPU memory known"]


def test_nothing_is_shown_without_a_server_until_it_is_asked_for(pane: GraphPane) -> None:
    item = pane.scene.nodes[node(pane, "first")]
    assert not item.shape_.footer
    assert pane.figures.choice.values() == ()
    pane.node_figures.choose("share")
    assert item.shape_.footer
    assert _said(item.look.footer) == ["No server"]
    pane.node_figures.choose("share")
    assert not item.shape_.footer


def test_a_server_that_was_not_asked_or_tells_nothing_is_told_apart(pane: GraphPane, session: Session) -> None:
    served(session, ready(FIRST, SECOND))
    assert _said(_footer(pane, "first")) == ["No request yet"]
    assert pane.figures.choice.values() == ("share",)
    session.sampler.take(Reading(time.monotonic(), problem="The server offers no metrics."))
    assert _said(_footer(pane, "first")) == ["Statistics off"]


def test_what_is_hidden_is_not_renewed(pane: GraphPane, session: Session, recorder: Recorder) -> None:
    before = _footer(pane, "first")
    pane.hide()
    recorder.count(FIRST, 500, queue_ms=50.0)
    recorder.tick()
    assert _footer(pane, "first") == before
    pane.show()
    assert _footer(pane, "first") != before
