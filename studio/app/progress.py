"""How work in a task tells how far it is."""

from __future__ import annotations

import time

from studio.app.tasks import TaskContext
from studio.core.progress import Progress

TELL_EVERY = 0.05
"""Seconds."""
NEARLY = 0.99
"""The most that work tells of itself."""


class Pace:
    """How often a loop over thousands of models tells how far it is, and lets the UI thread have the interpreter."""

    def __init__(self) -> None:
        self._last = 0.0

    def is_due(self) -> bool:
        """True a few times a second, the first time at once."""
        now = time.monotonic()
        if now - self._last < TELL_EVERY:
            return False
        # A loop of pure Python holds the interpreter for milliseconds at a time.
        time.sleep(0.001)
        self._last = time.monotonic()
        return True


def reporter(context: TaskContext, verb: str = "") -> Progress:
    """What tells a task's progress, with a verb before what is at hand, and leaves work whose task was cancelled.

    The end is for the result to tell.
    """

    def report(fraction: float, text: str) -> None:
        context.raise_if_cancelled()
        context.progress(min(fraction, NEARLY), f"{verb}{text}")

    return report
