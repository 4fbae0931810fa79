"""How often work on many things tells how far it is."""

from __future__ import annotations

import time

TELL_EVERY = 0.05
"""Seconds."""


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
