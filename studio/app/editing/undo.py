"""The undo step: the one command that goes on a model's undo stack, and the ways to put it there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import eq
from typing import Generic, TypeVar
from zlib import crc32

from PySide6.QtGui import QUndoCommand, QUndoStack

_BURST_SECONDS = 1.5

State = TypeVar("State")


class UndoStep(QUndoCommand, Generic[State]):
    """One state in place of another. Steps of one merge key within a burst are one step."""

    def __init__(
        self,
        title: str,
        put: Callable[[State], object],
        before: State,
        after: State,
        merge: str = "",
        same: Callable[[State, State], bool] = eq,
    ) -> None:
        """`put` puts a state in place; it is called at once when the step is pushed."""
        super().__init__(title)
        self._put = put
        self._before = before
        self._after = after
        self._same = same
        self._id = crc32(merge.encode()) & 0x7FFFFFFF if merge else -1
        self._time = time.monotonic()

    def id(self) -> int:
        """Qt asks two steps of the same id whether they merge."""
        return self._id

    def redo(self) -> None:
        """Puts the later state in place."""
        self._put(self._after)

    def undo(self) -> None:
        """Puts the earlier state back."""
        self._put(self._before)

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes a later step of the same burst in; what comes back to where it began is no step."""
        if not isinstance(other, UndoStep) or other._time - self._time > _BURST_SECONDS:
            return False
        self._after, self._time = other._after, other._time
        if self._same(self._after, self._before):
            self.setObsolete(True)
        return True


@contextmanager
def as_one_step(stack: QUndoStack, title: str, is_one: bool = True) -> Iterator[None]:
    """Makes one step of all that are pushed meanwhile; nothing special where `is_one` is false."""
    if not is_one:
        yield
        return
    stack.beginMacro(title)
    try:
        yield
    finally:
        stack.endMacro()
