"""Which requests of a trace are wanted, what is usual among them, and their sums as a table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.tracing.narrowing import name_of, narrowed
from studio.core.tracing.shares import shares
from studio.core.tracing.table import sums_csv, write_sums
from studio.core.tracing.trace import trace_of
from studio.core.tracing.typical import typical
from tests.fixtures.traces import large_trace, pipeline, small_trace


@pytest.mark.parametrize(
    ("words", "count"),
    [("", 20), ("failed", 1), ("r-0b7", 15), ("over 0.5 s", 0), ("under 1s", 20), ("classifier", 0), ("PIPELINE", 20)],
)
def test_words_narrow_the_requests(words: str, count: int) -> None:
    assert len(narrowed(small_trace(), words, "order")) == count


def test_bounds_and_words_hold_together() -> None:
    trace = small_trace()
    rows = narrowed(trace, "over 10 ms, r-0b7", "slowest").tolist()
    assert rows == sorted(rows, key=lambda row: -trace.duration[row])
    assert rows
    assert all(trace.duration[row] > 10e6 and "r-0b7" in trace.ids[row] for row in rows)
    assert len(rows) + len(narrowed(trace, "<10ms r-0b7", "order")) == 15


def test_the_newest_come_first_where_that_is_wanted() -> None:
    assert narrowed(small_trace(), "", "newest").tolist() == list(range(19, -1, -1))


def test_a_request_without_an_id_has_a_number() -> None:
    assert name_of(trace_of([pipeline("", 0)]), 0) == "#1"


def test_medians_are_of_models_and_of_their_stages() -> None:
    requests = [pipeline(f"r{number}", number * 10**9, queue=queue) for number, queue in enumerate((1.0, 2.0, 9.0))]
    told: list[float] = []
    found = typical(trace_of(requests), told.append)
    assert found.medians["classifier", "queue"] == round(2.6 * 2 * 1e6)
    assert found.medians["preprocess", "compute"] == round(4.8e6)
    assert found.medians["classifier", ""] == requests[1].root.steps[1].duration
    assert found.shares.total == sum(each.total for each in requests)
    assert told == [0, 1 / 3, 2 / 3]


def test_of_very_many_so_many_are_read() -> None:
    found = typical(large_trace(5_000), lambda _: None, most=50)
    assert (found.requests, found.of, found.shares.requests) == (50, 5_000, 50)


def test_the_table_adds_up() -> None:
    request = pipeline("r", 0)
    rows = list(csv.DictReader(io.StringIO(sums_csv(shares(request)))))
    whole = next(float(row["ms"]) for row in rows if row["what"] == "all")
    assert whole == pytest.approx(request.total / 1e6)
    assert sum(float(row["ms"]) for row in rows if row["what"] == "stage") == pytest.approx(whole)
    own = [row for row in rows if row["name"] == "classifier" and row["stage"] == "queue"]
    assert [row["ms"] for row in own] == ["2.600000"]


def test_the_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    request = pipeline("r", 0)
    odd = replace(request, root=replace(request.root, steps=(replace(request.root.steps[0], model="m\ud800"),)))
    place = tmp_path / "sums.csv"
    place.write_text("before")
    write_sums(shares(odd), place)
    assert "m?" in place.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["sums.csv"]
    with pytest.raises(CoreError, match="no such file or folder"):
        write_sums(shares(odd), tmp_path / "gone" / "sums.csv")
