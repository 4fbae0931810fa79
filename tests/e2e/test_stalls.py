"""The watch that times the window: it sees what holds the UI thread up, and harms nothing by looking."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.stalls import Frames, StallWatch
from tests.fixtures.waiting import wait_until


class SlowPaint(QWidget):
    """Holds its painter for longer than the watch waits before it looks."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.red)
            threading.Event().wait(0.15)
            self.painted += 1


def _paint_again(widget: SlowPaint, qtbot: QtBot) -> None:
    before = widget.painted
    widget.update()
    wait_until(lambda: widget.painted > before)


def test_a_stall_is_seen_with_what_caused_it_and_the_painter_ends(qtbot: QtBot) -> None:
    widget = SlowPaint()
    qtbot.addWidget(widget)
    with StallWatch() as watch:
        widget.show()
        for _ in range(5):
            _paint_again(widget, qtbot)
    assert watch.longest > 0.1
    assert any("paintEvent" in stall.stack for stall in watch.stalls)
    # A painter that is kept alive would have left a warning of Qt, which fails the test.
    assert "paintEvent" in watch.report("slow")


def test_a_long_wait_counts_for_every_frame_that_was_due() -> None:
    frames = Frames.of([0.001] * 95 + [0.055])
    assert frames.longest == pytest.approx(55)
    assert frames.p50 == pytest.approx(1)
    assert frames.p99 > 40
    assert sum(frames.counts) == 95 + 5
    assert frames.counts[-1] == 0


def test_nothing_watched_is_no_frame_that_took_long() -> None:
    assert Frames.of([]).longest == 0
