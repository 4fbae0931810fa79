"""The monitor in a window of its own: the same figures, its own place, gone with the studio."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, QSize

from studio.ui.monitor.own_window import MonitorWindow
from studio.ui.monitor.page import MonitorPage
from studio.ui.room.place import PagePlace
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.monitor_recorded import Recorder, ready, served

A = ("classifier", "1")


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window whose sampler does not run by itself."""
    made = open_window()
    made.need_session().server.current.sampler.stop()
    return made


def opened(window: MainWindow) -> MonitorWindow:
    """The second window, by the command."""
    window.context.run("monitor_window")
    (found,) = window.findChildren(MonitorWindow)
    assert found.isVisible()
    return found


def test_a_second_window_shows_the_same_figures_and_comes_back_where_it_was(window: MainWindow) -> None:
    session = window.need_session()
    served(session, ready(A))
    first = window.context.show(PagePlace("monitor"))
    assert isinstance(first, MonitorPage)
    second = opened(window)
    assert opened(window) is second
    assert second.page.host is first.host
    recorder = Recorder(session.sampler, time.monotonic() - 5)
    for _ in range(5):
        recorder.count(A, 20)
        recorder.tick()
    wait_until(lambda: first.charts is not None and second.page.charts is not None)
    for page in (first, second.page):
        page.refresh()
        wait_for_turns(page)
    assert first.model.rows() == second.page.model.rows() != ()
    second.page.span.choose(60)
    assert second.page.span.window() != first.span.window()
    second.resize(QSize(1010, 610))
    second.move(QPoint(30, 40))
    second.close()
    wait_until(lambda: not window.findChildren(MonitorWindow))
    again = opened(window)
    assert again.size() == QSize(1010, 610)


def test_a_second_window_goes_with_the_studio(window: MainWindow) -> None:
    opened(window)
    window.close()
    wait_until(lambda: not window.findChildren(MonitorWindow))
