"""The monitor of fifty busy models goes on and on, and holds no more for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.core.serving.series import ModelKey
from studio.ui.monitor.page import MonitorPage
from studio.ui.room.place import PagePlace
from studio.ui.shell.window import MainWindow
from tests.bench.monitor import counting
from tests.bench.monitor_stage import served_by
from tests.e2e.hand import spin
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.monitor_recorded import Recorder, ready, served

MODELS: tuple[ModelKey, ...] = tuple((f"model_{place:02}", "1") for place in range(50))


def page_of(window: MainWindow) -> MonitorPage:
    """The page, with its charts."""
    page = window.context.show(PagePlace("monitor"))
    assert isinstance(page, MonitorPage)
    wait_until(lambda: page.charts is not None)
    return page


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_more_samples_of_fifty_models_make_no_widget_more(open_window: OpenWindow) -> None:
    window = open_window()
    session = window.need_session()
    session.server.current.sampler.stop()
    served(session, ready(*MODELS))
    page, recorder = page_of(window), Recorder(session.sampler, time.monotonic() - 200)

    def go_on(seconds: int) -> int:
        for second in range(seconds):
            for place, key in enumerate(MODELS):
                recorder.count(key, 5 + (second + place) % 7, pending=second % 3)
            recorder.tick()
            if not second % 10:
                page.refresh()
                wait_for_turns(page)
        return len(QApplication.allWidgets())

    go_on(20)
    assert go_on(40) == go_on(1)
    assert session.sampler.figures.models.size < 1 << 20


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_half_an_hour_of_fifty_models_at_a_sample_a_second_stays_flat(open_window: OpenWindow) -> None:
    minutes = int(os.environ.get("TRIREME_SOAK_MINUTES", "30"))
    window = open_window()
    with counting(len(MODELS)) as port, served_by(window, len(MODELS), port):
        page_of(window)
        spin(60_000)
        widgets, before, used = len(QApplication.allWidgets()), _resident(), sum(os.times()[:2])
        curve = []
        for _ in range(minutes):
            spin(60_000)
            curve.append(_resident())
        share = (sum(os.times()[:2]) - used) / (60 * minutes)
        print(f"{before:.1f} MB, then {curve[0]:.1f} to {curve[-1]:.1f} MB; {share:.1%} of a core")
        assert len(QApplication.allWidgets()) <= widgets
        assert curve[-1] - before < 16
