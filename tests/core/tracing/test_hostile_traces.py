"""Files that were made to hang, fill or mislead whoever reads a trace."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from studio.core.failure import CoreError
from studio.core.progress import no_progress
from studio.core.tracing.headers import header_of
from studio.core.tracing.reading import TraceReader, read_trace
from studio.core.tracing.recording import Recording
from studio.core.tracing.requests import DEEPEST
from studio.core.tracing.sources import FileSource, MemorySource
from studio.core.tracing.stamps import STAMPS
from studio.core.tracing.trace import Trace


def stamp(id_: object, name: str, time: object) -> dict[str, Any]:
    return {"id": id_, "timestamps": [{"name": name, "ns": time}]}


def span(id_: int, parent: int = 0, model: str = "m", begin: int = 10, end: int = 20) -> list[dict[str, Any]]:
    header = {"id": id_, "model_name": model, "model_version": 1} | ({"parent_id": parent} if parent else {})
    return [header, stamp(id_, "REQUEST_START", begin), stamp(id_, "REQUEST_END", end)]


def read(*parts: Iterable[Any] | bytes, chunk: int = 1 << 16) -> Trace:
    """A file of records, or of these bytes."""
    if len(parts) == 1 and isinstance(parts[0], bytes):
        data = parts[0]
    else:
        records = [each for part in parts for each in part]
        data = json.dumps(records, separators=(",", ":")).encode()
    reader = TraceReader(chunk=chunk)
    for _ in reader.add(MemorySource("t.json", data)):
        pass
    return reader.trace()


def tree(trace: Trace, row: int = 0) -> list[int]:
    return [each.id for each in trace.request(row).root.walk()]


def test_parents_that_lead_in_a_circle_are_left_out() -> None:
    found = read(span(1), span(2, 3), span(3, 2), span(4, 4), span(5, 1))
    assert tree(found) == [1, 5]
    assert found.losses == ("3 steps that lead in a circle were left out.",)


def test_steps_without_end_are_cut() -> None:
    found = read(*(span(id_, id_ - 1) for id_ in range(1, 3000)))
    assert len(tree(found)) == DEEPEST + 1
    assert "lead in a circle" in found.losses[0]


def test_parents_that_are_missing_and_requests_without_a_beginning_are_told() -> None:
    bare = [{"id": 9, "model_name": "m", "model_version": 1}]
    found = read(span(1), span(2, 77), bare, [stamp(8, "REQUEST_START", 5)])
    assert tree(found) == [1]
    assert found.losses == (
        "1 step of requests that are not in it was left out.",
        "2 requests without a beginning or a model were left out.",
    )


def test_one_id_for_many_is_one_of_them_and_asks_for_none_twice() -> None:
    twice = [each for depth in range(2, 20) for _ in range(2) for each in span(depth, depth - 1)]
    found = read(span(1), twice)
    assert tree(found) == list(range(1, 20))


@pytest.mark.parametrize("time", [-1, 1 << 63, 10**400, 1.5, "5", None, True, [5], {}])
def test_times_that_are_none_are_left_out(time: object) -> None:
    found = read(span(1), [stamp(1, "QUEUE_START", time)])
    assert len(found) == 1
    assert found.request(0).root.pieces == ()
    assert found.losses == ("1 record could not be read and was left out.",)


@pytest.mark.parametrize("id_", [-1, 0, 1 << 63, 10**400, "1", None, 1.5])
def test_ids_that_are_none_are_left_out(id_: object) -> None:
    found = read(span(1), [stamp(id_, "REQUEST_END", 5), {"id": id_, "model_name": "m", "model_version": 1}])
    assert tree(found) == [1]
    assert "could not be read" in found.losses[0]


def test_times_in_any_order_give_bars_that_do_not_end_before_they_begin() -> None:
    backwards = [stamp(1, name, 1000 - place) for place, name in enumerate(STAMPS)]
    found = read([{"id": 1, "model_name": "m", "model_version": 1}], backwards)
    request = found.request(0)
    bars = [*request.network, *request.root.pieces, *request.root.gaps]
    assert all(each.duration >= 0 for each in bars)
    assert request.root.duration >= 0
    assert request.total == found.duration[0] >= 0


def test_deep_and_long_records_cost_no_more_than_themselves(tmp_path: Path) -> None:
    """Deeper than Python nests, longer than is kept, and of 40 MB in one string."""
    place = tmp_path / "t.json"
    with place.open("wb") as file:
        file.write(b'[{"id":7,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"},")
        file.write(b'{"id":8,"activity":"TENSOR_QUEUE_INPUT","tensor":{"data":"')
        for _ in range(40):
            file.write(b"1," * (1 << 19))
        file.write(b'"}},' + json.dumps(span(1), separators=(",", ":")).encode()[1:])
    reader = TraceReader(chunk=1 << 20)
    tracemalloc.start()
    try:
        for _ in reader.add(FileSource(place)):
            pass
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    found = reader.trace()
    assert most < 120 << 20
    assert tree(found) == [1]
    assert found.losses == (
        "1 record could not be read and was left out.",
        "1 record of more than 32 MB was left out.",
    )


def test_names_that_break_their_quotes_are_read_as_far_as_they_can_be() -> None:
    """A server writes what an asker gave it without escaping it."""
    text = (
        b'[{"id":1,"model_name":"m","model_version":1,"request_id":"a"b\\n\x00\xff{"},'
        b'{"id":1,"timestamps":[{"name":"REQUEST_START","ns":5}]},{"id":1,"timestamps":[{"name":"REQUEST_END","ns":9}]}]'
    )
    found = read(text)
    assert found.request(0).total == 4
    assert found.ids[0].startswith('a"b')


@pytest.mark.parametrize("end", [b"", b'"}', b'","parent_id":3}'])
def test_an_id_that_looks_like_a_million_headers_is_read_in_one_go(end: bytes) -> None:
    """A pattern that goes back to try each quote would take hours."""
    text = b'","model_version":1,"request_id":"' * 30_000
    found = header_of(b'{"id":1,"model_name":"m","model_version":1,"request_id":"' + text + end)
    if not end:
        assert found is None
        return
    assert found is not None
    assert (found.model, found.parent) == ("m", 3 if b"parent" in end else 0)
    assert found.request_id.startswith('","model_version":1')


def test_a_record_that_an_id_cuts_off_is_left_out() -> None:
    text = b'","model_version":1,"request_id":"' * 30_000
    rest = json.dumps(span(2), separators=(",", ":")).encode()[1:]
    found = read(
        b'[{"id":1,"model_name":"m","model_version":1,"request_id":"' + text + b'{"id":"},' + rest, chunk=4 << 20
    )
    assert tree(found) == [2]


def test_halves_of_surrogate_pairs_are_replaced_wherever_they_stand() -> None:
    tensor = {"name": "a\ud800", "data": "b\ud83d", "shape": "1", "dtype": "BYTES\udc00"}
    text = [*span(1, model="m\ud800"), {"id": 1, "activity": "TENSOR_QUEUE_INPUT", "tensor": tensor}]
    for separators in ((",", ":"), (", ", ": ")):
        found = read(json.dumps([text[0] | {"request_id": "c\ud800"}, *text[1:]], separators=separators).encode())
        root = found.request(0).root
        tensors = [word for each in root.tensors for word in (each.name, each.text, each.datatype)]
        assert [root.model, root.request_id, *tensors] == ["m?", "c?", "a?", "b?", "BYTES?"]


def test_a_pipe_beside_the_files_costs_neither_them_nor_the_reader(tmp_path: Path) -> None:
    (tmp_path / "t.json.0").write_text(json.dumps(span(1)))
    os.mkfifo(tmp_path / "t.json.1")
    (tmp_path / "t.json.2").mkdir()
    (tmp_path / "t.json.3").write_bytes(b"no trace")
    (tmp_path / "t.json.4").write_text(json.dumps(span(9, begin=30, end=40)))
    (tmp_path / "t.json.5").write_bytes(b"no trace")
    found = read_trace([tmp_path / "t.json.0"], no_progress, lambda _: None)
    assert [tree(found, row) for row in range(2)] == [[1], [9]]
    assert found.losses == (
        "t.json.1 was left out: it is a pipe or a device, not a file.",
        "t.json.2 was left out: it is a folder, not a file.",
        "t.json.3 was left out: it is no trace of Triton.",
        "1 more file was left out.",
    )
    with pytest.raises(CoreError, match="a pipe or a device"):
        read_trace([tmp_path / "t.json.1", tmp_path / "t.json.2"], no_progress, lambda _: None)


def test_another_recording_at_the_same_places_is_not_shown_as_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "t.json"
    place.write_text(json.dumps(span(1, begin=10, end=20)))
    found = read_trace([place], no_progress, lambda _: None)
    assert found.request(0).total == 10
    place.write_text(json.dumps(span(1, model="z", begin=30, end=79)))
    with pytest.raises(CoreError, match="changed since it was read"):
        found.request(0)


def test_a_model_of_a_million_names_is_not_kept_a_million_times() -> None:
    found = read(*(span(id_, model="m" * 2000 + str(id_)) for id_ in range(1, 5000)))
    assert len(found) == 4096 or len(set(found.models)) <= 4096
    assert max(len(name) for name in found.models) <= 1024


def test_a_recording_keeps_no_more_than_it_may() -> None:
    recording = Recording(most=1000)
    recording.add([("t.json.0", b"no trace"), ("t.json.1", b"[")])
    files = [(f"t.json.{id_}", json.dumps(span(id_, begin=id_), separators=(",", ":")).encode()) for id_ in (3, 1, 2)]
    recording.add(files)
    assert [recording.trace().request(row).root.id for row in range(3)] == [1, 2, 3]
    while not recording.is_full:
        recording.add(files)
    found = recording.trace()
    assert len(found) % 3 == 0
    assert "1 of the server's files were no traces." in found.losses
    assert any("the most that is kept" in each for each in found.losses)


PARTS = some.lists(
    some.one_of(
        some.builds(span, some.integers(1, 6), some.integers(0, 6), some.sampled_from("ab"), some.integers(0, 50)),
        some.builds(
            lambda *told: [stamp(*told)],
            some.integers(0, 6),
            some.sampled_from((*STAMPS, "ODD")),
            some.one_of(some.integers(-5, 100), some.none(), some.text(max_size=3)),
        ),
        some.builds(lambda odd: [odd], some.recursive(some.none() | some.integers() | some.text(), some.lists)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(PARTS, some.integers(0, 400), some.booleans(), some.sampled_from((16, 100, 1 << 16)))
def test_whatever_a_file_holds_it_is_read_or_told(parts: list[list[Any]], cut: int, spaced: bool, chunk: int) -> None:
    records = [each for part in parts for each in part]
    data = json.dumps(records, separators=None if spaced else (",", ":")).encode()
    data = data[:-cut] if cut < len(data) and cut % 3 else data
    try:
        found = read(data, chunk=chunk)
    except CoreError:
        return
    for row in range(len(found)):
        request = found.request(row)
        assert request.total == found.duration[row]
        assert all(each.begin <= each.end for each in request.root.walk())
