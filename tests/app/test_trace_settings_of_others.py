"""Recording requests of a server that others record from as well, or that is another one at the same address."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.serving.connection import Connection
from studio.app.serving.guard import Guard
from studio.app.serving.ladder import ServerStatus
from studio.app.tracing import kept_settings
from studio.app.tracing.recording import TraceRecording
from studio.client.triton import Triton
from studio.core.inference.requests import InferRequest, InferResult, StageTimes
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, State
from studio.core.tracing.setting import TraceSetting, next_requests
from studio.core.tracing.values import RequestTrace
from studio.engines.attached import AttachedServer
from studio.failure import Failure
from tests.fixtures.protocol_server import ProtocolServer, protocol_server

Until = Callable[..., None]


@dataclass
class Studio:
    """One that is attached to a server."""

    tracing: TraceRecording
    server: AttachedServer
    connection: Connection
    failed: list[Failure]

    def look(self, until: Until) -> None:
        """Asks the server whether it can record."""
        self.tracing.begin_server(self.server, self.connection)
        self.tracing.follow(ServerStatus(State.READY))
        until(lambda: not self.tracing.why_not)


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProtocolServer]:
    monkeypatch.setenv("TRIREME_HOME", str(tmp_path / "home"))
    with protocol_server("m") as server:
        set_tracing(server, TraceSetting(file=str(tmp_path / "t.json")))
        yield server


def set_tracing(server: ProtocolServer, setting: TraceSetting) -> None:
    told = {name: values[0] for name, values in setting.changes}
    more = {"trace_level": list(setting.levels), "trace_file": setting.file, "trace_mode": "triton"}
    server.tracing[""] = {**told, **more}


@pytest.fixture
def attach(traced: ProtocolServer) -> Iterator[Callable[[], Studio]]:
    connections: list[Connection] = []

    def studio() -> Studio:
        spec = LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http=traced.address))
        guard, server = Guard(), AttachedServer(spec, spec.addresses)
        guard.begin(spec)
        guard.allow(True)
        connections.append(Connection(Triton(spec.addresses, 10)))
        made = Studio(TraceRecording(guard), server, connections[-1], [])
        made.tracing.failed.connect(made.failed.append)
        return made

    yield studio
    for each in connections:
        each.end()


def levels(server: ProtocolServer) -> list[str]:
    return list(server.tracing[""]["trace_level"])


def give(place: Path, before: int, studio: int) -> None:
    """What one studio keeps is another one's now."""
    place.write_text(place.read_text().replace(f'"studio": {before}', f'"studio": {studio}'))


def span(number: int, request_id: str = "") -> bytes:
    """What a server writes of one request."""
    head = {"id": number, "model_name": "m", "model_version": 1, "request_id": request_id}
    ends = [("REQUEST_START", number * 100), ("REQUEST_END", number * 100 + 10)]
    told = [head, *({"id": number, "timestamps": [{"name": name, "ns": at}]} for name, at in ends)]
    return json.dumps(told, separators=(",", ":")).encode()


def test_a_second_studio_neither_ends_a_recording_nor_begins_one(
    traced: ProtocolServer, attach: Callable[[], Studio], until: Until
) -> None:
    first, second = attach(), attach()
    first.look(until)
    first.tracing.begin(20)
    until(lambda: levels(traced) == ["TIMESTAMPS"])
    second.look(until)
    assert levels(traced) == ["TIMESTAMPS"], "what is being recorded is not put back"
    second.tracing.begin(1000)
    until(lambda: second.failed)
    assert "are recorded already" in second.failed[0].reason
    assert traced.tracing[""]["trace_count"] == "20"
    first.tracing.stop()
    until(lambda: not first.tracing.is_recording)
    assert (levels(traced), kept_settings.left(traced.address)) == (["OFF"], {})
    assert first.failed == []


def test_what_another_studio_keeps_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIREME_HOME", str(tmp_path))
    before = TraceSetting().changes
    assert kept_settings.keep("there:1", "", before)
    assert not kept_settings.keep("there:1", "", next_requests(1)), "it is recorded already"
    kept_settings.leave("there:1", "")
    (place,) = (tmp_path / "state").iterdir()
    give(place, os.getpid(), os.getppid())
    assert not kept_settings.keep("there:1", "", next_requests(1))
    kept_settings.forget("there:1", "")
    give(place, os.getppid(), os.getpid())
    assert kept_settings.left("there:1") == {"": before}


