"""Worker threads that come when there is work and go when there is none. They are joined at exit, never killed."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

# Longer than the second between two samples: a thread that is started holds up the UI thread until it has run.
_IDLE_SECONDS = 1.5


class Pool:
    """At most `size` threads, started on demand; one that finds nothing to do for a while ends.

    Jobs that last, as long as a server does, have threads of their own besides: others would wait for theirs for ever.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._lasting: set[threading.Thread] = set()
        self._idle = 0
        self._draining = False

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job, which must not raise, as soon as a thread is free."""
        with self._changed:
            self._waiting.append(job)
            if self._idle >= len(self._waiting) or len(self._threads) >= self._size:
                self._changed.notify()
                return
            thread = threading.Thread(target=self._work, name="studio-worker")
            self._threads.add(thread)
        thread.start()

    def submit_lasting(self, job: Callable[[], None]) -> None:
        """Run a job, which must not raise, on a thread of its own."""
        thread = threading.Thread(target=self._work_alone, args=(job,), name="studio-lasting")
        with self._changed:
            self._lasting.add(thread)
        thread.start()

    def drain(self, timeout: float) -> bool:
        """Wait until every job has ended and every thread is gone; false where that took too long."""
        end = time.monotonic() + timeout
        with self._changed:
            self._draining = True
            self._changed.notify_all()
            threads = (*self._threads, *self._lasting)
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._draining = False
        return not any(thread.is_alive() for thread in threads)

    def _work(self) -> None:
        while job := self._next():
            job()
            # Not kept while this thread waits for more: what a job holds may be Qt's, whose end is not for this thread.
            del job

    def _work_alone(self, job: Callable[[], None]) -> None:
        job()
        with self._changed:
            self._lasting.discard(threading.current_thread())

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            if not self._waiting and not self._draining:
                self._idle += 1
                self._changed.wait(_IDLE_SECONDS)
                self._idle -= 1
            if self._waiting:
                return self._waiting.popleft()
            self._threads.discard(threading.current_thread())
            return None
