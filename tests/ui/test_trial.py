"""Trying an unsaved configuration on the real server: it runs, the file stays, and it is kept or dropped."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton

from studio.app.notices import Notice
from studio.app.session import Session
from studio.client.triton import Triton
from studio.core.config.draft import draft
from studio.core.inference.model_index import is_ready
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.ui.editor.changes.trial import TrialBar, try_model
from studio.ui.editor.model_tab import ModelTab
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.engine


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A session on one Python model, which a server of its own has loaded."""
    python_model(tmp_path / "models", "net")
    session = open_session(tmp_path / "models")
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models", ports=Ports(0, 0, 0)))
    wait_until(lambda: is_ready(session.server.models.get("net", ())), 90)
    return session


@pytest.fixture
def bar(tab: ModelTab) -> TrialBar:
    """The bar of the tab of that model."""
    return part(tab, TrialBar, names.Editor.TRIAL)


def _press(bar: TrialBar, name: str) -> None:
    button = part(bar, QAbstractButton, name)
    wait_until(button.isEnabled)
    button.click()


def _served_batch(session: Session) -> int:
    with closing(Triton(session.server.status.addresses)) as client:
        return int(client.config("net")["max_batch_size"])


def _try(session: Session, tab: ModelTab, size: int) -> None:
    tab.model.edit("Set max batch size", lambda draft: draft.set("max_batch_size", size))
    try_model(session, tab.model)
    wait_until(lambda: session.server.trials.of("net") is not None and not session.server.pending)


def test_a_text_is_tried_again_and_dropped_and_what_is_refused_is_no_trial(
    session: Session, tab: ModelTab, bar: TrialBar, posted: list[Notice]
) -> None:
    before = tab.model.path.read_bytes()
    assert not bar.isVisible()
    _refused(session, tab, posted)
    assert not bar.isVisible()
    _try(session, tab, 3)
    assert _served_batch(session) == 3
    assert tab.model.path.read_bytes() == before
    assert bar.isVisible()
    assert "other max_batch_size" in bar.text.text()
    assert not part(bar, QAbstractButton, names.Editor.TRIAL_AGAIN).isVisible()
    tab.model.edit("Set max batch size", lambda draft: draft.set("max_batch_size", 5))
    _press(bar, names.Editor.TRIAL_AGAIN)
    wait_until(lambda: _served_batch(session) == 5)
    _dropped(session, tab, bar)


def _refused(session: Session, tab: ModelTab, posted: list[Notice]) -> None:
    """What cannot be read, and what the server does not load, is told."""
    sound = tab.model.draft.document.text
    tab.model.edit("Break the text", lambda _: draft("max_batch_size: = 3"))
    try_model(session, tab.model)
    wait_until(lambda: posted and not session.server.pending)
    tab.model.edit("Ask for what is not there", lambda _: draft('backend: "none_such"'))
    try_model(session, tab.model)
    wait_until(lambda: len(posted) > 1 and not session.server.pending)
    assert session.server.trials.of("net") is None
    tab.model.edit("Take it back", lambda _: draft(sound))


def _dropped(session: Session, tab: ModelTab, bar: TrialBar) -> None:
    """The file is loaded again, and the edit is kept."""
    _press(bar, names.Editor.TRIAL_DROP)
    wait_until(lambda: session.server.trials.of("net") is None)
    assert _served_batch(session) == 8
    assert not bar.isVisible()
    assert tab.model.is_unsaved
    session.server.unload("net")
    wait_until(lambda: not is_ready(session.server.models.get("net", ())))
    session.server.load("net")
    wait_until(lambda: is_ready(session.server.models.get("net", ())))
    assert _served_batch(session) == 8


def test_what_is_kept_is_saved_even_where_the_text_went_on_and_a_server_that_ends_tries_nothing(
    session: Session, tab: ModelTab, bar: TrialBar
) -> None:
    _try(session, tab, 3)
    tab.model.edit("Set max batch size", lambda draft: draft.set("max_batch_size", 5))
    assert part(bar, QAbstractButton, names.Editor.TRIAL_AGAIN).isVisible()
    _press(bar, names.Editor.TRIAL_KEEP)
    assert "max_batch_size: 3" in tab.model.path.read_text("utf-8")
    assert not tab.model.is_unsaved
    assert not bar.isVisible()
    tab.model.undo_stack.undo()
    assert "max_batch_size: 5" in tab.model.draft.document.text
    _try(session, tab, 6)
    assert bar.isVisible()
    session.server.stop()
    wait_until(lambda: session.server.status.state is State.STOPPED)
    assert not bar.isVisible()
