"""What the steps of a running ensemble cost, as the sampler has counted it: nothing where nothing was asked."""

from __future__ import annotations

import time

import pytest

from studio.app.session import Session
from studio.ui.canvas.pane import GraphPane
from tests.ui.canvas.conftest import node
from tests.ui.monitor_recorded import Recorder, ready, served

FIRST, SECOND = ("first", "1"), ("second", "1")


@pytest.fixture
def recorder(session: Session, pane: GraphPane) -> Recorder:
    """A server that has the models of the graph; a second is counted when it is told."""
    served(session, ready(FIRST, SECOND))
    assert pane.live_metrics.is_running
    return Recorder(session.sampler, time.monotonic() - 10)


def _count(recorder: Recorder, first: int, second: int) -> None:
    for _ in range(3):
        recorder.count(FIRST, first, queue_ms=1.0)
        recorder.count(SECOND, second, queue_ms=10.0)
        recorder.tick()


def test_a_step_that_nobody_asked_has_no_share(pane: GraphPane, recorder: Recorder) -> None:
    _count(recorder, 0, 0)
    assert pane.document.graph is not None
    assert pane.live_metrics.times(pane.document.graph) == {}


def test_shares_are_of_all_steps_together(pane: GraphPane, recorder: Recorder) -> None:
    _count(recorder, 20, 20)
    assert pane.document.graph is not None
    found = pane.live_metrics.times(pane.document.graph)
    first, second = found[node(pane, "first")], found[node(pane, "second")]
    assert first.share + second.share == pytest.approx(1)
    assert 0 < first.share < second.share
    assert (first.is_hottest, second.is_hottest) == (False, True)
    assert second.heat == 1
    assert first.heat == pytest.approx(first.share / second.share)
    assert second.queue > first.queue > 0


def test_the_share_of_one_step_alone_is_all(pane: GraphPane, recorder: Recorder) -> None:
    _count(recorder, 20, 0)
    assert pane.document.graph is not None
    found = pane.live_metrics.times(pane.document.graph)
    assert found[node(pane, "first")].share == 1
    assert found.get(node(pane, "second")) is None or found[node(pane, "second")].share == 0
