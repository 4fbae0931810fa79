"""What is measured is what the tests drive: the measurements run, in a home in which other things were open before."""

from pathlib import Path

from studio.core.files.example import write_example
from studio.ui import operate
from tests.bench import journey
from tests.e2e import stage
from tests.e2e.journey import Journey


def test_the_journey_is_measured_where_another_repository_was_open_before(tmp_path: Path) -> None:
    with stage.opened() as window:
        operate.open_repository(window, write_example(tmp_path / "example"))
    watch = journey.measure((Journey.open_example,))
    frames = watch.frames()
    assert sum(frames.counts) > 0
    assert 0 < frames.p50 <= frames.longest
