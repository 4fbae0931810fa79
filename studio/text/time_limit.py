"""An end for a regular expression that would look for hours.

`re` lets no other thread run while it looks, and nothing ends it but a signal, which it heeds on the main thread alone.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

_SIGNAL: Final = getattr(signal, "SIGVTALRM", None)
"""That of the clock which counts what the process computes, so that a busy machine takes nothing away."""
_armed: list[bool] = []


class TimeIsUpError(Exception):
    """The time that was given is over."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeIsUpError in the block once the process has computed for so long; elsewhere than on Unix never.

    Only for the main thread: on others it has no effect either.
    """
    if _SIGNAL is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    _listen()
    _armed.append(True)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        _armed.clear()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@cache
def _listen() -> None:
    # It stays: a signal that comes late would end the program.
    if _SIGNAL is not None:
        signal.signal(_SIGNAL, _end)
        signal.siginterrupt(_SIGNAL, False)


def _end(*_: object) -> None:
    if _armed:
        raise TimeIsUpError
