"""The garbage collector rests while much is made, and nothing that becomes garbage later is kept by that."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from studio.core.garbage import paused, release


class Circle:
    """Garbage that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_garbage_from_before_a_small_reading_is_freed_after_it() -> None:
    before = gc.get_freeze_count()
    kept = Circle()
    freed = weakref.ref(kept)
    for _ in range(100):
        with paused():
            made = [[index] for index in range(1000)]
            assert not gc.isenabled()
    del kept, made
    gc.collect()
    assert freed() is None
    assert gc.get_freeze_count() == before
    assert gc.isenabled()


def test_very_many_objects_are_kept_from_the_collector_until_they_are_let_go() -> None:
    before = gc.get_freeze_count()
    kept = Circle()
    freed = weakref.ref(kept)
    with paused():
        made = [[index] for index in range(300_000)]
    assert gc.get_freeze_count() >= before + len(made)
    del kept
    gc.collect()
    assert freed() is not None
    release()
    gc.collect()
    assert freed() is None


def test_a_collector_that_rests_already_stays_so() -> None:
    gc.disable()
    try:
        with paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
