"""The memory of GPUs in the monitor: ledger, waterfall, by model and by process, and the test for leaks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app.serving.sampling.memory_holders import held
from studio.app.serving.served_models.processes import ModelProcess
from studio.app.session import Session
from studio.core.serving.devices.use import GpuProcess, Holders, flat
from studio.core.serving.figures.shares import Step
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.series import GpuReading
from studio.metrics import nvml
from studio.ui.look import theme
from studio.ui.monitor.devices import GpuPanel
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.views.memory_view import MemoryView
from studio.ui.monitor.views.view import TextTable
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_for_turns, wait_until
from tests.standins.figures import FIRST, MIG, PART, SECOND, Figures
from tests.ui.monitor_recorded import Recorder, ready, record, served

A = ("classifier", "1")
GB = 2.0**30


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
    return made


def shown(page: MonitorPage) -> None:
    """Turns to the memory."""
    assert page.deck is not None
    page.deck.show_view("memory")


def memory(page: MonitorPage) -> MemoryView:
    """The view of it."""
    assert page.deck is not None
    view = page.deck.views["memory"]
    assert isinstance(view, MemoryView)
    return view


def drawn(page: MonitorPage) -> None:
    """Returns when the page has drawn what it was told."""
    page.refresh()
    wait_for_turns(page)


def texts(table: TextTable) -> list[list[str]]:
    """All rows of a table."""
    rows = table.rows
    return [
        [str(rows.index(row, column).data()) for column in range(rows.columnCount())] for row in range(rows.rowCount())
    ]


def test_the_ledger_says_what_a_load_took_and_an_unload_gave_back_and_whether_the_next_fits(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    def used(gigabytes: float, seconds: int = 6) -> None:
        recorder.gpus = (GpuReading("GPU-x", "H100", 0, 80 * 2**30, gigabytes * 2**30),)
        for _ in range(seconds):
            recorder.tick()

    used(10)
    served(session, ready(A, ("big", "1")))
    used(40)
    served(session, ready(A))
    used(12)
    shown(page)
    page.choose(("big", "1"))
    drawn(page)
    view = memory(page)
    rows = [row[1:] for row in texts(view.tables.ledger)]
    assert len(rows) == 2
    assert rows[0] == ["unload", "big", "GPU 0", "−28.00 GB", "12.00 GB", ""]
    assert rows[1] == ["load", "big", "GPU 0", "+30.00 GB", "40.00 GB", ""]
    view.refresh(("big", "1"), page.span.window(), ())
    assert view.words.text().startswith("One more big on GPU 0: Fits: 38.00 GB stay free. Estimates")
    assert view.kept.accessibleName() == "warning: big kept 2.00 GB after its unload."
    assert texts(view.tables.models) == [
        ["big", "estimate", "2.00 GB", ""],
        ["in use before the first load seen", "", "10.00 GB", ""],
    ]


def test_a_leak_test_is_off_with_its_reason_and_can_be_cancelled(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    recorder.gpus = (GpuReading("GPU-x", "H100", 0, 80 * 2**30, 2**30),)
    recorder.tick()
    shown(page)
    page.choose(A)
    drawn(page)
    view = memory(page)
    assert (view.leak.isEnabled(), view.leak.toolTip()) == (False, "No server runs.")
    session.server.current.guard.begin(LaunchSpec(EngineKind.EMBEDDED))
    drawn(page)
    assert view.leak.isEnabled()
    view.leak.click()
    assert (view.leak.isEnabled(), view.cancel.isVisible()) == (False, True)
    served(session, {})
    view.cancel.click()
    recorder.tick()
    assert view.cancel.isHidden()
    assert view.found.text() == "classifier: the test was not finished. Look whether it is loaded."


def test_the_waterfall_runs_from_what_was_in_use_over_each_entry_and_leads_to_its_row(
    page: MonitorPage, session: Session, recorder: Recorder
) -> None:
    def used(first: float, second: float = 1.0) -> None:
        gpus = [(f"GPU-{place}", place, size) for place, size in enumerate((first, second))]
        recorder.gpus = tuple(GpuReading(uuid, "H100", place, 80 * GB, size * GB) for uuid, place, size in gpus)
        for _ in range(6):
            recorder.tick()

    used(10)
    for name, first, second in (("big", 40, 1), ("small", 44, 3)):
        served(session, ready(A, *[(each, "1") for each in ("big", "small")[: 1 + (name == "small")]]))
        used(first, second)
    served(session, ready(A, ("small", "1")))
    used(15, 3)
    shown(page)
    drawn(page)
    view = memory(page)
    bars = view.waterfall.bars()
    told = [(step.name, step.word, round(step.change / GB)) for _, step in bars]
    assert told == [("before", "in use", 10), ("big", "load", 30), ("small", "load", 4), ("big", "unload", -29)]
    assert bars[1][0].bottom() == pytest.approx(bars[0][0].top())
    assert bars[3][0].top() == pytest.approx(bars[2][0].top())
    assert view.chooser.isVisible()
    QTest.mouseClick(view.waterfall, Qt.MouseButton.LeftButton, pos=bars[1][0].center().toPoint())
    (row,) = view.tables.ledger.selectionModel().selectedRows()
    assert texts(view.tables.ledger)[row.row()][1:5] == ["load", "big", "GPU 0", "+30.00 GB"]
    QTest.mouseClick(view.chooser, Qt.MouseButton.LeftButton, pos=view.chooser.cell("GPU-1").center().toPoint())
    assert view.waterfall.bars()[0][1].name == "before"
    assert ["small", "estimate", "2.00 GB", ""] in texts(view.tables.models)


def test_python_instances_are_told_by_process_before_any_estimate() -> None:
    stubs = (ModelProcess("pre", "pre_0_0", 36 << 20, 11), ModelProcess("pre", "pre_0_1", 36 << 20, 12))
    seen = Holders(
        (
            GpuProcess(11, "GPU-x", 0.5 * GB),
            GpuProcess(12, "GPU-x", 0.25 * GB),
            GpuProcess(7, "GPU-x", 3 * GB),
            GpuProcess(99, "GPU-x", GB),
            GpuProcess(11, "GPU-of-nobody", GB),
        ),
        "",
    )
    found = held(stubs, seen, {7, 11, 12}, {"GPU-x"})
    named = [(holder.pid, holder.name, dict(holder.graphics)) for holder in found.holders]
    assert named == [
        (11, "pre_0_0", {"GPU-x": 0.5 * GB}),
        (12, "pre_0_1", {"GPU-x": 0.25 * GB}),
        (7, "tritonserver", {"GPU-x": 3 * GB}),
        (99, "another program", {"GPU-x": GB}),
    ]
    assert found.of_models("GPU-x") == {"pre": 0.75 * GB}


def test_without_a_gpu_the_host_memory_of_python_models_stands_in_its_place(page: MonitorPage) -> None:
    shown(page)
    drawn(page)
    view = memory(page)
    assert view.waterfall.isHidden()
    assert view.words.text().startswith("No GPU of this server tells its memory.")
    stub = ModelProcess("pre", "pre_0_0", 36 << 20, 11)
    view.tables.show_held(held((stub,), Holders(), (), ()), ())
    assert texts(view.tables.processes) == [["11", "pre_0_0", "pre", "–", "36 MB", ""]]


def test_a_look_that_misses_the_gpus_leaves_the_chosen_one(page: MonitorPage, recorder: Recorder) -> None:
    gpus = tuple(GpuReading(f"GPU-{place}", "H100", place, 80 * GB, 10 * GB) for place in (0, 1))
    shown(page)
    view = memory(page)
    for turn, there in enumerate((gpus, (), gpus)):
        recorder.gpus = there
        recorder.tick()
        drawn(page)
        if turn == 0:
            view.chooser.set_value("GPU-1")
        assert (view.chooser.isVisible(), view.chooser.value()) == (bool(there), "GPU-1")


def test_what_the_driver_tells_is_shown_and_what_it_does_not_is_said(
    page: MonitorPage, recorder: Recorder, figures: Figures
) -> None:
    def seen() -> dict[str, GpuPanel]:
        recorder.gpus = flat(nvml.gpus())
        recorder.tick()
        drawn(page)
        return page.devices.gpus

    panels = seen()
    assert list(panels) == [FIRST, SECOND]
    first, second = panels[FIRST], panels[SECOND]
    assert (first.use.value.text(), first.memory.value.text(), first.power.value.text()) == ("88", "20.00", "122")
    assert (first.temperature.value.text(), first.clock.value.text()) == ("45", "1,980")
    assert (second.use.value.text(), second.use.toolTip()) == ("N/A", "The driver does not tell it of this GPU.")
    assert second.clock.isHidden()
    figures.take(MIG)
    assert seen()[PART].header.title.text() == "GPU 1:0"
    figures.take({"0.handle": "!15"})
    lost = seen()[FIRST]
    assert "the GPU is lost" in lost.header.detail.text()
    assert lost.header.detail.width() > 100
    assert lost.memory.value.text() == "N/A"


def test_bars_have_the_colours_of_the_theme_that_is_on(page: MonitorPage, qapp: QApplication) -> None:
    waterfall = memory(page).waterfall
    big, small = Step("big", "load", 0.0, GB, 0), Step("small", "load", GB, 2 * GB, 1)
    waterfall.show_memory([big, small], [], 4 * GB)
    dark = theme.tokens().series
    assert (waterfall.ink("big"), waterfall.ink("small"), waterfall.ink("other")) == (dark[0], dark[1], "faint")
    theme.apply(qapp, "light")
    light = theme.tokens().series
    assert light[:2] != dark[:2]
    assert (waterfall.ink("big"), waterfall.ink("small")) == light[:2]
    # One that is no more shown leaves its colour to the next; the others keep theirs.
    waterfall.show_memory([small, replace(big, name="new")], [], 4 * GB)
    assert (waterfall.ink("new"), waterfall.ink("small")) == light[:2]
    waterfall.show_memory([small, replace(big, name="new")], [], 5 * GB)
    assert (waterfall.ink("new"), waterfall.ink("small")) == light[:2]


def test_a_look_without_gpus_leaves_the_chosen_table(page: MonitorPage, recorder: Recorder) -> None:
    gpus = (GpuReading("GPU-x", "H100", 0, 80 * 2**30, 10 * 2**30),)
    recorder.gpus = gpus
    recorder.tick()
    shown(page)
    view = memory(page)
    view.tables.show_table("models")
    for seen, table in ((gpus, "models"), ((), "processes"), (gpus, "models")):
        recorder.gpus = seen
        recorder.tick()
        view.refresh(None, page.span.window(), ())
        assert view.tables.chooser.value() == table
