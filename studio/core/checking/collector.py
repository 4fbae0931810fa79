"""Keeping large sets of immutable values out of the garbage collector's sight."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection while thousands of documents are made, nor of them afterwards.

    Their trees have no cycles, and a pass over those of thousands of models stops every thread for a quarter of a
    second.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
