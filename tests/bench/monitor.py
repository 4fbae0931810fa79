"""What the monitor costs: its share of a core, its longest turn of the event loop, and how late a change is seen."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from PySide6.QtCore import QEvent, QObject, Qt

from studio.paths import temporary_home
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.table_model import FIRST
from studio.ui.room.place import PagePlace
from studio.ui.shell.window import MainWindow
from tests.bench.monitor_stage import served_by
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.hand import spin, until
from tests.e2e.stalls import StallWatch

TITLES = {
    "share_10": ("the monitor of 10 busy models, of a core", "under 1 %"),
    "share_50": ("    of 50", "under 5 %"),
    "share_50_hidden": ("    of 50, hidden: the samples alone", "what sampling takes"),
    "turn_50": ("    longest turn of the event loop", "under 16 ms"),
    "share_1000": ("the monitor of 1,000 busy models, of a core", "beside the others"),
    "turn_1000": ("    longest turn of the event loop", "under 100 ms"),
    "pixel_p50": ("from a request counted to its figure on the screen", "the middle one"),
    "pixel_most": ("    the longest of thirty", "under 1.2 s"),
}
_SECONDS = 60.0
_STEPS = 30


def run() -> dict[str, float]:
    """The figures by the names of `TITLES`: shares of 1, milliseconds of the thread itself, seconds to the pixel."""
    told = subprocess.run([sys.executable, "-m", "tests.bench.monitor"], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


@contextmanager
def counting(models: int, *more: str) -> Iterator[int]:
    """The port of a metrics address with so many models, in a process of its own."""
    words = [sys.executable, "-m", "tests.bench.counting_server", str(models), *more]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def _cpu() -> float:
    now = os.times()
    return now.user + now.system


def _share(seconds: float) -> float:
    """What this process takes of a core while so much time goes by."""
    began, at = _cpu(), time.monotonic()
    spin(round(seconds * 1000))
    return (_cpu() - began) / (time.monotonic() - at)


def _watched(window: MainWindow, models: int, seconds: float) -> Iterator[tuple[str, float]]:
    """Share of a core with the page in front, and the most that one turn of the event loop took."""
    with counting(models) as port, served_by(window, models, port):
        page = window.context.show(PagePlace("monitor"))
        assert isinstance(page, MonitorPage)
        until(lambda: page.charts is not None and page.model.rowCount() == models, 60, "the page did not come")
        spin(8000)
        yield f"share_{models}", _share(seconds)
        with StallWatch() as watch:
            spin(15_000)
            if "--stacks" in sys.argv:
                print(watch.report(f"{models} models"), file=sys.stderr)
        yield f"turn_{models}", watch.busiest * 1000
        window.context.show(PagePlace("settings"))
        spin(2000)
        yield f"share_{models}_hidden", _share(seconds)


class _Seen(QObject):
    """Tells when the table was painted with another figure than before in a model's first column."""

    def __init__(self, page: MonitorPage, model: str) -> None:
        super().__init__()
        self._page, self._model = page, model
        self.at = 0.0
        self._text = self._said()
        page.table.viewport().installEventFilter(self)

    def _said(self) -> str:
        place = self._page.model.place((self._model, "1"))
        return str(self._page.model.index(place, FIRST).data(Qt.ItemDataRole.DisplayRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and (said := self._said()) != self._text:
            self._text = said
            self.at = time.monotonic()
        return False


def _stepped(port: int, tell: Callable[[float], None]) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/step")
    tell(float(connection.getresponse().read()))
    connection.close()


def _to_pixel(window: MainWindow) -> Iterator[tuple[str, float]]:
    """Seconds from the moment when a server counted a request until the table was painted with it."""
    with counting(10, "--still") as port, served_by(window, 10, port):
        page = window.context.show(PagePlace("monitor"))
        assert isinstance(page, MonitorPage)
        until(lambda: page.model.rowCount() == 10, 60, "the page did not come")
        spin(3000)
        seen = _Seen(page, "model_0000")
        found = []
        for step in range(_STEPS):
            moments: list[float] = []
            seen.at = 0.0
            thread = threading.Thread(target=_stepped, args=(port, moments.append))
            thread.start()
            until(lambda: moments and seen.at > moments[0], 10, "the change was not painted")  # noqa: B023
            thread.join()
            found.append(seen.at - moments[0])
            # Until it is nothing again, and then to another moment between two samples.
            spin(2300 + step * 37)
        yield "pixel_p50", statistics.median(found)
        yield "pixel_most", max(found)


def measure(seconds: float = _SECONDS) -> dict[str, float]:
    """Takes all of it in this process."""
    with virtual_display(), temporary_home(), stage.opened() as window:
        spin(4000)
        found = {"idle": _share(seconds / 3)}
        for models in (10, 50, 1000):
            for name, value in _watched(window, models, seconds):
                found[name] = value - found["idle"] if name.startswith("share") else value
        found.update(_to_pixel(window))
    return found


if __name__ == "__main__":
    print(json.dumps(measure(12.0 if "--short" in sys.argv else _SECONDS)), flush=True)
