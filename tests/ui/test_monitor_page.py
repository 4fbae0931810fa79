"""The monitor in a window, with recorded readings that went through the real sampler."""

from __future__ import annotations

import csv
import io
import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.app import notices
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.series import GpuReading
from studio.ui.look import theme
from studio.ui.monitor.charts import ChartGrid
from studio.ui.monitor.history import TimeWindow
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.table_model import FIRST, MODEL, MonitorModel
from studio.ui.widgets import Segmented
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.ui.monitor_recorded import Recorder, loaded, ready, record, served

A, B, C = ("classifier", "1"), ("classifier", "2"), ("pipeline", "1")


@pytest.fixture
def session(open_session: OpenSession) -> Session:
    """A session whose sampler does not run by itself."""
    made = open_session()
    made.server.current.sampler.stop()
    return made


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> MonitorPage:
    """The page, shown, with its charts."""
    made = MonitorPage(session)
    made.resize(1396, 780)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    wait_until(lambda: made.charts is not None)
    return made


def charts(page: MonitorPage) -> ChartGrid:
    """The charts of a page that has them."""
    assert page.charts is not None
    return page.charts


def drawn(qtbot: QtBot, page: MonitorPage) -> None:
    """Returns when the page has drawn what it was told."""
    page.refresh()
    wait_for_turns(page)


def work(session: Session, seconds: int = 90) -> Recorder:
    """A server with three model versions that are at work."""
    served(session, ready(A, B, C))
    return record(session, [A, B, C], seconds)


def legend(page: MonitorPage, key: str) -> dict[str, str]:
    """What a chart's legend says."""
    return {entry.name: entry.value for entry in charts(page).charts[key].legend.entries()}


def cell(page: MonitorPage, key: tuple[str, str], title: str) -> str:
    """What the table says."""
    titles = [page.model.headerData(c, Qt.Orientation.Horizontal) for c in range(page.model.columnCount())]
    return str(page.model.index(page.model.place(key), titles.index(title)).data())


def test_says_what_to_do_where_no_server_runs(qtbot: QtBot, page: MonitorPage) -> None:
    drawn(qtbot, page)
    assert page.empty.isVisible()
    assert page.empty.detail.text().startswith("Start one, or attach")
    assert not page.empty.serve.isHidden()
    assert not page.header.pause.isEnabled()


def test_the_table_and_the_charts_show_the_same_figures(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session)
    recorder.count(C, 50, failures=4, pending=6, queue_ms=8)
    recorder.tick()
    drawn(qtbot, page)
    assert not page.empty.isVisible()
    assert cell(page, C, "requests/s") == "50.0"
    assert cell(page, C, "inferences/s") == "150.0"
    assert cell(page, C, "mean batch") == "3.00"
    assert cell(page, C, "queue ms") == "8.00"
    assert cell(page, C, "compute ms") == "2.00"
    assert cell(page, C, "failures/s") == "4.00"
    assert cell(page, C, "pending") == "6"
    assert cell(page, A, "requests/s") == "0.0"
    assert cell(page, A, "queue ms") == "–"
    page.table.setCurrentIndex(page.model.index(page.model.place(C), MODEL))
    drawn(qtbot, page)
    assert legend(page, "throughput")["pipeline"] == "50.0"
    assert legend(page, "latency") == {"input": "0.50", "compute": "2.00", "output": "0.25", "queue": "8.00"}
    assert legend(page, "pending")["pipeline"] == "6"
    assert set(legend(page, "throughput")) == {"pipeline", "classifier 1", "classifier 2"}


def test_every_chart_has_its_turn_where_facts_come_faster_than_charts_are_drawn(
    qtbot: QtBot, page: MonitorPage, session: Session
) -> None:
    work(session)
    drawn(qtbot, page)
    grid = charts(page)
    window = page.span.window()
    later = [TimeWindow(window.start + n, window.end + n) for n in range(1, 2 * len(grid.charts) + 1)]
    for each in later:
        grid.refresh(each, [])
        turn = QEventLoop()
        QTimer.singleShot(0, turn.quit)
        turn.exec()
    assert [key for key, chart in grid.charts.items() if chart.time_window not in later] == []


