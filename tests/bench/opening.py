"""How soon ten thousand models can be seen and are checked in the real window, beside text_format parsing them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studio.ui.room.place import RepositoryPlace
from studio.ui.workbench import ROOMS
from tests.bench.check import MODELS, make, reference_seconds
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until

_LONGEST_S = 180


def run(models: int = MODELS) -> dict[str, float]:
    """Seconds of wall time in a process of its own: to the tree, to the last finding, and of the reference."""
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), models)
        told = subprocess.run(
            [sys.executable, "-m", "tests.bench.opening", name], stdout=subprocess.PIPE, text=True, check=True
        )
        found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
        begin = time.monotonic()
        reference_seconds(Path(name))
        return {**found, "text_format_s": round(time.monotonic() - begin, 2)}


def _measure(path: Path) -> dict[str, float]:
    from PySide6.QtCore import QEventLoop, QTimer

    from studio.app import tasks
    from studio.ui.look import theme
    from studio.ui.run import application, begin
    from studio.ui.shell.window import MainWindow

    app = application()
    theme.apply(app, "dark")
    window = MainWindow(ROOMS)
    window.show()
    begin(window, None, "")
    session = window.need_session()
    wait_until(lambda: tasks.busy() == 0)
    marks: dict[str, float] = {}
    started = time.monotonic()

    def progressed(done: float, _text: str) -> None:
        if done == 1:
            marks["check_s"] = time.monotonic()

    session.checker.progressed.connect(progressed)
    window.context.show(RepositoryPlace(path))
    longest, last = 0.0, started
    beat = QTimer(interval=20)
    beat.start()
    while "check_s" not in marks and time.monotonic() - started < _LONGEST_S:
        # With a time to end it would not wait but take the interpreter from the workers that are measured.
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        if "tree_s" not in marks and explorer_of(window).proxy.rowCount():
            explorer_of(window).tree.repaint()
            marks["tree_s"] = time.monotonic()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    session.shutdown()
    times = {name: round(at - started, 2) for name, at in marks.items()}
    return {**times, "stall_ms": round(longest * 1000), "memory_mb": round(memory)}


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]))), flush=True)
    # Nothing is kept that a slow end of the interpreter would be worth waiting for.
    sys.stdout.flush()
    os._exit(0)
