"""Python's garbage collector, kept from large sets of immutable values, which have no cycles."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 200_000
"""A pass over so many new objects takes some 10 ms, over millions a quarter of a second, with every thread stopped."""
_NEW = 700
"""New objects from which a short pass is worth it, as by itself."""
_EACH = 10
"""Every tenth short pass looks at what the nine before left too."""
_WIDE = 100_000
"""What short passes have left that such a one looks at; more of it, as of a large text, waits for a long pass."""
_SMALL = 800_000
"""Blocks of memory; a pass over the objects in so many takes less than a tenth of a second."""
_MOST = 2_000_000
"""More new blocks than these, some 200 MB, wait for nobody."""


_making: list[None] = []
"""One for each `paused` that is under way, on whichever thread."""


@contextmanager
def paused() -> Iterator[None]:
    """No collection while thousands of documents are made; nor of them afterwards, where they are very many.

    Their trees have no cycles. What is frozen with them can never be collected, parts of the window that were closed
    since among it: where few objects were made nothing is frozen.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    _making.append(None)
    try:
        yield
    finally:
        _making.pop()
        # Counted while the collector rests: what was made and is still there.
        if gc.get_count()[0] > _MANY:
            gc.freeze()
        if was_enabled:
            gc.enable()


class Passes:
    """When the collector passes over what there is: for a program with a window.

    From its making on nothing is collected but by `take_new` and `take`, on the thread of the window: by itself the
    collector runs on whichever thread makes an object, and a worker that frees a part of the window ends the program.
    """

    def __init__(self) -> None:
        gc.disable()
        self._short = 0
        self._left = 0
        """How many objects were new at the short passes since the last that looked at more."""
        self._after = sys.getallocatedblocks()
        """How many blocks there were after the last pass."""

    def is_due(self, *, quiet: bool) -> bool:
        """Whether much has come since the last; `quiet`: nobody would notice, for which long passes wait."""
        blocks = sys.getallocatedblocks()
        grown = blocks - self._after
        return grown > self._after // 4 and (quiet or blocks < _SMALL or grown > _MOST)

    def begin(self) -> None:
        """What is there now stays, as modules and classes do: no pass looks at it."""
        gc.freeze()
        self._after = sys.getallocatedblocks()

    def take_new(self) -> None:
        """Frees of what is new what only circles of references hold, where much is new. A short pass."""
        new = gc.get_count()[0]
        if new > _NEW and not _making:
            self._short += 1
            self._left += new
            is_wide = self._short % _EACH == 0 and self._left < _WIDE
            gc.collect(1 if is_wide else 0)
            self._left = 0 if is_wide else self._left

    def take(self) -> None:
        """Frees what only circles of references hold."""
        gc.collect()
        self._left = 0
        self._after = sys.getallocatedblocks()


def release() -> None:
    """What was frozen may be collected again: for when a repository is closed."""
    gc.unfreeze()