def test_percentiles_are_those_of_our_own_requests(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session)
    for milliseconds in range(1, 101):
        session.sampler.record(B[0], milliseconds * 1_000_000)
    # Recorded time ends where the monotonic clock is; the latencies are of now.
    recorder.time = time.monotonic()
    recorder.tick()
    page.table.setCurrentIndex(page.model.index(0, MODEL))
    page.charted.select(B)
    drawn(qtbot, page)
    assert legend(page, "percentiles") == {"p50": "50.50", "p95": "95.05", "p99": "99.01"}
    assert cell(page, B, "p99 ms") == "99.01"
    assert cell(page, A, "p99 ms") == "–"


def test_an_unavailable_model_says_why_over_all_its_numbers(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    why = "unexpected inference output 'characters'"
    reason = f"{why}\n\nAt:\n  model.py(7): load"
    states = {
        **ready(A),
        "ocr": (ModelState("ocr", "1", "UNAVAILABLE", reason),),
        "idle": (ModelState("idle", "", "", ""),),
    }
    served(session, states)
    drawn(qtbot, page)
    place = page.model.place(("ocr", "1"))
    assert page.model.index(place, FIRST).data() == f"Unavailable: {why}"
    assert page.model.index(place, FIRST).data(Qt.ItemDataRole.ToolTipRole) == reason
    assert page.table.columnSpan(place, FIRST) == page.model.columnCount() - FIRST
    assert page.model.index(page.model.place(("idle", "")), FIRST).data() == "Not loaded"
    assert page.model.place(A) == 0
    assert "3 models, 1 ready" in page.header.detail.text()


def test_a_click_charts_and_selects_and_the_square_takes_out(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    work(session)
    drawn(qtbot, page)
    index = page.model.index(page.model.place(B), FIRST)
    viewport = page.table.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=page.table.visualRect(index).center())
    drawn(qtbot, page)
    assert page.charted.selected == B
    assert charts(page).charts["latency"].detail.text() == "classifier 2, ms"
    square = page.table.visualRect(page.model.index(page.model.place(B), MODEL))
    before = len(page.charted.keys())
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(square.left() + 18, square.center().y()))
    drawn(qtbot, page)
    assert page.charted.colour(B) == -1
    assert len(page.charted.keys()) == before - 1
    assert page.charted.selected != B


