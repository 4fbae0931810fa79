"""What other viewers are given of a trace, read back with their own messages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace as PerfettoTrace
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import TrackEvent

from studio.core.failure import CoreError
from studio.core.progress import no_progress
from studio.core.tracing.exports.bars import bars
from studio.core.tracing.exports.writing import write_trace
from studio.core.tracing.reading import read_trace
from studio.core.tracing.trace import Trace, trace_of
from studio.core.tracing.values import RequestTrace, Span

DATA = Path(__file__).parents[1] / "data" / "tracing"
Slice = tuple[str, str, int, int]
"""Track, name, begin and end."""


@pytest.fixture(scope="module")
def recorded() -> Trace:
    return read_trace([DATA / "recorded.json"], no_progress, lambda _: None)


def expected(trace: Trace, rows: Iterable[int]) -> list[Slice]:
    """All bars, from the requests themselves."""
    found = []
    for bar in bars(trace, rows, no_progress):
        track = f"{bar.group} {bar.lane + 1}"
        found += [(track, each.name, each.begin, each.end) for each in (bar, *bar.within)]
    return sorted(found)


def read_perfetto(path: Path) -> tuple[list[Slice], dict[int, Any]]:
    told = PerfettoTrace.FromString(path.read_bytes())
    tracks = {
        each.track_descriptor.uuid: each.track_descriptor for each in told.packet if each.HasField("track_descriptor")
    }
    found: list[Slice] = []
    under_way: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for packet in told.packet:
        event = packet.track_event
        if event.type == TrackEvent.TYPE_SLICE_BEGIN:
            under_way[event.track_uuid].append((event.name, packet.timestamp))
        elif event.type == TrackEvent.TYPE_SLICE_END:
            name, begin = under_way[event.track_uuid].pop()
            found.append((tracks[event.track_uuid].name, name, begin, packet.timestamp))
    assert not any(under_way.values()), "each that begins ends"
    return sorted(found), tracks


def test_perfetto_reads_every_bar_on_its_track(recorded: Trace, tmp_path: Path) -> None:
    write_trace(recorded, range(17), tmp_path / "t.pftrace", "perfetto", no_progress)
    found, tracks = read_perfetto(tmp_path / "t.pftrace")
    assert found == expected(recorded, range(17))
    names = {each.name for each in tracks.values()}
    assert {"requests", "requests 1", "clf 1", "clf 1 1", "outer 1 1"} <= names
    parents = {each.name: tracks[each.parent_uuid].name for each in tracks.values() if each.parent_uuid}
    assert parents["clf 1 1"] == "clf 1"
    assert parents["requests 1"] == "requests"


def test_all_that_belongs_to_a_request_is_tied(recorded: Trace, tmp_path: Path) -> None:
    told = recorded.with_errors({"h-broken": "no PNG or JPEG"})
    write_trace(told, recorded.rows_of("h-broken"), tmp_path / "t.pftrace", "perfetto", no_progress)
    read = PerfettoTrace.FromString((tmp_path / "t.pftrace").read_bytes())
    tied = [each.track_event for each in read.packet if each.track_event.flow_ids]
    assert [event.name for event in tied] == ["h-broken", "broken", "pre", "bad"]
    assert len({tuple(event.flow_ids) for event in tied}) == 1
    about = {each.name: each.string_value for each in tied[0].debug_annotations}
    assert about == {"id": "h-broken", "model": "broken", "protocol": "http", "error": "no PNG or JPEG"}


def test_chrome_reads_every_bar_on_its_track(recorded: Trace, tmp_path: Path) -> None:
    write_trace(recorded, range(17), tmp_path / "t.json", "chrome", no_progress)
    events = json.loads((tmp_path / "t.json").read_bytes())["traceEvents"]
    threads = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name" and e["ph"] == "M"}
    found = [
        (threads[e["pid"], e["tid"]], e["name"], round(e["ts"] * 1000), round((e["ts"] + e["dur"]) * 1000))
        for e in events
        if e["ph"] == "X"
    ]
    assert sorted(found) == expected(recorded, range(17))
    processes = {e["args"]["name"] for e in events if e["name"] == "process_name"}
    assert {"requests", "pre 1", "outer 1"} <= processes


def test_what_overlaps_stands_on_tracks_beside_each_other() -> None:
    both = [RequestTrace(Span(1, 0, "m", "1", f"r{at}", 1, 9), at, 10) for at in (0, 5, 12)]
    assert [(bar.group, bar.lane, bar.begin) for bar in bars(trace_of(both), range(3), no_progress)] == [
        ("requests", 0, 0),
        ("m 1", 0, 1),
        ("requests", 1, 5),
        ("m 1", 1, 6),
        ("requests", 0, 12),
        ("m 1", 0, 13),
    ]


def test_a_trace_without_requests_is_an_empty_file_of_its_kind(tmp_path: Path) -> None:
    write_trace(trace_of(()), (), tmp_path / "t.json", "chrome", no_progress)
    assert json.loads((tmp_path / "t.json").read_bytes())["traceEvents"] == []
    write_trace(trace_of(()), (), tmp_path / "t.pftrace", "perfetto", no_progress)
    assert len(PerfettoTrace.FromString((tmp_path / "t.pftrace").read_bytes()).packet) == 0


def test_what_is_left_or_fails_leaves_the_file_that_was_there(recorded: Trace, tmp_path: Path) -> None:
    place = tmp_path / "t.pftrace"
    place.write_bytes(b"before")

    class Left(Exception):
        pass

    def leave(fraction: float, _: str) -> None:
        if fraction > 0.5:
            raise Left

    with pytest.raises(Left):
        write_trace(recorded, range(17), place, "perfetto", leave)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("t.pftrace", b"before")]
    with pytest.raises(CoreError, match="no such file"):
        write_trace(recorded, range(17), tmp_path / "gone" / "t.json", "chrome", no_progress)


def test_the_trace_itself_is_not_written_over(tmp_path: Path) -> None:
    """Chrome's JSON is no trace of Triton, and what was recorded could not be had back."""
    place = tmp_path / "trace.json"
    told = (DATA / "recorded.json").read_bytes()
    place.write_bytes(told)
    (tmp_path / "link.json").hardlink_to(place)
    found = read_trace([place], no_progress, lambda _: None)
    for target in ("trace.json", "link.json"):
        with pytest.raises(CoreError, match="it is the trace itself"):
            write_trace(found.with_errors({"h-pre": "no"}), [0], tmp_path / target, "chrome", no_progress)
    assert place.read_bytes() == told
    write_trace(found, [0], tmp_path / "other.json", "chrome", no_progress)
