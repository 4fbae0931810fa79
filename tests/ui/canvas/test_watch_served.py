"""A wire is watched while requests go to a real server, and a step that really fails is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.inference.wires.digest import Digest
from studio.ui.canvas.pane import GraphPane
from studio.ui.tester import page as tester
from tests.fixtures.waiting import wait_until
from tests.ui.canvas.conftest import node
from tests.ui.canvas.test_watch import wire


@pytest.fixture
def session(served: Session) -> Session:
    """The example, served."""
    return served


@pytest.fixture
def pane(session: Session, qtbot: QtBot) -> Iterator[GraphPane]:
    """The graph of the image pipeline."""
    made = GraphPane(session, session.open_model("image_pipeline"))
    made.resize(1200, 760)
    with qtbot.waitExposed(made, timeout=60_000):
        made.show()
    wait_until(lambda: made.document.graph is not None and made.scene.is_whole and made.scene.nodes)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> tester.TesterPage:
    """The tester, with the pipeline chosen."""
    made = tester.TesterPage(session)
    qtbot.addWidget(made)
    made.show()
    made.select("image_pipeline")
    wait_until(lambda: made.header.send.isEnabled() and made.metadata and made.metadata.name == "image_pipeline")
    return made


def _send(page: tester.TesterPage, image: bytes) -> None:
    page.inputs.inputs[0].hold(np.array([[image]], np.object_), "an image")
    page.send_request()
    wait_until(lambda: not page.is_busy)


def _digests(session: Session, tensor: str) -> list[Digest]:
    return [each.digest for each in session.requests.wires.of("image_pipeline", tensor) if each.digest is not None]


def _past(session: Session) -> str:
    last = session.requests.wires.last_request("image_pipeline")
    assert last is not None
    return last.name


def _of(session: Session, tensor: str) -> list[str]:
    """The requests whose values are kept, the latest first."""
    return [each.request for each in session.requests.wires.of("image_pipeline", tensor)]


@pytest.mark.engine
def test_a_wire_is_watched_while_requests_go(
    pane: GraphPane, page: tester.TesterPage, session: Session, example: Path
) -> None:
    """An outer wire has its value from the answer, an inner one by a run of the steps before it; then one fails."""
    images = sorted((example.parent / "samples" / "images").glob("*.png"))
    _send(page, images[0].read_bytes())
    hover = pane.watch.hover
    hover.toggle(wire(pane, "classifier", "pixels"))
    assert hover.card.probe.isVisible()
    hover.card.probe.click()
    assert hover.card.words.text() == "Probing …"
    wait_until(lambda: "as RGB" in hover.card.accessibleName())
    assert hover.card.words.text() == f"Probed with {_past(session)}"
    for of, name in (("preprocess", "image"), ("classifier", "pixels")):
        pane.watch.watches.toggle(wire(pane, of, name))
    image, pixels = (pane.watch.watches.cards[name] for name in ("image", "pixels"))
    for path in images[:2]:
        _send(page, path.read_bytes())
        wait_until(lambda: _of(session, "pixels")[:1] == [_past(session)])
    wait_until(lambda: len(_digests(session, "pixels")) == 3)
    assert [found.shape for found in _digests(session, "pixels")] == [(1, 3, 64, 64)] * 3
    assert [found.shown for found in _digests(session, "image")] == ["picture"] * 3
    wait_until(lambda: "as RGB, channels first" in pixels.accessibleName())
    assert "PNG" in image.accessibleName()
    assert pane.watch.failure.node is None
    _send(page, b"no image at all")
    wait_until(lambda: pane.watch.failure.node is not None)
    assert pane.watch.failure.node == node(pane, "preprocess")
    assert "preprocess failed" in pane.watch.failure.bubble.accessibleName()
    assert pane.watch.failure.bubble.alone.isEnabled()
    _send(page, images[0].read_bytes())
    wait_until(lambda: pane.watch.failure.node is None)
