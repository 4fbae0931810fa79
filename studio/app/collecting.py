"""Passes of the garbage collector over everything, at moments when nobody uses the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor, QGuiApplication

from studio.app import tasks
from studio.core.garbage import Passes

LOOK_MS = 5000
SHORT_MS = 100
QUIET_LOOKS = 4
"""So many looks in a row have to find the same: pointer and text cursor where they were, and no task."""


class Collecting(QObject):
    """Looks every few seconds, on the UI thread: what is freed may be Qt's."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._passes = Passes()
        self._found: object = None
        self._same = 0
        self._looks = QTimer(self, interval=LOOK_MS)
        self._looks.timeout.connect(self.look)
        self._looks.start()
        self._short = QTimer(self, interval=SHORT_MS)
        self._short.timeout.connect(self._passes.take_new)
        self._short.start()

    def begin(self) -> None:
        """All is imported and the window is there."""
        self._passes.begin()

    def look(self) -> None:
        """Takes a pass where one is due."""
        found = QCursor.pos().toTuple(), QGuiApplication.inputMethod().cursorRectangle().getRect(), tasks.busy()
        self._same = self._same + 1 if found == self._found and not tasks.busy() else 0
        self._found = found
        if self._passes.is_due(quiet=self._same >= QUIET_LOOKS):
            self._passes.take()
