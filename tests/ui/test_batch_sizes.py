"""The drawing of the sizes of batches."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from studio.core.serving.figures.batching import BatchCount, Batching
from studio.ui.monitor.views.batch_view import Histogram


def test_batches_that_were_never_run_are_drawn(qtbot: QtBot) -> None:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(200, 160)
    histogram.show_counts((BatchCount(1, 0), BatchCount(4, 0)), Batching())
    assert not histogram.grab().isNull()
