"""How long the UI thread lets an event wait: a thread sends one every few milliseconds and times the answer.

What the UI thread does meanwhile is read by `faulthandler`, which writes the names of functions and keeps no frame: a
frame that another thread holds keeps the painter in it alive past its paint event, and Qt crashes.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from tempfile import TemporaryFile

from PySide6.QtCore import QObject, Qt, Signal

_EVERY = 0.01
_LOOK_EVERY = 0.02
_WORTH_A_LOOK = 0.08
_LARGEST_STACK = 1 << 16
_MOST_STALLS = 20
_UNITS = 10_000
"""Waits are counted by tenths of a millisecond."""
_BOUNDS = (0.0, 8.0, 16.0, 33.0, 50.0, 100.0, float("inf"))


@dataclass(slots=True)
class Stall:
    """One event that waited, in milliseconds, and what the UI thread was doing meanwhile, the innermost call first."""

    milliseconds: float
    own: float
    """So many of them the UI thread itself worked: the rest is what other programs and threads took."""
    stack: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frames:
    """How long frames took, in milliseconds: those that were due every 10 ms, late ones counted as often as due."""

    p50: float
    p95: float
    p99: float
    longest: float
    counts: tuple[int, ...]

    @classmethod
    def of(cls, waits: Sequence[float]) -> Frames:
        """From waits in seconds. One of 50 ms made the four frames that were due meanwhile late too."""
        due = [wait - late * _EVERY for wait in waits for late in range(max(1, int(wait / _EVERY)))]
        times = sorted(wait * 1000 for wait in due) or [0.0]
        p50, p95, p99 = (times[min(len(times) - 1, int(len(times) * part))] for part in (0.50, 0.95, 0.99))
        counts = tuple(sum(low <= each < high for each in times) for low, high in pairwise(_BOUNDS))
        return cls(p50, p95, p99, times[-1], counts)

    def __str__(self) -> str:
        bars = [
            f"{low:.0f}-{high:.0f}: {count}" for (low, high), count in zip(pairwise(_BOUNDS), self.counts, strict=True)
        ]
        return (
            f"p50 {self.p50:.0f}, p95 {self.p95:.0f}, p99 {self.p99:.0f}, longest {self.longest:.0f} ms"
            f"  [{', '.join(bars)}]"
        )


class StallWatch(QObject):
    """Use as a context manager on the UI thread; `longest`, `stalls` and `frames` tell afterwards."""

    _ping = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self.busiest = 0.0
        """The most that the UI thread itself worked while one event waited: what other programs take is not in it."""
        self.stalls: list[Stall] = []
        """Those that the UI thread itself worked longest for, first."""
        # However long it watches it holds no more: what a program holds is measured under it too.
        self._waits: Counter[int] = Counter()
        self._answered = threading.Event()
        self._stop = threading.Event()
        self._ui = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._ui)
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

    def frames(self) -> Frames:
        """The waits so far as frame times."""
        return Frames.of([units / _UNITS for units in self._waits.elements()])

    def report(self, title: str) -> str:
        """The frame times of what was watched, and the longest stalls with their stacks."""
        lines = [f"{title}: {self.frames()}"]
        lines[0] += f"; the UI thread itself at most {self.busiest * 1000:.0f} ms"
        lines += [
            f"  {stall.milliseconds:.0f} ms, its own {stall.own:.0f}\n{stall.stack[:1500]}" for stall in self.stalls
        ]
        return "\n".join(lines)

    def _watch(self) -> None:
        with TemporaryFile("w+b") as file:
            while not self._stop.wait(_EVERY):
                self._ask(file.fileno())

    def _ask(self, descriptor: int) -> None:
        self._answered.clear()
        sent, worked, stack = time.monotonic(), time.clock_gettime(self._clock), ""
        self._ping.emit()
        while not self._answered.wait(_LOOK_EVERY) and not self._stop.is_set():
            if not stack and time.monotonic() - sent > _WORTH_A_LOOK / 2:
                stack = self._stack(descriptor)
        waited = time.monotonic() - sent
        if self._stop.is_set():
            return
        self._waits[round(waited * _UNITS)] += 1
        self.longest = max(self.longest, waited)
        own = time.clock_gettime(self._clock) - worked
        self.busiest = max(self.busiest, own)
        if waited > _WORTH_A_LOOK:
            found = Stall(waited * 1000, own * 1000, stack)
            by_length = sorted([*self.stalls, found], key=lambda each: (-each.own, -each.milliseconds))
            self.stalls = by_length[:_MOST_STALLS]

    def _stack(self, descriptor: int) -> str:
        """The calls of the UI thread, as faulthandler writes them."""
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        faulthandler.dump_traceback(descriptor, all_threads=True)
        text = os.pread(descriptor, _LARGEST_STACK, 0).decode("utf-8", "replace")
        threads = {part.partition(" ")[0]: part for part in text.split("hread 0x")[1:]}
        return threads.get(f"{self._ui:016x}", "")
