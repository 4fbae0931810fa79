"""What the studio holds does not grow with the time it is used."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from studio.core.files.example import write_example
from studio.ui.shell.window import MainWindow
from tests.e2e.soak import Soak, measure, objects, serve, widgets
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine]

BOUNDED = {
    "studio.core.serving.launch.LogLine",
    "studio.ui.requests.panel.Sent",
    "studio.ui.monitor.history.TimeMark",
    "studio.app.editing.undo.UndoStep",
    "studio.text.tree.Field",
    "studio.text.tree.ListValue",
    "studio.text.tree.Message",
    "studio.text.tree.Scalar",
}
"""These are kept on purpose, up to a number of each: the log, requests, and the latest steps that can be undone."""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return write_example(tmp_path / "example")


@pytest.fixture
def window(engine: None, open_window: OpenWindow) -> MainWindow:
    """The real window, with its session."""
    return open_window()


def _grown(before: Counter[str], after: Counter[str], few: int) -> dict[str, int]:
    """What there is more of than chance makes."""
    return {kind: after[kind] - before[kind] for kind in after - before if after[kind] - before[kind] > few}


def test_a_second_round_of_everything_leaves_nothing_more_behind(window: MainWindow, example: Path) -> None:
    soak = Soak(window, example, most=3)
    serve(soak, example)
    soak.cycle()
    first, first_widgets, first_objects = measure(0), widgets(), objects()
    soak.cycle()
    second, second_widgets, second_objects = measure(0), widgets(), objects()
    assert _grown(first_widgets, second_widgets, 3) == {}
    grown = _grown(first_objects, second_objects, 12)
    assert {kind: count for kind, count in grown.items() if kind not in BOUNDED} == {}
    assert second.widgets <= first.widgets + 10
    assert second.objects <= first.objects * 1.02


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_minutes_at_ten_times_the_speed_of_a_person(window: MainWindow, example: Path) -> None:
    soak = Soak(window, example)
    serve(soak, example)
    soak.run(120, 120)
    warm, *later = soak.run(600, 60)
    print(*(str(sample) for sample in (warm, *later)), dict(soak.counts), sep="\n")
    assert later[-1].megabytes < warm.megabytes * 1.05
    assert max(sample.widgets for sample in later) < warm.widgets * 1.3
    assert later[-1].objects < warm.objects * 1.05
