"""Reading what a server recorded: the files are the embedded engine's own, of models that sleep for known times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.progress import no_progress
from studio.core.tracing.reading import TraceReader, read_trace
from studio.core.tracing.shares import shares
from studio.core.tracing.sources import FileSource, trace_files
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import RequestTrace

DATA = Path(__file__).parents[1] / "data" / "tracing"
MS = 1_000_000
PRE, CLF = 5 * MS, 10 * MS
"""How long the two models sleep; `clf` also waits 2 ms for company before it computes."""


def read(*paths: Path, chunk: int = 1 << 20, most: int = 1 << 20) -> Trace:
    reader = TraceReader(most, chunk)
    for path in paths:
        list(reader.add(FileSource(path)))
    return reader.trace()


def one(trace: Trace, request_id: str) -> RequestTrace:
    return trace.request(trace.rows_of(request_id)[0])


def tree(request: RequestTrace) -> list[tuple[str, str]]:
    names = {span.id: span.model for span in request.root.walk()}
    return [(span.model, names.get(span.parent, "")) for span in request.root.walk()]


@pytest.fixture(scope="module")
def recorded() -> Trace:
    return read(DATA / "recorded.json")


def test_the_recorded_requests_stand_in_the_order_of_time(recorded: Trace) -> None:
    assert len(recorded) == 17
    assert list(recorded.ids[:5]) == ["h-pre", "h-clf", "h-bad", "h-inner", "h-outer"]
    assert list(recorded.models[-2:]) == ["hit", "many"]
    assert recorded.losses == ()
    assert list(recorded.begin) == sorted(recorded.begin)
    assert [recorded.request(row).total for row in range(17)] == list(recorded.duration)
    assert all(recorded.request(row).is_whole for row in range(17))


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_ensembles_in_ensembles_have_the_times_of_their_steps(recorded: Trace, protocol: str) -> None:
    found = one(recorded, f"{protocol[0]}-outer")
    assert found.protocol == protocol
    assert tree(found) == [("outer", ""), ("inner", "outer"), ("pre", "inner"), ("clf", "inner"), ("clf", "outer")]
    outer, inner, pre, first, second = found.root.walk()
    assert (outer.is_ensemble, inner.is_ensemble, pre.is_ensemble) == (True, True, False)
    for span, sleep in ((pre, PRE), (first, CLF), (second, CLF)):
        assert sleep <= span.time_in("compute") < sleep + MS
        assert [piece.stage for piece in span.pieces] == ["queue", "input", "compute", "output"]
        assert sum(piece.duration for piece in span.pieces) <= span.duration
    assert all(2 * MS <= span.time_in("queue") < 4 * MS for span in (first, second))
    told = shares(found)
    assert sum(each.time for each in told.stages) == found.total == told.total
    assert PRE + 2 * CLF <= told.time_in("compute") < PRE + 2 * CLF + 2 * MS
    assert [each.model for each in told.models] == ["clf", "pre"]
    assert told.models[0].runs == 2


def test_the_clock_of_a_request_begins_with_its_first_byte(recorded: Trace) -> None:
    grpc = one(recorded, "g-pre")
    assert grpc.network[0].begin == 0
    assert grpc.network[0].end == grpc.root.begin < MS
    assert grpc.network[-1].end == grpc.total < PRE + MS, "what the connection idled before is none of it"


def test_what_a_model_asks_stands_below_it_where_it_hands_on_the_trace(recorded: Trace) -> None:
    assert tree(one(recorded, "h-bls")) == [("bls", ""), ("pre", "bls"), ("clf", "bls")]
    assert tree(one(recorded, "h-blind")) == [("blind", "")]
    found = one(recorded, "g-bls")
    told = {each.model: each for each in shares(found).models}
    asked = sum(step.duration for step in found.root.steps)
    assert told["bls"].time < sum(piece.duration for piece in found.root.pieces) - asked + MS
    assert told["clf"].time > told["pre"].time > told["bls"].time


def test_what_came_from_the_response_cache_did_not_run(recorded: Trace) -> None:
    first, second = (recorded.request(row) for row in recorded.rows_of("h-hit"))
    assert (first.root.ran, second.root.ran) == (True, False)
    assert [piece.stage for piece in second.root.pieces] == ["queue"]
    assert second.total < MS


def test_each_answer_of_a_stream_is_sent_for_itself(recorded: Trace) -> None:
    found = one(recorded, "g-many")
    assert len(found.network) == 4
    assert found.total == found.network[-1].end
    assert found.root.end > found.total, "the model ended after its last answer"
    assert sum(each.time for each in shares(found).stages) == found.total


def test_a_step_that_failed_is_the_last_and_the_asker_tells_why(recorded: Trace) -> None:
    trace = recorded.with_errors({"h-broken": "in ensemble 'broken', no PNG or JPEG"})
    found = one(trace, "h-broken")
    assert tree(found) == [("broken", ""), ("pre", "broken"), ("bad", "broken")]
    assert (found.failed, found.error) == (True, "in ensemble 'broken', no PNG or JPEG")
    assert trace.failed.sum() == 1


def test_tensors_are_read_with_their_values() -> None:
    found = one(read(DATA / "tensors.json"), "tens2")
    assert [(each.name, each.is_input, each.datatype, each.shape, each.text) for each in found.root.tensors] == [
        ("IN", True, "FP32", (2, 4), "1,1,1,1,1,1,1,1"),
        ("OUT", False, "FP32", (2, 4), "1,1,1,1,1,1,1,1"),
    ]


def test_blocks_of_any_size_give_the_same(recorded: Trace) -> None:
    for chunk in (97, 4096):
        other = read(DATA / "recorded.json", chunk=chunk)
        assert list(other.keys) == list(recorded.keys)
        assert [other.request(row) for row in range(17)] == [recorded.request(row) for row in range(17)]


def test_a_file_that_ends_anywhere_gives_what_is_whole_in_it(tmp_path: Path, recorded: Trace) -> None:
    whole = (DATA / "recorded.json").read_bytes()
    for cut in [*range(1, len(whole), 401), len(whole) - 1]:
        (tmp_path / "t.json").write_bytes(whole[:cut])
        found = read(tmp_path / "t.json")
        rows = [row for row in range(len(found)) if found.request(row).is_whole]
        assert len(rows) >= len(found) - 1
        before = [recorded.request(row) for row in range(len(rows))]
        # The answer may have been sent, and that be written, after the end of the request that a cut left whole.
        assert [found.request(row).root for row in rows] == [each.root for each in before]
        assert found.losses[0].startswith("t.json ends amid a record")
        assert "could not be read" not in " ".join(found.losses)


def test_a_file_that_was_laid_out_anew_is_read_all_the_same(tmp_path: Path, recorded: Trace) -> None:
    told = json.loads((DATA / "recorded.json").read_bytes())
    (tmp_path / "t.json").write_text(json.dumps(told, indent=2))
    found = read(tmp_path / "t.json", chunk=777)
    assert [found.request(row) for row in range(17)] == [recorded.request(row) for row in range(17)]


def test_the_ids_of_a_server_that_was_started_anew_are_others(tmp_path: Path, recorded: Trace) -> None:
    whole = (DATA / "recorded.json").read_text()
    later = json.loads(whole)
    for record in later:
        for stamp in record.get("timestamps", ()):
            stamp["ns"] += 10**12
    (tmp_path / "t.json").write_text(whole[:-1] + "," + json.dumps(later, separators=(",", ":"))[1:])
    found = read(tmp_path / "t.json")
    assert len(found) == 34
    assert [found.request(row).root for row in range(34)] == [recorded.request(row % 17).root for row in range(34)]
    (tmp_path / "t.json").write_text(whole)
    (tmp_path / "t.json.0").write_text(json.dumps(later, separators=(",", ":")))
    assert len(read(*trace_files(tmp_path / "t.json"))) == 34


def test_the_files_of_one_server_belong_together_in_their_order(tmp_path: Path) -> None:
    for name in ("t.json.10", "t.json.9", "t.json", "u.json.1", "t.json.x"):
        (tmp_path / name).touch()
    names = ["t.json", "t.json.9", "t.json.10"]
    for chosen in ("t.json", "t.json.9"):
        assert [path.name for path in trace_files(tmp_path / chosen)] == names
    assert trace_files(tmp_path / "other.json") == (tmp_path / "other.json",)


def test_a_trace_grows_while_it_is_read_and_can_be_left(tmp_path: Path) -> None:
    files = []
    for number in range(6):
        files.append(tmp_path / f"t.json.{number}")
        files[-1].write_bytes((DATA / "recorded.json").read_bytes())
    sizes: list[int] = []
    assert len(read_trace(files, no_progress, lambda trace: sizes.append(len(trace)))) == 102
    assert sizes == [17, 34, 68]

    class Enough(Exception):
        pass

    def leave(fraction: float, _name: str) -> None:
        if fraction > 0.4:
            raise Enough

    with pytest.raises(Enough):
        read_trace(files, leave, lambda _: None)


def test_no_more_is_taken_in_than_fits(tmp_path: Path) -> None:
    found = read(DATA / "recorded.json", chunk=4096, most=5)
    assert 0 < len(found) < 17
    assert any("too much to keep" in each for each in found.losses)


def test_what_was_changed_meanwhile_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes((DATA / "recorded.json").read_bytes())
    found = read(tmp_path / "t.json")
    (tmp_path / "t.json").write_bytes(b"[]" + bytes(100_000))
    with pytest.raises(CoreError, match="was changed since it was read"):
        found.request(3)
    (tmp_path / "t.json").unlink()
    with pytest.raises(CoreError, match="no such file"):
        found.request(3)


@pytest.mark.parametrize("text", ["", "  ", "[]", "[", "[1,2]", "[null"])
def test_a_file_without_requests_gives_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text)
    assert len(read(tmp_path / "t.json")) == 0


@pytest.mark.parametrize("text", ["{}", "no JSON", "\0\0\0", '{"traceEvents": []}'])
def test_what_is_no_trace_is_told_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(CoreError, match="is no trace of Triton"):
        read(tmp_path / "t.json")
