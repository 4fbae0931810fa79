"""Time to a painted window and memory of the idle one, beside a bare PySide6 window with five docks."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_RUNS = 7

_BARE = """
import json, sys, time
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)

told = []
def painted():
    if not told:
        told.append(1)
        print(json.dumps({"painted": time.monotonic()}), flush=True)

app = QApplication([])
window = Window()
window.setCentralWidget(QLabel("centre"))
for i in range(5):
    dock = QDockWidget(f"dock {i}")
    dock.setWidget(QLabel(f"dock {i}"))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
window.resize(1440, 900)
window.show()
QTimer.singleShot(int(sys.argv[1]), app.quit)
app.exec()
"""

_STUDIO = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import studio.ui.shell.window as shell
from studio.ui.run import run

told = []
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow) and not told:
            told.append(1)
            QTimer.singleShot(0, lambda: print(json.dumps({"painted": time.monotonic()}), flush=True))
        return False

make = shell.MainWindow.__init__
def made(self, *given, **named):
    make(self, *given, **named)
    self.watch = Watch()
    self.installEventFilter(self.watch)
    QTimer.singleShot(int(sys.argv[1]), QApplication.instance().quit)
shell.MainWindow.__init__ = made
run(Path(sys.argv[2]), "", "dark")
"""


def _start(script: str, *arguments: str, stay_ms: int) -> tuple[float, subprocess.Popen[str]]:
    """Starts a program; gives the seconds until its first paint, and the process, which is still there."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(stay_ms), *arguments], stdout=subprocess.PIPE, text=True
    )
    if process.stdout is None:
        raise RuntimeError("no output to read from")
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the program ended with code {process.wait()} before it painted")
    return json.loads(line)["painted"] - started, process


def _resident_mb(pid: int) -> float:
    """Resident memory, libraries that are shared with others included."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def run(repository: Path) -> dict[str, float]:
    """Medians of several starts in turn: seconds to a painted window, and megabytes after three idle seconds."""
    times: dict[str, list[float]] = {"bare": [], "studio": []}
    for _ in range(_RUNS):
        for name, script, arguments in (("bare", _BARE, ()), ("studio", _STUDIO, (str(repository),))):
            seconds, process = _start(script, *arguments, stay_ms=200)
            process.wait(30)
            times[name].append(seconds)
    memory: dict[str, float] = {}
    for name, script, arguments in (("bare", _BARE, ()), ("studio", _STUDIO, (str(repository),))):
        _, process = _start(script, *arguments, stay_ms=4500)
        time.sleep(3)
        memory[name] = _resident_mb(process.pid)
        process.wait(30)
    bare, studio = (statistics.median(times[name]) for name in ("bare", "studio"))
    return {
        "bare_s": bare,
        "studio_s": studio,
        "start_ratio": studio / bare,
        "bare_mb": memory["bare"],
        "studio_mb": memory["studio"],
        "memory_ratio": memory["studio"] / memory["bare"],
    }


def own_home() -> tempfile.TemporaryDirectory[str]:
    """Settings of the measurement's own, engines of the person's."""
    from studio.paths import engines_dir

    os.environ["TRIREME_ENGINES"] = str(engines_dir())
    home = tempfile.TemporaryDirectory(prefix="trireme-bench-")
    os.environ["TRIREME_HOME"] = home.name
    return home
