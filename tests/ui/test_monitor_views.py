"""The views below the monitor's table, and its alerts, with recorded readings that went through the real sampler."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app.serving.sampling.scraping import Reading
from studio.app.session import Session
from studio.core.inference.streams import StreamTimes
from studio.core.serving.figures.history import Track
from studio.core.serving.figures.quantiles import Quantiles
from studio.core.serving.series import ModelKey
from studio.metrics.text_format import read
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.table_model import FIRST
from studio.ui.monitor.views.alerts_view import AlertsView
from studio.ui.monitor.views.batch_view import BatchView
from studio.ui.monitor.views.compare_view import CompareView
from studio.ui.monitor.views.deck import Deck
from studio.ui.monitor.views.families_view import FamiliesView
from studio.ui.monitor.views.time_view import TimeView
from studio.ui.widgets import SectionHeader
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.ui.monitor_recorded import Recorder, ready, record, served

A = ("classifier", "1")


@pytest.fixture
def session(open_session: OpenSession) -> Session:
    """A session whose sampler does not run by itself."""
    made = open_session()
    made.server.current.sampler.stop()
    return made


@pytest.fixture
def recorder(session: Session) -> Recorder:
    """A minute of steady work of one model, that ends now."""
    served(session, ready(A))
    return record(session, [A], 60)


@pytest.fixture
def page(qtbot: QtBot, session: Session, recorder: Recorder) -> MonitorPage:
    """The page, shown, with that work."""
    made = MonitorPage(session)
    made.resize(1396, 780)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    wait_until(lambda: made.deck is not None)
    drawn(made)
    return made


def drawn(page: MonitorPage) -> None:
    """Returns when the page has drawn what it was told."""
    page.refresh()
    wait_for_turns(page)


def deck(page: MonitorPage) -> Deck:
    """The lower part of a page that has it."""
    assert page.deck is not None
    return page.deck


def test_where_the_time_goes_is_said_in_words_and_drawn_by_stage(page: MonitorPage, session: Session) -> None:
    for second in range(60):
        session.sampler.figures.latencies.record(
            "classifier", time.monotonic() - second, 5_000_000, outside=(10**5, 10**6)
        )
    deck(page).show_view("time")
    drawn(page)
    view = deck(page).views["time"]
    assert isinstance(view, TimeView)
    assert "is compute: the backend" in view.words.text()
    assert {entry.name: entry.value for entry in view.chart.legend.entries()}["compute"] == "2.00"


def test_of_a_model_that_streams_own_times_are_drawn_and_the_reason_is_said(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    session.sampler.figures.streams = {"classifier": True}
    server = session.server.current
    for part in (90, 110):
        server.streamed.emit("classifier", StreamTimes(32, 740_000_000, part * 10**6, 2 * 10**7, 50.0))
    recorder.count(A, 20)
    recorder.tick()
    drawn(page)
    charts = deck(page).charts.charts
    assert "This model streams" in charts["latency"].instead
    assert charts["percentiles"].detail.text() == "ms of own streams"
    told = {entry.name: entry.value for entry in charts["percentiles"].legend.entries()}
    assert (told["first p50"], told["whole p50"]) == ("100.0", "740.0")


def test_what_the_server_tells_of_all_traffic_is_drawn_with_our_own_beside(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    session.sampler.record("classifier", 5_000_000)
    recorder.quantiles = {A: Quantiles(1.0, 2.0, 3.0)}
    recorder.count(A, 20)
    recorder.tick()
    drawn(page)
    chart = deck(page).charts.charts["percentiles"]
    said = chart.detail.text().removeprefix("ms of ")
    assert said.startswith("1,")
    cell = page.model.index(page.model.place(A), FIRST + 5)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == f"Of all traffic: {said} in the last minute"
    told = {entry.name: entry.value for entry in chart.legend.entries()}
    assert told == {"p50": "1.00", "p95": "2.00", "p99": "3.00", "own p99": "5.00"}


def test_a_sample_that_comes_while_columns_are_read_breaks_no_chart(
    page: MonitorPage, session: Session, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = session.sampler.figures.models
    track = kept.track

    def track_later(key: ModelKey, column: str) -> Track:
        recorder.count(A, 20)
        recorder.time += 1e-4
        session.sampler.figures.take(Reading(recorder.time, dict(recorder.counters)))
        return track(key, column)

    page.span.stretch(recorder.time - 30, recorder.time + 30)
    deck(page).show_view("compare")
    drawn(page)
    view = deck(page).views["compare"]
    assert isinstance(view, CompareView)
    monkeypatch.setattr(kept, "track", track_later)
    view.first.click()
    view.second.click()
    assert view.table.rows.rowCount()
    deck(page).charts.refresh(page.span.window(), ())
    wait_for_turns(page)
    shown = {entry.name: entry.value for entry in deck(page).charts.charts["latency"].legend.entries()}
    assert shown["compute"] == "2.00"


def test_two_stretches_are_kept_and_compared(page: MonitorPage, recorder: Recorder) -> None:
    deck(page).show_view("compare")
    drawn(page)
    view = deck(page).views["compare"]
    assert isinstance(view, CompareView)
    view.first.click()
    for _ in range(20):
        recorder.count(A, 200, queue_ms=3.0)
        recorder.tick()
    page.span.stretch(recorder.time - 15, recorder.time)
    drawn(page)
    view.second.click()
    rows = {view.table.rows.index(row, 0).data(): row for row in range(view.table.rows.rowCount())}
    queue = rows["queue ms"]
    assert [view.table.rows.index(queue, column).data() for column in (1, 2, 3)] == ["1.00", "3.00", "+2.00 (+200%)"]
    assert view.table.rows.index(rows["requests/s"], 2).data() == "200.0"


def test_families_without_a_place_are_drawn_by_who_publishes_them_and_go_with_them(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    text = b"# HELP vllm:num_requests_waiting Waiting.\n# TYPE vllm:num_requests_waiting gauge\n"
    for waiting in range(3):
        found = read(text + b'vllm:num_requests_waiting{model_name="m"} %d\n' % waiting)
        recorder.time += 1
        session.sampler.take(Reading(recorder.time, dict(recorder.counters), others=found.families))
    deck(page).show_view("families")
    drawn(page)
    view = deck(page).views["families"]
    assert isinstance(view, FamiliesView)
    chart = view.charts["vllm:num_requests_waiting"]
    assert [(entry.name, entry.value) for entry in chart.legend.entries()] == [("m", "2.000")]
    assert chart.overlay.toolTip().endswith("Waiting.")
    for names in ("abcd", "bcd", "bcde"):
        recorder.time += 1
        families = read("".join(f"vllm:{name} 1\n" for name in names).encode()).families
        session.sampler.take(Reading(recorder.time, dict(recorder.counters), others=families))
        drawn(page)
        assert list(view.charts) == [f"vllm:{name}" for name in names]
        wait_until(lambda: len({(chart.x(), chart.y()) for chart in view.charts.values()}) == len(view.charts))
        wait_until(lambda: not next(iter(view.charts.values())).pos().manhattanLength())
    assert [header.isVisible() for header in view.findChildren(SectionHeader)] == [True]
    recorder.tick()
    drawn(page)
    assert view.charts == {}
    assert [header.isVisible() for header in view.findChildren(SectionHeader)] == [False]
    assert "publishes no metrics but" in view.words.text()


def test_an_alert_is_counted_listed_marked_and_leads_to_its_moment(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    for waiting in range(14):
        recorder.count(A, 5, pending=4 + 2 * waiting)
        recorder.tick()
    deck(page).show_view("alerts")
    drawn(page)
    view = deck(page).views["alerts"]
    assert isinstance(view, AlertsView)
    assert view.table.rows.index(0, 2).data() == "classifier has a queue that grows"
    assert view.table.rows.index(0, 1).data() == "now"
    assert any(
        mark.text == "classifier has a queue that grows"
        for mark in page.marks.within(session.sampler, page.span.window())
    )
    view.table.setFocus()
    view.table.selectRow(0)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert deck(page).stack.currentWidget() is deck(page).charts
    assert page.span.is_zoomed


def test_batches_that_cannot_be_read_are_told_in_words(page: MonitorPage) -> None:
    deck(page).show_view("batches")
    drawn(page)
    view = deck(page).views["batches"]
    assert isinstance(view, BatchView)
    assert view.words.text() == "classifier: its statistics cannot be read: no server runs."


def test_batches_that_two_windows_show_are_asked_for_once(page: MonitorPage, session: Session, qtbot: QtBot) -> None:
    told: list[object] = []
    session.server.current.batches.told.connect(told.append)
    second = BatchView(session)
    qtbot.addWidget(second)
    deck(page).show_view("batches")
    drawn(page)
    second.refresh(A, page.span.window(), ())
    first = deck(page).views["batches"]
    assert isinstance(first, BatchView)
    assert first.words.text() == second.words.text() == "classifier: its statistics cannot be read: no server runs."
    assert told == [A]


def test_a_dashboard_is_written_of_what_the_server_tells(
    page: MonitorPage, session: Session, recorder: Recorder, tmp_path: Path
) -> None:
    recorder.time += 1
    session.sampler.take(Reading(recorder.time, dict(recorder.counters), names=frozenset({"nv_cpu_utilization"})))
    page.exports.write_dashboard(tmp_path / "made.json")
    made = json.loads((tmp_path / "made.json").read_text("utf-8"))
    assert [panel["targets"][0]["expr"] for panel in made["panels"]] == ["nv_cpu_utilization"]


def test_what_was_left_out_of_the_metrics_is_said(page: MonitorPage, session: Session, recorder: Recorder) -> None:
    recorder.time += 1
    left_out = "what comes after 8 MiB"
    session.sampler.take(Reading(recorder.time, dict(recorder.counters), left_out=left_out))
    drawn(page)
    assert page.problem.isVisible()
    assert page.problem.accessibleName() == "hint: Left out of the server's metrics: what comes after 8 MiB."
