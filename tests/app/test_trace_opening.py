"""Opening a trace while the window lives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.tracing.exporting import export_trace
from studio.app.tracing.opening import TraceOpening
from studio.core.progress import no_progress
from studio.core.tracing.reading import read_trace
from studio.core.tracing.trace import Trace
from studio.failure import Failure

RECORDED = Path(__file__).parents[1] / "core" / "data" / "tracing" / "recorded.json"
Until = Callable[..., None]


@pytest.fixture
def opening() -> TraceOpening:
    return TraceOpening()


def copies(folder: Path, count: int) -> tuple[Path, ...]:
    paths = tuple(folder / f"t.json.{number}" for number in range(count))
    for path in paths:
        path.write_bytes(RECORDED.read_bytes())
    return paths


def test_a_trace_is_there_piece_by_piece_and_then_whole(opening: TraceOpening, tmp_path: Path, until: Until) -> None:
    grown: list[Trace] = []
    ended: list[Trace] = []
    told: list[float] = []
    opening.grew.connect(grown.append)
    opening.ended.connect(ended.append)
    opening.progressed.connect(told.append)
    paths = copies(tmp_path, 3)
    opening.open(paths[:1])
    assert opening.is_running
    until(lambda: ended)
    assert (len(grown[0]), len(ended[0]), len(opening.trace), opening.is_running) == (17, 51, 51, False)
    assert told == sorted(told)
    assert told
    opening.open(paths[1:])
    until(lambda: len(ended) == 2)
    assert len(opening.trace) == 34


def test_one_that_is_left_tells_no_more(opening: TraceOpening, tmp_path: Path, until: Until) -> None:
    ended: list[Trace] = []
    opening.ended.connect(ended.append)
    opening.open(copies(tmp_path, 30))
    opening.cancel()
    assert not opening.is_running
    opening.open(copies(tmp_path, 2))
    until(lambda: ended)
    assert [len(each) for each in ended] == [34]


def test_what_is_no_trace_is_told(opening: TraceOpening, tmp_path: Path, until: Until) -> None:
    failed: list[Failure] = []
    opening.failed.connect(failed.append)
    (tmp_path / "t.json").write_text("{}")
    opening.open((tmp_path / "t.json",))
    until(lambda: failed)
    assert str(failed[0]).startswith("Read the trace t.json: it is no trace of Triton.")
    opening.open((tmp_path / "gone" / "t.json",))
    until(lambda: len(failed) == 2)
    assert "no such file" in failed[1].reason.lower()


def test_a_trace_is_written_in_the_background(opening: TraceOpening, tmp_path: Path, until: Until) -> None:
    trace = read_trace([RECORDED], no_progress, lambda _: None)
    done: list[Path] = []
    told: list[float] = []
    export_trace(
        opening, trace, (0, 3), tmp_path / "t.json", "chrome", done.append, lambda share, _: told.append(share)
    )
    until(lambda: done)
    assert done[0].read_bytes().startswith(b'{"displayTimeUnit"')
    assert told
