"""Staying with a server from its start to its end: its log, how it ended, when to ask it again, and ending it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.core.serving.launch import Exit, LogLine
from studio.engines.engine import Server

_TICK = 0.05
_ASK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Tick:
    """What was seen of a server at one moment. `is_due` where it should be asked how it is."""

    log: list[LogLine]
    end: Exit | None
    is_due: bool


def follow(
    server: Server, is_over: Callable[[float], bool], is_wanted: Callable[[], bool] = lambda: False
) -> Iterator[Tick]:
    """What is seen of a server, until `is_over`, which waits so many seconds, says so.

    It is due to be asked twice a second, counted from the end of the last answer, and at once where `is_wanted`.
    """
    due = 0.0
    while not is_over(_TICK):
        log, end = server.read_log(), server.poll()
        is_due = time.monotonic() >= due or is_wanted()
        yield Tick(log, end, is_due)
        if is_due:
            due = time.monotonic() + _ASK_EVERY


def end(
    server: Server,
    timeout: float,
    is_hurried: Callable[[float], bool],
    look: Callable[[], object] = lambda: None,
) -> None:
    """Lets a server end by itself for a while or until `is_hurried`, which waits so many seconds; then kills it.

    `look` is called meanwhile. Where it or the wait raises, as by Ctrl+C, it is killed at once.
    """
    until, grace = time.monotonic() + timeout, timeout
    try:
        if is_hurried(0) or server.ask_to_end():
            grace = 0.0
        while not grace and server.poll() is None and time.monotonic() < until:
            look()
            if is_hurried(_TICK):
                break
    finally:
        server.stop(grace)
