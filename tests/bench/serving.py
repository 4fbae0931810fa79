"""The server's pages in the window of a process of its own: what they cost the UI thread, in ms of its CPU."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from studio.app import tasks
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.server import ServerControl
from studio.core.files.example import write_example
from studio.core.inference.model_index import by_name
from studio.core.inference.requests import ModelState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, LogLine, State
from studio.paths import temporary_home
from studio.ui.room.place import PagePlace, PanelPlace
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import STATE
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.shell.window import MainWindow
from tests.bench.check import MODELS
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.hand import spin, until
from tests.e2e.stalls import StallWatch

TITLES = {
    "serve": "the server's page, shown for the first time",
    "serve_again": "    shown again",
    "models": "the models' page of 10,000 models, shown for the first time",
    "sort": "    sorted by state for the first time",
    "sort_again": "    sorted once more",
    "filter": "    narrowed by a word for the first time",
    "refresh": "    after the server told of all of them",
    "switch": "the log of another server, 200,000 lines each",
    "switch_back": "    and back",
}
"""What is measured; each is the longest that the thread itself worked while one event waited."""
_LINES = 200_000


def run() -> dict[str, float]:
    """The figures by the names of `TITLES`."""
    told = subprocess.run([sys.executable, "-m", "tests.bench.serving"], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def _busiest(act: Callable[[], object]) -> float:
    """The longest turn of the event loop that comes of it, in milliseconds of CPU; the first is `act` itself."""
    with StallWatch() as watch:
        began = time.thread_time()
        act()
        first = time.thread_time() - began
        spin(700)
        until(lambda: tasks.busy() == 0, 60, "the work did not end")
        if "--stacks" in sys.argv:
            print(f"{first * 1000:.0f} ms", *(stall.stack[:2500] for stall in watch.stalls[:3]), file=sys.stderr)
    return max(first, watch.busiest) * 1000


def _as_if_running(server: ServerControl, models: int) -> None:
    """As if it had told of so many models, each third of which has failed."""
    told = [
        ModelState(f"m{number:05}", "1", *(("UNAVAILABLE", "out of memory") if number % 3 else ("READY", "")))
        for number in range(models)
    ]
    spec = LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http="127.0.0.1:1", grpc="127.0.0.1:2"))
    server.status = ServerStatus(State.READY, "Triton", spec=spec)
    server.models = by_name(told)
    server.models_changed.emit(server.models)


def _models(window: MainWindow) -> dict[str, float]:
    server = window.need_session().server.current
    _as_if_running(server, MODELS)
    found = {"models": _busiest(lambda: window.context.show(PagePlace("served")))}
    page = window.context.page("served")
    assert isinstance(page, ServedPage)
    header = page.table.horizontalHeader()
    # The model's own method would leave the sign in the header.
    found["sort"] = _busiest(lambda: page.table.sortByColumn(STATE, Qt.SortOrder.DescendingOrder))
    found["sort_again"] = _busiest(lambda: page.table.sortByColumn(STATE, Qt.SortOrder.AscendingOrder))
    assert header.sortIndicatorSection() == STATE
    found["filter"] = _busiest(lambda: page.head.filter.setText("m0012"))
    page.head.filter.clear()
    found["refresh"] = _busiest(lambda: server.models_changed.emit(server.models))
    return found


def _logs(window: MainWindow) -> dict[str, float]:
    servers = window.need_session().servers
    first = servers.current
    window.context.show(PanelPlace("log"))
    panel = window.context.panel("log")
    assert isinstance(panel, LogPanel)
    servers.launch(LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http="127.0.0.1:1")))
    second = servers.current
    assert first is not second
    for server in (first, second):
        lines = [
            LogLine(
                "IWEV"[number % 4],
                f"line {number} of {'a long text ' * (number % 12)}",
                "core.cc",
                1.0,
                f"m{number % 50}",
            )
            for number in range(_LINES)
        ]
        for start in range(0, _LINES, 5000):
            server.log_appended.emit(lines[start : start + 5000])
            spin(1)
    spin(1500)
    found = {"switch": _busiest(lambda: servers.choose(first)), "switch_back": _busiest(lambda: servers.choose(second))}
    return {name: max(value, found[name]) for name, value in found.items()}


def measure() -> dict[str, float]:
    """Takes all of it in this process."""
    with virtual_display(), temporary_home() as home, stage.opened() as window:
        stage.open_repository(window, write_example(Path(home, "example")))
        # As for a person who looks at what was opened first: what is imported meanwhile is not imported then.
        until(lambda: "studio.ui.server.page" in sys.modules, 60, "the modules were not imported ahead")
        found = {"serve": _busiest(lambda: window.context.show(PagePlace("serve")))}
        window.context.show(PagePlace("served"))
        spin(300)
        found["serve_again"] = _busiest(lambda: window.context.show(PagePlace("serve")))
        return {**found, **_models(window), **_logs(window)}


if __name__ == "__main__":
    print(json.dumps(measure()), flush=True)