def test_headers_sort_and_what_does_not_serve_stays_last(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    served(session, {**ready(A, B, C), "ocr": (ModelState("ocr", "1", "UNAVAILABLE", "no"),)})
    recorder = record(session, [A, B, C], 10)
    for key, requests in ((A, 5), (B, 50), (C, 20)):
        recorder.count(key, requests)
    recorder.tick()
    drawn(qtbot, page)
    page.table.sortByColumn(FIRST, Qt.SortOrder.DescendingOrder)
    shown = [page.model.index(row, MODEL).data() + page.model.index(row, 1).data() for row in range(4)]
    assert shown == ["classifier2", "pipeline1", "classifier1", "ocr1"]
    page.table.sortByColumn(FIRST, Qt.SortOrder.AscendingOrder)
    assert page.model.place(("ocr", "1")) == 3
    assert page.table.columnSpan(3, FIRST) > 1
    assert page.table.columnSpan(0, FIRST) == 1


def test_the_model_keeps_the_promises_of_a_qt_model(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    recorder = work(session, 5)
    drawn(qtbot, page)
    page.table.sortByColumn(FIRST, Qt.SortOrder.DescendingOrder)
    for key in (A, B, C):
        recorder.count(key, 9 if key == A else 1)
        recorder.tick()
        drawn(qtbot, page)
    served(session, {**ready(A), "x": (ModelState("x", "", "LOADING", ""),)})
    drawn(qtbot, page)
    assert page.model.rowCount() == 4
    assert tester.model() is page.model


def test_the_selection_follows_its_model_when_rows_move(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 5)
    drawn(qtbot, page)
    page.table.sortByColumn(FIRST, Qt.SortOrder.DescendingOrder)
    page.table.setCurrentIndex(page.model.index(page.model.place(A), MODEL))
    recorder.count(A, 500)
    recorder.tick()
    drawn(qtbot, page)
    assert page.model.place(A) == 0
    assert page.table.currentIndex().row() == 0
    assert page.charted.selected == A


def test_a_gap_is_a_gap_and_a_reset_is_marked(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 30)
    recorder.reset(A)
    recorder.tick()
    at = recorder.time
    recorder.count(A, 3)
    recorder.tick()
    drawn(qtbot, page)
    marks = page.marks.within(session.sampler, page.span.window())
    assert [(mark.time, mark.text) for mark in marks] == [(at, "classifier reloaded")]
    line = next(line for line in charts(page).charts["throughput"].lines if line.name == "classifier 1")
    assert math.isnan(line.values[line.times == at][0])
    assert max(v for v in line.values if math.isfinite(v)) < 40


def test_a_reload_in_place_is_read_from_the_log(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 30)
    first, again = recorder.time - 25, recorder.time - 10
    session.server.current.log_appended.emit([loaded("classifier", first), loaded("pipeline", first)])
    session.server.current.log_appended.emit([loaded("classifier", again), loaded("pipeline", again + 0.4)])
    drawn(qtbot, page)
    (mark,) = page.marks.within(session.sampler, page.span.window())
    assert mark.text == "classifier and 1 more reloaded"
    assert mark.time == pytest.approx(again, abs=0.05)


def test_a_double_click_opens_and_the_pointer_has_a_menu(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    work(session)
    drawn(qtbot, page)
    told: list[object] = []
    page.table.opened.connect(told.append)
    page.table.menu_asked.connect(lambda model, _at: told.append(("menu", model)))
    page.menu_asked.connect(lambda _at: told.append("charts"))
    place = page.table.visualRect(page.model.index(0, MODEL)).center()
    name = str(page.model.index(0, MODEL).data())
    for press in (QTest.mouseClick, QTest.mouseDClick):
        press(page.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    for widget, at in ((page.table.viewport(), place), (charts(page), QPoint(40, 40))):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
    assert told == [name, ("menu", name), "charts"]


def test_space_pauses_what_is_seen_and_not_what_is_recorded(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 10)
    drawn(qtbot, page)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.header.pause.isChecked()
    assert page.header.pill.text() == "Paused"
    shown, window = cell(page, A, "requests/s"), page.span.window()
    recorder.count(A, 333)
    recorder.tick()
    drawn(qtbot, page)
    assert cell(page, A, "requests/s") == shown
    assert page.span.window() == window
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    drawn(qtbot, page)
    assert cell(page, A, "requests/s") == "333.0"
    assert page.header.pill.text() == "Live"


def test_the_wheel_and_a_drag_zoom_every_chart_and_a_double_click_ends_it(
    qtbot: QtBot, page: MonitorPage, session: Session
) -> None:
    work(session)
    drawn(qtbot, page)
    whole = page.span.window()
    overlay = charts(page).charts["latency"].overlay
    middle = QPoint(overlay.width() // 2, 60)
    _turn(overlay, middle)
    assert page.span.window().seconds == pytest.approx(whole.seconds / 1.25)
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(overlay, middle + QPoint(40, 0))
    QTest.mouseMove(overlay, middle + QPoint(60, 0))
    QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    drawn(qtbot, page)
    assert page.span.window().seconds < whole.seconds / 4
    assert {chart.time_window for chart in charts(page).charts.values()} == {page.span.window()}
    assert "zoomed" in page.header.detail.text()
    QTest.mouseDClick(overlay, Qt.MouseButton.LeftButton, pos=middle)
    drawn(qtbot, page)
    assert page.span.window() == whole
    overlay.setFocus()
    QTest.keyClick(overlay, Qt.Key.Key_Plus)
    assert page.span.is_zoomed
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert not page.span.is_zoomed


def _turn(overlay: object, at: QPoint) -> None:
    from PySide6.QtWidgets import QWidget

    assert isinstance(overlay, QWidget)
    event = QWheelEvent(
        QPointF(at),
        QPointF(overlay.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(overlay, event)


def test_the_pointer_tells_the_values_of_its_moment_in_every_chart(
    qtbot: QtBot, page: MonitorPage, session: Session
) -> None:
    recorder = work(session)
    recorder.count(C, 77)
    recorder.tick()
    moment = recorder.time
    for _ in range(20):
        recorder.count(C, 10)
        recorder.tick()
    page.charted.select(C)
    drawn(qtbot, page)
    assert legend(page, "throughput")["pipeline"] == "10.0"
    chart = charts(page).charts["pending"]
    x = round(chart.position(moment))
    QTest.mouseMove(chart.overlay, QPoint(x, 50))
    wait_until(lambda: chart.overlay.pointer is not None)
    charts(page).point(moment)
    assert legend(page, "throughput")["pipeline"] == "77.0"
    assert all(each.overlay.pointer == moment for each in charts(page).charts.values())
    charts(page).point(None)
    assert legend(page, "throughput")["pipeline"] == "10.0"


def test_lines_are_drawn_where_the_axes_say(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    served(session, ready(C))
    recorder = record(session, [C], 1)
    for _ in range(400):
        recorder.count(C, 80)
        recorder.tick()
    drawn(qtbot, page)
    for width in (1396, 1200):
        page.resize(width, 780)
        drawn(qtbot, page)
        chart = charts(page).charts["throughput"]
        image = chart.grab().toImage()
        rect = chart.plot_rect()
        ink = theme.colour(theme.tokens().series[0])
        rows = [y for y in range(rect.top(), rect.bottom()) if _near(image.pixelColor(rect.center().x(), y), ink)]
        assert rows, "the line is not there"
        assert rows[0] == pytest.approx(chart.y_of(80), abs=3)
        assert _near(image.pixelColor(rect.right() - 4, rows[0]), ink)
        assert _near(image.pixelColor(rect.left() + 4, rows[0]), ink)


def _near(one: QColor, other: QColor) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) < 70 for a, b in pairs)


def test_a_server_without_metrics_says_so(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    served(session, ready(A), metrics="")
    drawn(qtbot, page)
    assert page.problem.isVisible()
    assert "no metrics" in page.problem.message.text()
    assert cell(page, A, "requests/s") == "–"


def test_gpus_are_shown_and_their_absence_is_said(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 5)
    drawn(qtbot, page)
    assert page.devices.nothing.isVisible()
    assert "No GPU" in page.devices.nothing.text()
    gib = 2.0**30
    for second in range(30):
        recorder.gpus = (
            GpuReading("GPU-1", "NVIDIA RTX", 0, 24 * gib, 13.35 * gib, 0.4 + second / 100, 201.0, 450.0, 57.0),
        )
        recorder.tick()
    drawn(qtbot, page)
    assert not page.devices.nothing.isVisible()
    panel = page.devices.gpus["GPU-1"]
    assert panel.header.title.text() == "GPU 0"
    assert (panel.use.value.text(), panel.use.unit.text()) == ("69", "%")
    assert (panel.memory.value.text(), panel.memory.unit.text()) == ("13.35", "of 24.00 GB")
    assert (panel.power.value.text(), panel.power.unit.text()) == ("201", "of 450 W")
    assert panel.temperature.value.text() == "57"
    recorder.gpus = ()
    recorder.tick()
    drawn(qtbot, page)
    assert page.devices.nothing.isVisible()


def test_what_is_shown_is_written_as_csv_and_picture(
    qtbot: QtBot, page: MonitorPage, session: Session, tmp_path: Path
) -> None:
    recorder = work(session, 100)
    recorder.reset(A)
    recorder.tick()
    page.header.range.changed.emit("60")
    drawn(qtbot, page)
    page.exports.write_csv(tmp_path / "out.csv")
    found = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8"))))
    assert {(row["model"], row["version"]) for row in found} == {A, B, C}
    assert 59 <= sum((row["model"], row["version"]) == A for row in found) <= 61
    last = [row for row in found if (row["model"], row["version"]) == A][-1]
    assert last["requests_s"] == ""
    assert "classifier reloaded" in last["mark"]
    assert 20 <= float(found[0]["requests_s"]) <= 27
    page.exports.write_picture(tmp_path / "out.png")
    assert QImage(str(tmp_path / "out.png")).size() == page.size()


def test_what_cannot_be_written_is_a_notice(qtbot: QtBot, page: MonitorPage, session: Session, tmp_path: Path) -> None:
    work(session, 5)
    drawn(qtbot, page)
    posted: list[notices.Notice] = []
    notices.notices().posted.connect(posted.append)
    page.exports.write_csv(tmp_path / "missing" / "out.csv")
    page.exports.write_picture(tmp_path / "missing" / "out.png")
    notices.notices().posted.disconnect(posted.append)
    assert len(posted) == 2
    assert all(str(tmp_path / "missing") in f"{notice.text} {notice.detail}" for notice in posted)


def test_a_hidden_page_draws_nothing(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    recorder = work(session, 5)
    drawn(qtbot, page)
    page.hide()
    resets: list[int] = []
    page.model.dataChanged.connect(lambda *_: resets.append(1))
    recorder.count(A, 9)
    recorder.tick()
    page.refresh()
    qtbot.wait(30)
    assert resets == []
    page.show()
    wait_until(lambda: bool(resets))


def test_only_cells_that_read_otherwise_are_painted_anew(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    work(session, 5)
    drawn(qtbot, page)
    model, window, last = page.model, page.span.window(), FIRST + 7
    assert model.cell(0, FIRST) is not None
    told: list[tuple[int, int, int, int]] = []
    model.dataChanged.connect(lambda a, b: told.append((a.row(), a.column(), b.row(), b.column())))
    rows = list(model.rows())
    model.show_rows(list(rows), window)
    assert told == []
    place = model.place(B)
    values = rows[place].values
    rows[place] = replace(rows[place], values=(values[0] + 5, values[1] + 5, *values[2:7], values[7] + 2))
    model.show_rows(rows, window)
    assert told == [(place, FIRST, place, FIRST + 1), (place, last, place, last)]
    told.clear()
    model.show_rows(rows, TimeWindow(window.start + 60, window.end + 60))
    assert told == [(0, 0, len(rows) - 1, last)]


def test_every_control_has_a_name_for_tests_and_for_screen_readers(
    qtbot: QtBot, page: MonitorPage, session: Session
) -> None:
    work(session, 5)
    drawn(qtbot, page)
    controls = [*page.header.findChildren(QPushButton), *page.header.findChildren(Segmented), page.table]
    assert len(controls) == 5
    assert all(control.objectName() and control.accessibleName() for control in controls)
    for key, chart in charts(page).charts.items():
        assert chart.objectName() == names.Monitor.CHART.format(key)
        assert chart.overlay.accessibleName()
    assert "classifier 1" in charts(page).charts["throughput"].accessibleDescription()
    first = page.model.index(0, MODEL)
    assert first.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert "in the charts" in str(first.data(Qt.ItemDataRole.AccessibleTextRole))


def test_narrow_windows_fold_the_devices_first(qtbot: QtBot, page: MonitorPage, session: Session) -> None:
    work(session, 5)
    drawn(qtbot, page)
    assert page.devices.isVisible()
    page.resize(960, 560)
    wait_until(lambda: not page.devices.isVisible())
    assert all(chart.isVisible() for chart in charts(page).charts.values())


def test_the_theme_changes_while_it_runs(qtbot: QtBot, qapp: QApplication, page: MonitorPage, session: Session) -> None:
    work(session, 30)
    drawn(qtbot, page)
    dark = page.grab().toImage()
    theme.apply(qapp, "light")
    qtbot.wait(50)
    drawn(qtbot, page)
    light = page.grab().toImage()
    assert dark.pixelColor(4, 4).lightness() < 60
    assert light.pixelColor(4, 4).lightness() > 200


def test_a_model_without_rows_is_no_error(qtbot: QtBot, session: Session) -> None:
    model = MonitorModel(session.sampler, MonitorPage(session).charted)
    assert model.rowCount() == 0
    assert model.row_at(0) is None


def test_what_is_busy_comes_first_until_a_person_sorts_and_again_after_the_third_click(
    qtbot: QtBot, session: Session, page: MonitorPage
) -> None:
    idle, busy = ("a_idle", "1"), ("z_busy", "1")
    served(session, ready(idle, busy))
    recorder = Recorder(session.sampler, time.monotonic() - 5)
    recorder.count(idle, 0)
    for _ in range(4):
        recorder.count(busy, 20)
        recorder.tick()
    drawn(qtbot, page)

    def shown() -> list[str]:
        return [str(page.model.index(row, MODEL).data()) for row in range(2)]

    header = page.table.horizontalHeader()
    seen = [shown()]
    for _ in range(3):
        at = QPoint(header.sectionViewportPosition(MODEL) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        seen.append(shown())
    first = ["z_busy", "a_idle"]
    assert seen == [first, ["a_idle", "z_busy"], first, first]