def test_what_a_server_was_set_to_is_not_put_on_the_next_one_at_its_address(
    tmp_path: Path, traced: ProtocolServer, attach: Callable[[], Studio], until: Until
) -> None:
    kept_settings.keep(traced.address, "", TraceSetting().changes)
    kept_settings.leave(traced.address, "")
    set_tracing(traced, TraceSetting(("TIMESTAMPS",), 100, -1, 0, str(tmp_path / "t.json")))
    attach().look(until)
    assert (levels(traced), kept_settings.left(traced.address)) == (["TIMESTAMPS"], {})


def test_what_is_known_of_a_server_is_of_that_server_and_one_that_was_busy_is_asked_again(
    traced: ProtocolServer, attach: Callable[[], Studio], until: Until
) -> None:
    studio, ready = attach(), ServerStatus(State.READY)
    tracing = studio.tracing
    with protocol_server("m") as before:
        # It cannot record, and says so when the next one is there already.
        before.goes_on.clear()
        spec = LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http=before.address))
        connection = Connection(Triton(spec.addresses, 10))
        tracing.begin_server(AttachedServer(spec, spec.addresses), connection)
        tracing.follow(ready)
        tracing.end_server()
        tracing.begin_server(studio.server, studio.connection)
        before.goes_on.set()
        until(lambda: not tasks.busy())
        connection.end()
    assert tracing.why_not == "The server has not said yet whether it can."
    traced.goes_on.clear()
    busy = Connection(Triton(studio.server.addresses, 0.05))
    tracing.begin_server(studio.server, busy)
    tracing.follow(ready)
    until(lambda: "not said yet" not in tracing.why_not)
    assert "No answer within" in tracing.why_not
    busy.end()
    traced.goes_on.set()
    studio.look(until)


def test_what_an_asker_was_told_is_of_that_request_though_its_id_is_sent_again(
    tmp_path: Path, attach: Callable[[], Studio], traced: ProtocolServer, until: Until
) -> None:
    studio = attach()
    tracing, refused = studio.tracing, Failure("Infer", "the shape is wrong.")
    studio.look(until)
    tracing.note_refused(InferRequest("m", (), request_id="a"), refused)
    tracing.begin(10)
    until(lambda: levels(traced) == ["TIMESTAMPS"])
    tracing.note_refused(InferRequest("m", (), request_id="b"), refused)
    tracing.note_answered(InferResult("m", "1", (), StageTimes(1), request_id="b"))
    for number, request_id in enumerate("ab"):
        (tmp_path / "new").write_bytes(span(number + 1, request_id))
        (tmp_path / "new").replace(tmp_path / f"t.json.{number}")
    until(lambda: len(tracing.trace) == 2)
    assert [tracing.trace.request(row).error for row in range(2)] == ["", ""]
    found: list[RequestTrace] = []
    tracing.trace_one(InferRequest("m", (), request_id="a"), lambda _: None, found.append)
    for number, request_id in ((2, "other"), (3, "a")):
        (tmp_path / "new").write_bytes(span(number + 1, request_id))
        (tmp_path / "new").replace(tmp_path / f"t.json.{number}")
        until(lambda number=number: len(tracing.trace) == number + 1)
    until(lambda: found)
    assert [each.root.id for each in found] == [4]
    tracing.stop()
    until(lambda: not tracing.is_recording)


def test_a_server_that_does_not_answer_goes_on_being_recorded_and_is_put_back_later(
    tmp_path: Path, attach: Callable[[], Studio], traced: ProtocolServer, until: Until
) -> None:
    studio = attach()
    tracing = studio.tracing
    studio.look(until)
    tracing.begin(100)
    until(lambda: levels(traced) == ["TIMESTAMPS"])
    recorded = dict(traced.tracing)
    traced.tracing.clear()
    until(lambda: traced.not_offered)
    (tmp_path / "new").write_bytes(span(1))
    (tmp_path / "new").replace(tmp_path / "t.json.0")
    until(lambda: len(tracing.trace) == 1)
    assert (tracing.is_recording, studio.failed) == (True, [])
    tracing.stop()
    until(lambda: not tracing.is_recording)
    traced.tracing |= recorded
    studio.look(until)
    assert (levels(traced), kept_settings.left(traced.address)) == (["OFF"], {})
