"""The garbage collector rests while much is made, and nothing that becomes garbage later is kept by that."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from studio.core.garbage import Passes, paused, release


class Circle:
    """Garbage that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    """No pass looks at what was there before."""
    gc.freeze()
    yield
    gc.unfreeze()
    gc.freeze()


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


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many blocks of memory there are, in place of those that happen to be there."""
    held = [400_000]
    monkeypatch.setattr(sys, "getallocatedblocks", lambda: held[0])
    yield held
    gc.enable()


def test_no_short_pass_looks_at_what_is_being_made(blocks: list[int]) -> None:
    assert blocks
    passes = Passes()
    before = gc.get_freeze_count()
    with paused():
        made = [[index] for index in range(150_000)]
        passes.take_new()
        more = [[index] for index in range(150_000)]
    assert gc.get_freeze_count() >= before + len(made) + len(more)


def test_a_short_pass_leaves_what_much_new_was_found_to_be(blocks: list[int]) -> None:
    assert blocks
    passes = Passes()
    passes.take_new()
    made = [[index] for index in range(150_000)]
    passes.take_new()
    kept = Circle()
    freed = weakref.ref(kept)
    new = [[index] for index in range(1_000)]
    passes.take_new()
    del kept
    for _ in range(20):
        new += [[index] for index in range(1_000)]
        passes.take_new()
    assert freed() is not None
    passes.take()
    assert freed() is None
    assert len(made) + len(new) == 171_000


def test_a_pass_over_everything_comes_when_it_is_taken_and_not_by_itself(blocks: list[int]) -> None:
    passes = Passes()
    kept = Circle()
    freed = weakref.ref(kept)
    before = gc.get_stats()[2]["collections"]
    made: list[list[int]] = [[] for _ in range(200_000)]
    del kept
    assert len(made) == 200_000
    assert gc.get_stats()[2]["collections"] == before
    passes.take()
    assert freed() is None


def test_no_worker_collects_and_short_passes_free_what_is_new(blocks: list[int]) -> None:
    passes = Passes()
    collected: list[int] = []
    gc.callbacks.append(lambda phase, _about: collected.append(threading.get_ident()))
    try:
        worker = threading.Thread(target=lambda: [Circle() for _ in range(5_000)])
        worker.start()
        worker.join()
        assert not collected
        kept = Circle()
        freed = weakref.ref(kept)
        del kept
        passes.take_new()
        assert freed() is None
        assert set(collected) == {threading.get_ident()}
    finally:
        gc.callbacks.pop()


@pytest.mark.parametrize(
    ("after", "now", "quiet", "due"),
    [
        (400_000, 420_000, True, False),
        (400_000, 600_000, False, True),
        (700_000, 900_000, False, False),
        (700_000, 900_000, True, True),
        (2_000_000, 3_000_000, False, False),
        (2_000_000, 4_100_000, False, True),
    ],
)
def test_a_long_pass_waits_until_nobody_would_notice(
    blocks: list[int], after: int, now: int, quiet: bool, due: bool
) -> None:
    blocks[0] = after
    passes = Passes()
    blocks[0] = now
    assert passes.is_due(quiet=quiet) is due
    passes.take()
    assert not passes.is_due(quiet=quiet)
