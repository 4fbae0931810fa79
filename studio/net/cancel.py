"""Ending calls from another thread than the one that waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancel:
    """A wish that calls end. It is given to them before they begin, and holds for all that have it; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], object]] = []
        self._event = threading.Event()

    @property
    def is_set(self) -> bool:
        """Whether the calls should end."""
        return self._event.is_set()

    def set(self) -> None:
        """Ends the calls that wait, and those that begin after this."""
        with self._lock:
            self._event.set()
            # Under the lock: a call that has just ended is not ended once more, which might hit the next one.
            for end in self._ends:
                end()

    def wait(self, seconds: float) -> bool:
        """Sleeps until then or until the calls should end; true where they should."""
        return self._event.wait(seconds)

    @contextmanager
    def ending(self, end: Callable[[], object]) -> Iterator[None]:
        """Calls `end` where the wish comes meanwhile, at once where it is there. It must not raise, nor wait."""
        with self._lock:
            self._ends.append(end)
            if self._event.is_set():
                end()
        try:
            yield
        finally:
            with self._lock:
                self._ends.remove(end)
