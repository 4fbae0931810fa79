"""What goes wrong inside the studio is logged and told, and the window lives on; seen in the real program."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.app.crash_reports import reports_dir
from studio.app.log_file import log_file
from tests.ui.repository import write_repository

pytestmark = pytest.mark.long

_PROGRAM = """
import json, os, sys, threading
from pathlib import Path
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QDesktopServices, QPainter
from PySide6.QtWidgets import QWidget
from studio.app import notices, tasks
from tests.fixtures import names
from studio.ui import run as start

app = start.application()
opened = []

class Files(QObject):
    @Slot("QUrl")
    def take(self, url):
        opened.append(url.toLocalFile())

files = Files()
QDesktopServices.setUrlHandler("file", files, "take")

def window():
    return next((w for w in app.topLevelWidgets() if w.objectName() == "mainWindow"), None)

def toasts():
    seen = [t for t in window().findChildren(QWidget, names.Shell.TOAST) if t.isVisible()]
    return sorted((t.notice.text, t.notice.detail) for t in seen)

def press():
    for toast in window().findChildren(QWidget, names.Shell.TOAST):
        link = toast.findChild(QWidget, names.Shell.TOAST_ACTION.format(0))
        if link is not None:
            link.click()

def is_alive():
    window().show_activity("settings")
    return window().isVisible() and window().activity == "settings"

def end():
    seen = toasts()
    press()
    print(json.dumps({"toasts": seen, "opened": opened, "alive": is_alive()}), flush=True)
    window().close()

def when(holds, act):
    def look():
        if window() is not None and holds():
            timer.stop()
            act()
    timer = QTimer(app, interval=20)
    timer.timeout.connect(look)
    timer.start()

def is_open():
    return window().isVisible() and window().tabs.current() != ""

%s
sys.exit(start.run(Path(sys.argv[1]), "", "light"))
"""

_FOUR = """
def fail(word):
    raise ZeroDivisionError(word)

def act():
    once = Qt.ConnectionType.SingleShotConnection
    window().tabs.current_changed.connect(lambda *_: fail("in a slot"), once)
    window().tabs.current_changed.emit("")
    QTimer.singleShot(0, lambda: {}["in a timer"])
    tasks.run(window(), lambda _: 1, lambda _: [].index("in a callback"))
    threading.Thread(target=lambda: int("in a thread")).start()
    when(lambda: len(toasts()) == 4, end)

when(is_open, act)
"""

_PAINT = """
class Broken(QWidget):
    painted = 0

    def paintEvent(self, event):
        painter = QPainter(self)
        painter.fillRect(self.rect(), 0)
        self.painted += 1
        raise ValueError("in a paint event")

def act():
    broken = Broken(window())
    broken.setGeometry(0, 0, 50, 50)
    broken.show()
    timer = QTimer(broken, interval=5)
    timer.timeout.connect(broken.update)
    timer.start()
    when(lambda: broken.painted > 40, end)

when(is_open, act)
"""

_NOTICE = """
def refuse(notice):
    raise RuntimeError("while the notice is shown")

def act():
    notices.notices().posted.connect(refuse)
    QTimer.singleShot(0, lambda: {}["first"])
    when(lambda: len(toasts()) == 2, end)

when(is_open, act)
"""

_THREE = """
def act():
    for _ in range(3):
        QTimer.singleShot(0, lambda: {}["lost"])
    # The layout of the window has no place there either, which may be told first.
    when(lambda: sum("layout" not in text for text, _ in toasts()) == 2, end)

when(is_open, act)
"""

_CRASH = "when(is_open, lambda: os.kill(os.getpid(), 11))"
_RUN = "when(is_open, lambda: print('open', flush=True))"
_LOOK = "when(is_open, lambda: QTimer.singleShot(200, end))"


def _start(act: str, repository: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _PROGRAM % act, str(repository)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _run(act: str, repository: Path) -> dict[str, Any]:
    """Runs the program to its end; gives what it printed, and what came on standard error."""
    with _start(act, repository) as process:
        try:
            out, err = process.communicate(timeout=240)
        finally:
            process.kill()
    assert process.returncode == 0, err
    said: dict[str, Any] = json.loads(out)
    return {**said, "err": err}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return write_repository(tmp_path)


def test_errors_of_slots_timers_callbacks_and_threads_are_logged_and_told(repository: Path) -> None:
    said = _run(_FOUR, repository)
    assert {text for text, _ in said["toasts"]} == {"Something went wrong inside Trireme"}
    assert {detail.split(".")[0] for _, detail in said["toasts"]} == {"ZeroDivisionError", "KeyError", "ValueError"}
    assert all(str(log_file()) in detail and "Traceback" not in detail for _, detail in said["toasts"])
    logged = log_file().read_text()
    for word in ("ZeroDivisionError: in a slot", "KeyError: 'in a timer'", "'in a callback' is not", "'in a thread'"):
        assert word in logged
    assert logged.count("Traceback") == 4
    assert log_file().stat().st_mode & 0o777 == 0o600
    assert said["opened"] == [str(log_file())] * 4
    assert said["alive"]
    assert said["err"] == ""
    assert list(reports_dir().iterdir()) == []


def test_an_error_of_every_paint_is_one_notice_and_no_flood(repository: Path) -> None:
    said = _run(_PAINT, repository)
    ((_, detail),) = said["toasts"]
    assert detail.startswith("ValueError, 10 times.")
    logged = log_file().read_text()
    assert logged.count("Traceback") == 3
    assert logged.count("ValueError again, 10 times so far") == 1
    assert said["alive"]
    # Qt warns of a painter that outlives its paint event, and then the window shows nothing more.
    assert "painter" not in said["err"].lower()


def test_an_error_while_a_notice_is_shown_ends_there(repository: Path) -> None:
    said = _run(_NOTICE, repository)
    assert [detail.split(".")[0] for _, detail in said["toasts"]] == ["KeyError", "RuntimeError"]
    assert "while the notice is shown" in log_file().read_text()
    assert said["alive"]


def test_the_studio_runs_without_a_folder_for_its_log(repository: Path) -> None:
    log_file().parent.write_text("a file where the folder should be")
    said = _run(_THREE, repository)
    told = [(text, detail) for text, detail in said["toasts"] if "layout" not in text]
    assert [text for text, _ in told] == [
        "Something went wrong inside Trireme",
        f"The log cannot be written to {log_file()}",
    ]
    assert "The log could not be written" in told[0][1]
    assert said["alive"]
    assert "KeyError: 'lost'" in said["err"]


@pytest.fixture
def running(repository: Path) -> Iterator[subprocess.Popen[str]]:
    """A studio that runs beside the ones a test starts."""
    process = _start(_RUN, repository)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield process
    process.kill()
    process.communicate()


def test_a_crash_is_told_once_at_the_next_start(repository: Path, running: subprocess.Popen[str]) -> None:
    crashed = _start(_CRASH, repository)
    crashed.communicate(timeout=240)
    assert crashed.returncode == -signal.SIGSEGV
    said = _run(_LOOK, repository)
    ((text, detail),) = said["toasts"]
    assert text == "Trireme crashed"
    assert detail.startswith("Segmentation fault, at ")
    (report,) = (Path(each) for each in said["opened"])
    assert str(report) in detail
    assert "Current thread" in report.read_text()
    assert "Trireme" in report.read_text().splitlines()[0]
    assert report.stat().st_mode & 0o777 == 0o600
    running.kill()
    running.wait()
    # One that was killed from outside left no stacks: there is nothing to tell of it.
    assert _run(_LOOK, repository)["toasts"] == []
    assert list(reports_dir().iterdir()) == [report]
