"""A page whose tab was closed follows nothing any more: what the session tells reaches no widget that is gone."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.core.saved_requests.outcome import Outcome
from studio.ui.look import theme
from studio.ui.room.place import PagePlace
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.fixtures.windows import OpenWindow


@pytest.mark.parametrize("key", ["test", "runs", "monitor", "serve", "served", "xray"])
def test_nothing_that_the_session_tells_reaches_a_closed_page(open_window: OpenWindow, qtbot: QtBot, key: str) -> None:
    window = open_window()
    session = window.need_session()
    page = window.context.show(PagePlace(key))
    assert page is not None
    gone: list[bool] = []
    page.destroyed.connect(lambda *_: gone.append(True))
    del page
    current = window.tabs.current()
    window.documents.close_tab(current)
    wait_until(lambda: gone)
    requests, server = session.requests, session.servers.current
    with qtbot.captureExceptions() as raised:
        requests.saved.changed.emit(())
        requests.saved.environment_changed.emit()
        requests.runs.began.emit(())
        requests.runs.came.emit(Outcome("one", "pipe", "error", message="no good"))
        requests.runs.ended.emit({})
        requests.since_run.changed.emit()
        session.servers.switched.emit(server, server)
        session.server.switched.emit()
        session.server.status_changed.emit(server.status)
        session.server.models_changed.emit(server.models)
        server.log_appended.emit([])
        server.reloads.changed.emit("one")
        window.context.selection.step_chosen.emit("one", "1")
        theme.changes().themed.emit()
        wait_for_turns(window)
    assert not raised
