"""The undo step: the one command that goes on a model's undo stack, and the ways to put it there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from operator import eq
from typing import ClassVar, Generic, TypeVar, cast
from zlib import crc32

from PySide6.QtGui import QUndoCommand, QUndoStack

_SMALL = 256

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Kind(Generic[State]):
    """What undo has to know of one kind of state.

    `size` tells how many bytes a state takes. `pack` makes it small and `unpack` makes it again, for steps long past;
    without them it stays as it is.
    """

    same: Callable[[State, State], bool] = eq
    size: Callable[[State], int] = lambda _: _SMALL
    pack: Callable[[State], bytes] | None = None
    unpack: Callable[[bytes], State] | None = None


class UndoStep(QUndoCommand, Generic[State]):
    """One state in place of another. Steps of one merge key within a burst are one step."""

    burst_seconds: ClassVar[float] = 1.5

    def __init__(
        self,
        title: str,
        put: Callable[[State], object],
        before: State,
        after: State,
        merge: str = "",
        kind: Kind[State] | None = None,
    ) -> None:
        """`put` puts a state in place; it is called at once when the step is pushed."""
        super().__init__(title)
        self._put = put
        self._before: State | bytes = before
        self._after: State | bytes = after
        self._kind: Kind[State] = kind or Kind()
        self._is_packed = False
        self._is_in_place = False
        self._id = crc32(merge.encode()) & 0x7FFFFFFF if merge else -1
        self._time = time.monotonic()

    @property
    def size(self) -> int:
        """The bytes that this step takes by itself: its later state, since the earlier is that of the step before."""
        return len(self._after) if isinstance(self._after, bytes) else self._kind.size(self._after)

    def id(self) -> int:
        """Qt asks two steps of the same id whether they merge."""
        return self._id

    def redo(self) -> None:
        """Puts the later state in place."""
        if self._is_in_place:
            self._is_in_place = False
        else:
            self._put(self._state(self._after))

    def undo(self) -> None:
        """Puts the earlier state back."""
        self._put(self._state(self._before))

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes a later step of the same burst in; what comes back to where it began is no step."""
        if not isinstance(other, UndoStep) or self._is_packed or other._time - self._time > self.burst_seconds:
            return False
        self._after, self._time = other._after, other._time
        if self._kind.same(self._state(self._after), self._state(self._before)):
            self.setObsolete(True)
        return True

    def pack(self) -> bool:
        """Makes both states small, where their kind knows how; false where they are so already or it does not."""
        if self._is_packed or self._kind.pack is None or self._kind.unpack is None:
            return False
        self._before, self._after = (self._kind.pack(self._state(each)) for each in (self._before, self._after))
        self._is_packed = True
        return True

    def copy(self) -> UndoStep[State]:
        """The same step for another place in a stack: what it does is done already when it is pushed there."""
        before, after = cast("State", self._before), cast("State", self._after)
        made = type(self)(self.text(), self._put, before, after, kind=self._kind)
        made._is_packed, made._id, made._time = self._is_packed, self._id, self._time
        made._is_in_place = True
        return made

    def _state(self, held: State | bytes) -> State:
        if self._is_packed and isinstance(held, bytes) and self._kind.unpack is not None:
            return self._kind.unpack(held)
        return cast("State", held)


class FollowingStep(UndoStep[State]):
    """A step that nobody made by hand: those of one merge key are one step, however long it is from one to the next."""

    burst_seconds = inf


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
