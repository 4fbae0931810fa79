"""The connection to one server: what several workers ask through, and how the server is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from studio.core.inference.requests import ModelState
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

T = TypeVar("T")
_MISSES, _SECONDS = 3, 10.0
"""So many questions in a row, or so many seconds without an answer, are more than slowness."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the server said when it was asked: whether it lives, and its index (None: it did not say).

    `problem` is why it did not; `gone` why an attached server does not answer. `is_unsure` where it missed a question
    just now: whether it lives is not known yet.
    """

    live: bool
    index: tuple[ModelState, ...] | None = None
    problem: str = ""
    gone: str = ""
    is_unsure: bool = False


class Connection:
    """The client that several workers share. One that calls after the end closes what its call opened anew."""

    def __init__(self, client: Triton, processes: Callable[[], frozenset[int]] = frozenset) -> None:
        """`processes` tells those of the server on this machine."""
        self._client = client
        self.processes = processes
        self._ended = threading.Event()

    def call(self, what: Callable[[Triton], T]) -> T:
        """Do something with the client; blocks."""
        try:
            return what(self._client)
        finally:
            if self._ended.is_set():
                self._client.close()

    def end(self) -> None:
        """End the connections, and with them what waits on them."""
        self._ended.set()
        self._client.close()


class Patience:
    """Takes one answer that did not come for no more than that: anything is slow once."""

    def __init__(self) -> None:
        self._misses = 0
        self._since = 0.0

    def judge(self, found: Health, asked: float) -> Health:
        """What is to be thought of an answer to a question of that moment of the monotonic clock."""
        if found.live or found.gone:
            self._misses = 0
            return found
        self._since = self._since if self._misses else asked
        self._misses += 1
        is_unsure = self._misses < _MISSES and time.monotonic() - self._since < _SECONDS
        return replace(found, is_unsure=is_unsure)


def check_health(client: Triton) -> Health:
    """Ask a server whether it lives and what it has loaded. A login that is asked for is no life."""
    from studio.client.triton import ClientError

    try:
        if not client.live():
            return Health(False)
    except ClientError as failure:
        # Health itself may be restricted, or not offered by another server of the protocol.
        lives = failure.kind == "unsupported" or "is restricted" in failure.reason
        return Health(lives, problem=failure.reason)
    except Failure as failure:
        return Health(False, problem=failure.reason)
    return _with_index(client)


def _with_index(client: Triton) -> Health:
    from studio.client.triton import ClientError

    try:
        return Health(True, client.index())
    except ClientError as failure:
        # Other servers of the protocol have no index; a busy one answers the next time.
        lives = failure.kind in ("unsupported", "refused")
        return Health(lives, problem=failure.reason)
    except Failure as failure:
        return Health(False, problem=failure.reason)
