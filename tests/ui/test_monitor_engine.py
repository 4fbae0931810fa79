"""The monitor beside the real engine: what it shows is what was sent, and a reload is seen."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.serving.launch import State
from studio.ui.monitor.history import TimeMark
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.rows import COLUMNS
from tests.fixtures.waiting import wait_until
from tests.ui.monitor_load import Load, reload, run_for, served_example

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]
PIPELINE = ("image_pipeline", "1")


def test_shows_what_a_real_server_does(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    page = MonitorPage(session)
    qtbot.addWidget(page)
    page.resize(1396, 780)
    page.show()
    example = served_example(session, tmp_path, with_broken=True)
    load = Load(session, example)
    load.start(50)
    run_for(3)
    reload(session, "classifier")
    wait_until(lambda: any("classifier" in m.text for m in _marks(page, session)), 200)
    run_for(3)
    _check_figures(page, session, load)
    load.stop()
    assert load.failed == []
    run_for(3)
    page.refresh()
    _check_rest(page)
    session.server.stop()
    wait_until(lambda: session.server.status.state is State.STOPPED)
    run_for(0.5)
    assert page.header.pill.text() == "Stopped"
    assert page.model.rowCount() > 0


def _marks(page: MonitorPage, session: Session) -> list[TimeMark]:
    return page.marks.within(session.sampler, page.span.window())


def _cell(page: MonitorPage, key: tuple[str, str], field: str) -> str:
    column = 2 + [column.field for column in COLUMNS].index(field)
    return str(page.model.index(page.model.place(key), column).data())


def _check_figures(page: MonitorPage, session: Session, load: Load) -> None:
    """Requests are counted, every stage takes time, our own latencies lie above the server's."""
    times, requests = session.sampler.model(*PIPELINE, "requests_s").points()
    recorded = np.nansum(requests * np.diff(times, prepend=times[0] - 1))
    assert recorded == pytest.approx(load.answered, rel=0.35)
    assert float(np.nanmax(session.sampler.model("classifier", "2", "queue_ms").points()[1])) > 0
    assert float(np.nanmax(session.sampler.model(*PIPELINE, "compute_ms").points()[1])) > 0
    assert page.charted.selected == PIPELINE
    assert float(_cell(page, PIPELINE, "p99").replace(",", "")) > 0
    assert page.charts is not None
    values = {entry.name: entry.value for entry in page.charts.charts["percentiles"].legend.entries()}
    numbers = [float(values[name].replace(",", "")) for name in ("p50", "p95", "p99")]
    assert numbers == sorted(numbers)
    assert all(math.isfinite(number) for number in numbers)
    place = page.model.place(("digits", "1"))
    assert "characters" in str(page.model.index(place, 2).data(Qt.ItemDataRole.ToolTipRole))


def _check_rest(page: MonitorPage) -> None:
    """Nothing is asked any more: rates are zero, means are gaps."""
    assert _cell(page, PIPELINE, "requests_s") == "0.0"
    assert _cell(page, PIPELINE, "compute_ms") == "–"
    assert _cell(page, PIPELINE, "pending") == "0"
