"""How long the UI thread lets an event wait: a thread sends one every few milliseconds and times the answer."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal

_EVERY = 0.01
_WORTH_A_LOOK = 0.08


@dataclass(slots=True)
class Stall:
    """One event that waited, in milliseconds, and what the UI thread was doing meanwhile."""

    milliseconds: float
    stack: str = field(repr=False)


class StallWatch(QObject):
    """Use as a context manager on the UI thread; `longest` and `stalls` tell afterwards."""

    _ping = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self.stalls: list[Stall] = []
        self._answered = threading.Event()
        self._stop = threading.Event()
        self._ui = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, name="stall-watch")
        self._ping.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def _answer(self) -> None:
        self._answered.set()

    def __enter__(self) -> StallWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            self._answered.clear()
            sent, stack = time.monotonic(), ""
            self._ping.emit()
            while not self._answered.wait(0.02) and not self._stop.is_set():
                if not stack and time.monotonic() - sent > _WORTH_A_LOOK / 2:
                    stack = "".join(traceback.format_stack(sys._current_frames()[self._ui]))
            waited = time.monotonic() - sent
            if not self._stop.is_set():
                self.longest = max(self.longest, waited)
                if waited > _WORTH_A_LOOK:
                    self.stalls.append(Stall(waited * 1000, stack))
