"""What is known of requests of ours that a server records: what their askers were told, and who waits for a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.core.inference.requests import InferRequest
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace
    from studio.core.tracing.values import RequestTrace

_MOST_ERRORS = 10_000
"""What askers were told is kept of so many requests."""
Found = Callable[["RequestTrace"], object]


@dataclass
class OneRequest:
    """A request of ours that is recorded by itself; it is sent once, whatever comes of that."""

    request: InferRequest
    send: Callable[[InferRequest], object]
    found: Found
    is_sent: bool = False

    def go(self) -> None:
        """Sends it where that was not done yet."""
        if not self.is_sent:
            self.is_sent = True
            self.send(self.request)


class Askers:
    """By the ids of the requests. The same id may be sent again."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}
        self._waiting: dict[str, tuple[Found, int]] = {}

    def note_answered(self, request_id: str) -> None:
        """What was told of an earlier one of this id is true no more."""
        self._errors.pop(request_id, None)

    def note_refused(self, request_id: str, failure: Failure) -> bool:
        """Keeps what was told; whether it did."""
        if not request_id or len(self._errors) >= _MOST_ERRORS:
            return False
        self._errors[request_id] = failure.reason
        return True

    def forget_errors(self) -> None:
        """What was told before is of other requests."""
        self._errors.clear()

    def wait(self, request_id: str, found: Found, trace: Trace | None = None) -> None:
        """Has `found` called with a request of this id that is in the trace later, and is not now."""
        self._waiting[request_id] = found, len(trace.rows_of(request_id)) if trace is not None else 0

    def leave(self) -> None:
        """Nobody waits any more."""
        self._waiting.clear()

    def told(self, trace: Trace) -> Trace:
        """A trace with what askers were told."""
        return trace.with_errors(self._errors) if self._errors else trace

    def came(self, trace: Trace) -> Iterator[tuple[int, Found]]:
        """The rows that were waited for, each told once, with who waited."""
        for request_id, (found, before) in tuple(self._waiting.items()):
            rows = trace.rows_of(request_id)
            if len(rows) > before:
                del self._waiting[request_id]
                yield rows[-1], found


def read_row(trace: Trace, row: int, _: object = None) -> RequestTrace:
    """One request in full, as the work of a task."""
    return trace.request(row)
