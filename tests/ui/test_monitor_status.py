"""The monitor's alerts in the status bar, with recorded readings that went through the real sampler."""

from __future__ import annotations

import time

from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.serving.launch import State
from studio.ui.monitor.names import Status
from studio.ui.monitor.status import AlertEntry
from tests.fixtures.windows import OpenWindow
from tests.ui.monitor_recorded import Recorder, ready, served

A = ("classifier", "1")


def tell(session: Session, state: State) -> None:
    """The server comes to a state, as its sampler hears."""
    served(session, ready(A), state=state)
    session.server.current.status_changed.emit(session.server.status)


def test_alerts_end_with_the_server_and_are_told_again_when_they_begin_anew(
    open_window: OpenWindow, posted: list[Notice]
) -> None:
    window = open_window()
    session = window.need_session()
    session.server.current.sampler.stop()
    entry = window.findChild(AlertEntry, Status.ALERTS)
    assert entry is not None
    recorder = Recorder(session.sampler, time.monotonic())
    for time_ in (1, 2):
        tell(session, State.READY)
        for second in range(12):
            recorder.count(A, 5, pending=4 + 4 * second)
            recorder.tick()
        assert not entry.isHidden()
        assert entry.toolTip().startswith("classifier has a queue that grows")
        assert [notice.text for notice in posted].count("classifier has a queue that grows") == time_
        tell(session, State.STOPPED)
        assert entry.isHidden()
        assert not session.sampler.alerts.current
