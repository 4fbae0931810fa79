"""A person's hand: real X events through xdotool, while the window's own event loop runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QModelIndex, QPoint, QSocketNotifier, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget

W = TypeVar("W", bound=QWidget)
_SETTLE_MS = 60
"""For what follows of itself, as the focus that the window manager gives."""


def spin(milliseconds: int) -> None:
    """Lets the event loop run, as it does when nobody tests it."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(condition: Callable[[], object], timeout: float, what: str) -> float:
    """Waits until something holds; says what did not come. Gives the seconds it took."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > timeout:
            raise AssertionError(f"after {timeout:.0f} s: {what}")
        spin(20)
    return time.monotonic() - begin


def ask(*words: str) -> str:
    """What a program prints. The event loop runs meanwhile: a wait here would look like one of the window's."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(words, stdout=said)
        until(lambda: process.poll() is not None, 60, f"{' '.join(words)} did not end")
        said.seek(0)
        return said.read() if process.returncode == 0 else ""


def _xdotool(*words: str) -> None:
    process = subprocess.Popen(["xdotool", *words], stdout=subprocess.DEVNULL)
    handle = os.pidfd_open(process.pid)
    loop, ended = QEventLoop(), QSocketNotifier(handle, QSocketNotifier.Type.Read)
    ended.activated.connect(loop.quit)
    QTimer.singleShot(60_000, loop, loop.quit)
    loop.exec()
    ended.setEnabled(False)
    os.close(handle)
    if process.poll() != 0:
        raise AssertionError(f"xdotool {' '.join(words)} ended with {process.returncode}")


def _settle() -> None:
    """What was pressed has come from the display, and is done."""
    QApplication.sync()
    spin(_SETTLE_MS)


def _visible(kind: type[W], name: str) -> list[W]:
    return [w for w in QApplication.allWidgets() if isinstance(w, kind) and w.objectName() == name and w.isVisible()]


class Hand:
    """Finds widgets by their `objectName`, points at them and types."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def find(self, kind: type[W], name: str) -> W:
        """The visible widget of that name, once it is there and in its place."""
        if found := _visible(kind, name):
            return found[0]
        until(lambda: _visible(kind, name), 20, f"no visible {kind.__name__} called {name}")
        spin(100)
        return _visible(kind, name)[0]

    def _at(self, widget: QWidget, where: QPoint | None) -> tuple[str, str]:
        point = widget.mapToGlobal(where or widget.rect().center())
        return str(point.x()), str(point.y())

    def show(self, widget: QWidget) -> None:
        """Scrolls to a widget as the wheel would."""
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget, 20, 60)
                spin(20)
            parent = parent.parentWidget()

    def click(self, widget: QWidget, where: QPoint | None = None, times: int = 1, button: str = "1") -> None:
        """Moves there and presses a button, the left one where none is named."""
        self.show(widget)
        x, y = self._at(widget, where)
        _xdotool("mousemove", x, y, "click", "--repeat", str(times), "--delay", "60", button)
        _settle()

    def hold(self, modifier: str, *keys: str, click: str = "", at: QWidget | None = None) -> None:
        """Presses keys one after the other, or a button of the mouse over a widget, while one key is held."""
        words = ["keydown", modifier]
        if at is not None:
            words = ["mousemove", *self._at(at, None), *words, "click", click]
        for key in keys:
            words += ["key", key]
        _xdotool(*words, "keyup", modifier)
        _settle()

    def click_row(self, view: QAbstractItemView, index: QModelIndex, times: int = 1) -> None:
        """Presses a row of a list, tree or table."""
        view.scrollTo(index)
        spin(40)
        rect = view.visualRect(index)
        self.click(view.viewport(), QPoint(min(rect.left() + 60, rect.right() - 4), rect.center().y()), times)

    def key(self, *keys: str) -> None:
        """Presses keys, as "ctrl+s"."""
        _xdotool("key", "--delay", "40", *keys)
        _settle()

    def type(self, text: str) -> None:
        """Types text."""
        _xdotool("type", "--delay", "15", "--", text)
        _settle()

    def drag(self, source: QWidget, start: QPoint, target: QWidget, end: QPoint, hold: float = 0.0) -> None:
        """Presses at one place and lets go at another.

        One program does all of it: while something is dragged out of a list its own loop runs, and nothing here does.
        """
        first, last = source.mapToGlobal(start), target.mapToGlobal(end)
        words = ["mousemove", str(first.x()), str(first.y()), "mousedown", "1", "sleep", "0.1"]
        for step in range(1, 13):
            place = first + (last - first) * step / 12
            words += ["mousemove", str(place.x()), str(place.y()), "sleep", "0.03"]
        words += ["mousemove_relative", "--", "1", "1", "sleep", str(0.25 + hold), "mouseup", "1"]
        _xdotool(*words)
        spin(400)

    def drop_file(self, path: Path, target: QWidget) -> None:
        """Drags a file out of another program's window onto a widget."""
        self.show(target)
        manager = subprocess.Popen([sys.executable, str(Path(__file__).with_name("file_window.py")), str(path)])
        try:
            place = _place_of("trireme-test-files")
            x, y = self._at(target, None)
            words = ["mousemove", *place, "mousedown", "1"]
            for step in range(1, 13):
                left = int(place[0]) + (int(x) - int(place[0])) * step // 12
                top = int(place[1]) + (int(y) - int(place[1])) * step // 12
                words += ["mousemove", str(left), str(top), "sleep", "0.03"]
            _xdotool(*words, "mousemove_relative", "--", "2", "2", "sleep", "0.2", "mouseup", "1")
            spin(400)
        finally:
            manager.terminate()
            until(lambda: manager.poll() is not None, 60, "the other program did not end")


def _place_of(title: str) -> tuple[str, str]:
    """The middle of a window of another program, once it is there."""
    found: list[str] = []

    def seen() -> bool:
        found[:] = ask("xdotool", "search", "--name", f"^{title}$").split()
        return bool(found)

    until(seen, 60, f"the window {title} did not come")
    spin(500)
    reply = ask("xdotool", "getwindowgeometry", "--shell", found[-1])
    values = dict(line.split("=") for line in reply.split())
    return str(int(values["X"]) + int(values["WIDTH"]) // 2), str(int(values["Y"]) + int(values["HEIGHT"]) // 2)
