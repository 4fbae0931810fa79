"""Passes of the garbage collector wait until nobody uses the window, where they are long."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.collecting import QUIET_LOOKS, Collecting


@pytest.fixture
def collecting(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Collecting]:
    """With much memory held, and half as much come since."""
    held = [1_000_000]
    monkeypatch.setattr(sys, "getallocatedblocks", lambda: held[0])
    owner = QObject()
    made = Collecting(owner)
    held[0] = 1_500_000
    yield made
    gc.enable()


def passes() -> int:
    """How many passes over everything there were."""
    return int(gc.get_stats()[2]["collections"])


def test_it_waits_for_several_looks_that_find_nobody(collecting: Collecting) -> None:
    before = passes()
    for _ in range(QUIET_LOOKS):
        collecting.look()
    assert passes() == before
    collecting.look()
    assert passes() == before + 1


def test_a_pointer_that_moves_or_a_task_puts_it_off(collecting: Collecting, qtbot: QtBot) -> None:
    before = passes()
    there = QCursor.pos()
    for step in range(2 * QUIET_LOOKS):
        QCursor.setPos(there.x() + 1 + step % 2, there.y())
        collecting.look()
    assert passes() == before
    leave = threading.Event()
    tasks.run(collecting, lambda _: leave.wait())
    for _ in range(2 * QUIET_LOOKS):
        collecting.look()
    assert passes() == before
    leave.set()
    qtbot.waitUntil(lambda: tasks.busy() == 0)
