"""Pictures of the X-ray: some requests to the example's pipeline, a hundred thousand, and what stands there without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from studio.app import tasks
from studio.app.session import Session
from studio.core.inference.requests import InferResult, StageTimes, StepTimes
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import STAGES
from studio.ui.room.place import PagePlace
from studio.ui.shell.window import MainWindow
from studio.ui.tester.timing import TimingPanel
from studio.ui.workbench import ROOMS
from studio.ui.xray.page import XrayPage
from tests.fixtures.traces import large_trace, small_trace
from tests.fixtures.waiting import wait_until
from tests.ui.monitor_load import Load, served_example
from tests.ui.shots import example_session, settle, shoot

_SIZES = ((1396, 812), (1236, 632))


def _with(page: XrayPage, trace: Trace, wanted: int) -> None:
    page.show_trace(trace)
    page.content.find_usual()
    page.content.pick_request(wanted)
    wait_until(lambda: tasks.busy() == 0, 60)


def _drawn(page: XrayPage, folder: Path, name: str, theme_name: str) -> list[Path]:
    made = []
    for width, height in _SIZES:
        page.resize(width, height)
        page.content.middle.waterfall.axis.fit()
        made.append(shoot(page, folder, f"{name}-{width}", theme_name))
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application, a display and the embedded engine."""
    with example_session(theme_name) as session:
        page = XrayPage(session)
        page.resize(*_SIZES[0])
        page.show()
        try:
            made = _pictures(page, folder, theme_name)
        finally:
            page.close()
            page.deleteLater()
    return [*made, *_of_window(folder, theme_name)]


def _by_step(trace: Trace, folder: Path, theme_name: str) -> Path:
    """The foot of the tester, where the server traced the answer."""
    request = trace.request(int(trace.slowest_first()[0]))
    panel = TimingPanel()
    panel.setProperty("kind", "page")
    panel.resize(1396, 320)
    panel.show()
    spans = request.root.steps
    steps = tuple(
        StepTimes(each.model, each.version, *(each.time_in(stage) for stage in STAGES[1:5])) for each in spans
    )
    times = StageTimes(request.total + 400_000, 90_000, 310_000, 3_300_000, 540_000, 8_300_000, 480_000)
    panel.show_result(InferResult(request.model, "1", (), times, steps))
    panel.show_trace(request)
    panel.breakdown.choose(1)
    made = shoot(panel, folder, "xray-by-step", theme_name)
    panel.close()
    panel.deleteLater()
    return made


def _of_window(folder: Path, theme_name: str) -> list[Path]:
    """The window with requests of the example's pipeline that were traced as a person traces them."""
    window, session = MainWindow(ROOMS), Session()
    window.bind(session)
    window.resize(1440, 900)
    window.show()
    with TemporaryDirectory(prefix="trireme-pictures-") as scratch:
        try:
            return _traced(window, Path(scratch), folder, theme_name)
        finally:
            session.shutdown()
            session.deleteLater()
            window.close()
            window.deleteLater()


def _traced(window: MainWindow, scratch: Path, folder: Path, theme_name: str) -> list[Path]:
    session = window.need_session()
    example = served_example(session, scratch)
    page = window.context.show(PagePlace("xray"))
    assert isinstance(page, XrayPage)
    window.docks.bottom.hide()
    recording = page.sources.recording
    wait_until(lambda: not recording.why_not, 30)
    made = [shoot(window, folder, "xray-window-ready", theme_name)]
    page.trace_next()
    load = Load(session, example)
    load.start(40)
    wait_until(lambda: len(recording.trace) >= 20 and not recording.is_recording, 60)
    load.stop()
    wait_until(lambda: page.content.middle.waterfall.chosen is not None, 30)
    for width, height in ((1440, 900), (1280, 720)):
        window.resize(width, height)
        window.docks.bottom.hide()
        settle()
        page.content.axis.fit()
        made.append(shoot(window, folder, f"xray-window-{width}", theme_name))
    return made


def _pictures(page: XrayPage, folder: Path, theme_name: str) -> list[Path]:
    trace = small_trace()
    _with(page, trace, int(trace.slowest_first()[1]))
    axis = page.content.middle.waterfall.axis
    axis.point(axis.start + axis.length * 0.53)
    made = _drawn(page, folder, "xray", theme_name)
    _with(page, trace, 7)
    made.append(shoot(page, folder, "xray-failed", theme_name))
    _with(page, large_trace(), 4321)
    made += _drawn(page, folder, "xray-large", theme_name)
    axis.zoom(1 / 40)
    made.append(shoot(page, folder, "xray-large-wide", theme_name))
    made.append(_by_step(trace, folder, theme_name))
    page.show_trace(None)
    states: dict[str, Callable[[], None]] = {
        "server": page.empty.show_no_server,
        "cannot": lambda: page.empty.show_cannot("It was launched without a place to write a trace to."),
        "ready": lambda: page.empty.show_ready(20),
        "waiting": lambda: page.empty.show_waiting(3, 20),
        "loading": lambda: page.empty.show_loading("trace.json", 0.34),
    }
    for key, show in states.items():
        show()
        made.append(shoot(page, folder, f"xray-{key}", theme_name))
    return made
