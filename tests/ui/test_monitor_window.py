"""The monitor in a window of its own, and what a right click in it offers."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.monitor.own_window import MonitorWindow
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.table_model import FIRST
from studio.ui.monitor.views import spot_menu
from studio.ui.room.place import PagePlace
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.monitor_recorded import Recorder, ready, served

A, B = ("classifier", "1"), ("other", "1")


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


def test_right_clicks_offer_values_rows_lines_and_moments(window: MainWindow) -> None:
    session = window.need_session()
    served(session, ready(A, B))
    recorder = Recorder(session.sampler, time.monotonic() - 30)
    for second in range(30):
        recorder.count(A, 20)
        recorder.count(B, 5 + second % 2)
        recorder.tick()
    page = window.context.show(PagePlace("monitor"))
    assert isinstance(page, MonitorPage)
    wait_until(lambda: page.charts is not None)
    page.refresh()
    wait_for_turns(page)
    page.table.spot = page.model.place(A), FIRST
    entries = dict(spot_menu.of_row(page))
    assert list(entries) == [
        "Copy requests/s 20.0",
        "Copy the row",
        "Hide classifier 1 in the charts",
        "Only classifier 1 in the charts",
    ]
    entries["Copy requests/s 20.0"]()
    assert QGuiApplication.clipboard().text() == "20.0"
    entries["Copy the row"]()
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("classifier\t1\t20.0\t60.0\t3.00")
    entries["Only classifier 1 in the charts"]()
    assert page.charted.keys() == (A,)
    assert "Show other 1 in the charts" in dict(spot_menu.of_row(_on(page, B)))
    assert page.charts is not None
    page.refresh()
    wait_for_turns(page)
    chart = page.charts.charts["throughput"]
    at = chart.mapTo(page.charts, QPoint(chart.plot_rect().right() - 8, round(chart.y_of(20))))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, page.charts.mapToGlobal(at))
    page.menu_asked.disconnect()
    QApplication.sendEvent(page.charts, event)
    titles = [title for title, _ in spot_menu.of_chart(page)]
    assert [title.partition(" ")[0] for title in titles] == ["Copy", "Mark", "Zoom", "Hide"]
    dict(spot_menu.of_chart(page))[titles[0]]()
    assert QGuiApplication.clipboard().text().startswith("time\tclassifier\n")
    dict(spot_menu.of_chart(page))[titles[1]]()
    assert [mark.text for mark in page.marks.within(session.sampler, page.span.window())] == ["Mark 1"]
    dict(spot_menu.of_chart(page))[titles[2]]()
    assert page.span.window().seconds == 60


def _on(page: MonitorPage, key: tuple[str, str]) -> MonitorPage:
    page.table.spot = page.model.place(key), 0
    return page


def test_a_second_window_goes_with_the_studio(window: MainWindow) -> None:
    opened(window)
    window.close()
    wait_until(lambda: not window.findChildren(MonitorWindow))


def _bring_in_front(shown: QWidget) -> None:
    def is_in_front() -> bool:
        # Asked again: a window that is not on the screen yet is not brought in front.
        shown.activateWindow()
        return QApplication.activeWindow() is shown

    wait_until(is_in_front)


def test_the_commands_of_the_charts_are_about_the_window_in_front(window: MainWindow) -> None:
    session = window.need_session()
    served(session, ready(A))
    first = window.context.show(PagePlace("monitor"))
    assert isinstance(first, MonitorPage)
    second = opened(window)
    for shown, page, other in ((second, second.page, first), (window, first, second.page)):
        _bring_in_front(shown)
        window.context.run("pause_charts")
        assert (page.header.pause.isChecked(), other.header.pause.isChecked()) == (True, False)
        window.context.run("pause_charts")


def test_a_closed_window_follows_nothing_any_more(window: MainWindow, qtbot: QtBot) -> None:
    session = window.need_session()
    served(session, ready(A, B))
    second = opened(window)
    window.context.selection.step_chosen.emit(*B)
    assert second.page.charted.selected == B
    second.close()
    wait_until(lambda: not window.findChildren(MonitorWindow))
    server = session.servers.current
    with qtbot.captureExceptions() as raised:
        window.context.selection.step_chosen.emit(*A)
        session.servers.switched.emit(server, server)
        server.log_appended.emit([])
        server.reloads.changed.emit("classifier")
        wait_for_turns(window)
    assert not raised
