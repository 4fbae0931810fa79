"""Requests that were sent, with their answers: the latest, up to so many bytes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from studio.core.inference.request_size import answer_bytes, tensor_bytes
from studio.core.inference.requests import InferRequest, InferResult
from studio.failure import Failure

MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Past:
    """One of them: sent `at` seconds since the epoch, with its answer or why there was none."""

    at: float
    request: InferRequest
    result: InferResult | None = None
    failure: Failure | None = None
    number: int = 0
    """By which it is found; given when it is kept."""

    @property
    def size(self) -> int:
        """The bytes of its tensors."""
        return sum(map(tensor_bytes, self.request.inputs)) + answer_bytes(self.result)


class PastRequests(QObject):
    """The oldest go where room is needed; how many went is told, and the latest always stays. UI thread only."""

    changed = Signal()

    def __init__(self, most_bytes: int = MOST_BYTES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.most_bytes = most_bytes
        self.size = 0
        self.dropped = 0
        self._last = 0
        self._kept: deque[tuple[Past, int]] = deque()

    @property
    def latest(self) -> tuple[Past, ...]:
        """All that are kept, the latest first."""
        return tuple(past for past, _ in reversed(self._kept))

    def add(self, past: Past) -> None:
        """Keep one more past request."""
        self._last += 1
        size = past.size
        self._kept.append((replace(past, number=self._last), size))
        self.size += size
        while self.size > self.most_bytes and len(self._kept) > 1:
            _, gone = self._kept.popleft()
            self.size -= gone
            self.dropped += 1
        self.changed.emit()

    def find(self, number: int) -> Past | None:
        """The one of a number; None where it is not kept any more."""
        return next((past for past, _ in self._kept if past.number == number), None)

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self.size = self.dropped = 0
        self.changed.emit()
