"""Python's garbage collector, kept from large sets of immutable values, which have no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 200_000
"""A pass over so many new objects takes some 10 ms, over millions a quarter of a second, with every thread stopped."""


@contextmanager
def paused() -> Iterator[None]:
    """No collection while thousands of documents are made; nor of them afterwards, where they are very many.

    Their trees have no cycles. What is frozen with them can never be collected, parts of the window that were closed
    since among it: where few objects were made nothing is frozen.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Counted while the collector rests: what was made and is still there.
        if gc.get_count()[0] > _MANY:
            gc.freeze()
        if was_enabled:
            gc.enable()


def release() -> None:
    """What was frozen may be collected again: for when a repository is closed."""
    gc.unfreeze()
