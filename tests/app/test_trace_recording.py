"""Recording requests of a real server while the window lives."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.app.notices import Notice
from studio.app.serving.guard import Guard
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.app.settings import settings
from studio.app.tracing import kept_settings
from studio.app.tracing.recording import MOST_WITH_TENSORS, TraceRecording
from studio.core.config.datatypes import data_type
from studio.core.inference.model_index import is_ready
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.alive import PROBE_ID
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.core.serving.launching.options import ServerOptions
from studio.core.serving.launching.options import Trace as TraceOption
from studio.core.serving.saved import SavedConnection
from studio.core.tracing.setting import TraceSetting, next_requests, tensors_risk
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import RequestTrace
from studio.failure import Failure

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
Until = Callable[..., None]
TENSORS = """max_batch_size: 4
input [ { name: "IN" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ 1 ] } ]
"""
STEPS = """platform: "ensemble"
ensemble_scheduling { step [
  { model_name: "odd" model_version: -1 input_map { key: "IN" value: "IN" } output_map { key: "OUT" value: "m" } },
  { model_name: "odd" model_version: -1 input_map { key: "IN" value: "m" } output_map { key: "OUT" value: "OUT" } }
] }
"""
CODE = """import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(utils.get_input_tensor_by_name(each, "IN").as_numpy()) for each in requests]

    def answer(self, values):
        if values.max() < 0:
            return utils.InferenceResponse(error=utils.TritonError("it is below zero"))
        return utils.InferenceResponse([utils.Tensor("OUT", values + 1)])
"""


@pytest.fixture
def traced(session: Session, tmp_path: Path, until: Until) -> Session:
    """A session that serves a Python model that fails below zero, and an ensemble of twice that model."""
    settings().set("ask_models", False)
    for name, text in (("odd", 'backend: "python"\n' + TENSORS), ("twice", TENSORS + STEPS)):
        (tmp_path / "models" / name / "1").mkdir(parents=True)
        (tmp_path / "models" / name / "config.pbtxt").write_text(text)
    (tmp_path / "models" / "odd" / "1" / "model.py").write_text(CODE)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models"))
    until(lambda: all(is_ready(session.server.models.get(name, ())) for name in ("odd", "twice")), 200)
    return session


def request(model: str, value: float, request_id: str = "", protocol: str = "grpc") -> InferRequest:
    kind = data_type("FP32")
    assert kind is not None
    tensor = Tensor("IN", kind, np.full((1, 1), value, np.float32))
    return InferRequest(model, (tensor,), request_id=request_id, protocol=protocol)


def ask(server: ServerControl, until: Until, *requests: InferRequest) -> None:
    """Sends requests one after the other and waits for what comes of each."""
    for each in requests:
        came: list[object] = []
        server.infer(each, came.append, came.append)
        until(lambda came=came: came)


def setting(server: ServerControl, until: Until, model: str = "") -> TraceSetting:
    told: list[TraceSetting] = []
    server.ask("Look", lambda client: client.trace_setting(model), told.append)
    until(lambda: told)
    return told[0]


def test_requests_are_recorded_and_the_setting_is_put_back(traced: Session, until: Until) -> None:
    server = traced.server.current
    tracing = server.tracing
    until(lambda: not tracing.why_not)
    before = setting(server, until)
    _record_three(server, tracing, until)
    assert setting(server, until) == before
    assert kept_settings.left(server.status.addresses.http) == {}
    _record_one(server, tracing, until)
    _give_up(server, tracing, until)
    _stop(server, tracing, until)
    assert setting(server, until) == before
    _put_back_what_was_left(server, before, until)
    _lose_the_server(server, tracing, until)


def _record_three(server: ServerControl, tracing: TraceRecording, until: Until) -> None:
    grown: list[Trace] = []
    tracing.grew.connect(grown.append)
    tracing.begin(3)
    assert tracing.is_recording
    until(lambda: setting(server, until).is_on)
    # What the studio asks by itself is counted by the server, and not by who wants three.
    ask(server, until, request("odd", 1, f"{PROBE_ID}1"), request("twice", 1, "a", "http"), request("twice", -1, "b"))
    until(lambda: setting(server, until).is_on)
    ask(server, until, request("odd", 1, "c"))
    until(lambda: not tracing.is_recording)
    assert [tuple(tracing.trace.ids), tuple(grown[-1].ids)] == [("a", "b", "c")] * 2
    whole, failed, single = (tracing.trace.request(row) for row in range(3))
    assert [span.model for span in whole.root.walk()] == ["twice", "odd", "odd"]
    assert [span.model for span in failed.root.walk()] == ["twice", "odd"]
    assert (whole.protocol, failed.protocol) == ("http", "grpc")
    assert [whole.failed, failed.failed, single.failed] == [False, True, False]
    assert "it is below zero" in failed.error
    assert 0 < single.root.time_in("compute") < single.total
    assert tracing.trace.losses == ()
    tracing.grew.disconnect(grown.append)


def _record_one(server: ServerControl, tracing: TraceRecording, until: Until) -> None:
    found: list[RequestTrace] = []
    answers: list[InferResult] = []

    def send(named: InferRequest) -> None:
        # Somebody else asks the same model first.
        server.infer(request("odd", 5), answers.append)
        server.infer(named, answers.append)

    tracing.trace_one(request("odd", 2), send, found.append, tensors=True)
    until(lambda: found)
    assert found[0].id.startswith("trireme-")
    assert [(each.name, each.text) for each in found[0].root.tensors] == [("IN", "2"), ("OUT", "3")]
    assert len(tracing.trace) == 3, "what was recorded before stays"
    until(lambda: not tracing.is_recording)
    assert {each.request_id for each in answers} == {"", found[0].id}
    for value in (3, 4):
        # The second comes while what the server recorded of the first is waited for.
        tracing.trace_one(
            request("odd", value, f"r{value}"), lambda named: server.infer(named, answers.append), found.append
        )
    until(lambda: len(answers) == 4)
    until(lambda: found[-1].id == "r4")
    refused: list[Failure] = []
    tracing.trace_one(
        replace(request("odd", 5), inputs=()),
        lambda named: server.infer(named, answers.append, refused.append),
        found.append,
    )
    until(lambda: refused)
    until(lambda: not setting(server, until, "odd").is_on)


def _give_up(server: ServerControl, tracing: TraceRecording, until: Until) -> None:
    """The server counts a request that it refuses, and writes nothing of it."""
    tracing.quiet_seconds = 0.1
    tracing.begin(2)
    until(lambda: setting(server, until).is_on)
    ask(server, until, request("odd", 1, "c2"))
    until(lambda: tuple(tracing.trace.ids) == ("c2",))
    (tensor,) = request("odd", 1).inputs
    ask(server, until, replace(request("odd", 1), inputs=(replace(tensor, array=np.ones((9, 1), np.float32)),)))
    until(lambda: not tracing.is_recording)
    assert tuple(tracing.trace.ids) == ("c2",)
    assert tracing.trace.losses == ("1 of 2 requests left no trace: they were refused, or still run.",)


def _stop(server: ServerControl, tracing: TraceRecording, until: Until) -> None:
    failed: list[Failure] = []
    tracing.failed.connect(failed.append)
    tracing.begin(1000)
    until(lambda: setting(server, until).is_on)
    ask(server, until, request("odd", 1, "d"))
    until(lambda: len(tracing.trace) == 1)
    tracing.begin(5)
    assert "recorded already" in failed.pop().reason
    tracing.stop()
    until(lambda: not tracing.is_recording)
    assert tuple(tracing.trace.ids) == ("d",)
    tracing.begin(10**9, tensors=True)
    assert tracing.wanted == MOST_WITH_TENSORS
    tracing.stop()
    until(lambda: not tracing.is_recording)
    assert failed == []


def _put_back_what_was_left(server: ServerControl, before: TraceSetting, until: Until) -> None:
    """Another studio was killed while it recorded; this one attaches to the server."""
    address = server.status.addresses.http
    told: list[TraceSetting] = []
    server.ask("Set", lambda client: client.set_trace(next_requests(50)), told.append)
    until(lambda: told)
    kept_settings.keep(address, "", before.changes)
    kept_settings.leave(address, "")
    other = ServerControl(server.consent)
    other.attach(Addresses(http=address), SavedConnection("ours", address, read_only=False))
    until(lambda: not other.tracing.why_not)
    assert setting(server, until) == before
    assert kept_settings.left(address) == {}
    assert server.tracing.tensors_risk == ""
    until(lambda: other.tracing.tensors_risk == tensors_risk("2.51.0"))
    other.tracing.begin(1)
    until(lambda: setting(server, until).is_on)
    ask(server, until, request("odd", 1, "e"))
    until(lambda: tuple(other.tracing.trace.ids) == ("e",))
    until(lambda: not other.tracing.is_recording)
    other.tracing.begin(50)
    until(lambda: setting(server, until).is_on)
    other.stop()
    until(lambda: other.is_free and not other.tracing.is_recording)
    assert setting(server, until) == before, "it was let go of while it recorded"
    assert kept_settings.left(address) == {}


def _lose_the_server(server: ServerControl, tracing: TraceRecording, until: Until) -> None:
    tracing.begin(1000)
    until(lambda: setting(server, until).is_on)
    ask(server, until, request("odd", 1, "f"))
    until(lambda: tuple(tracing.trace.ids) == ("f",))
    folder = Path(setting(server, until).file).parent
    server.stop()
    until(lambda: server.is_free and not tracing.is_recording)
    assert tuple(tracing.trace.ids) == ("f",)
    assert tracing.trace.request(0).model == "odd", "it is kept though its file went with the server"
    assert tracing.why_not == "No server runs."
    assert not folder.exists()


def test_a_server_that_cannot_record_says_why(session: Session, tmp_path: Path, until: Until) -> None:
    failed: list[Failure] = []
    server = session.server.current
    server.tracing.failed.connect(failed.append)
    server.tracing.begin(3)
    assert failed.pop().reason == "No server runs."
    (tmp_path / "models").mkdir()
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models", options=ServerOptions(trace=TraceOption("off")))
    session.server.launch(spec)
    until(lambda: "without a trace file" in server.tracing.why_not, 200)
    server.tracing.begin(3)
    assert failed.pop().reason == "The server was launched without a trace file. Launch it with Trace set to On demand."


def test_a_server_of_others_is_asked_about_first_and_not_at_all_where_it_is_read_only(posted: list[Notice]) -> None:
    guard = Guard()
    done: list[object] = []
    asked: list[tuple[str, str, Callable[[], object]]] = []
    guard.ask = lambda what, name, act: asked.append((what, name, act))
    guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http="10.0.0.7:8000")))
    tracing = TraceRecording(guard)
    guard.permit_change("Trace", lambda: done.append("a"))
    assert (done, asked) == ([], [])
    assert posted[-1].detail.startswith("10.0.0.7:8000 is read-only here.")
    guard.allow(True)
    guard.permit_change("Trace", lambda: done.append("b"))
    what, name, act = asked[0]
    assert (done, what, name) == ([], "Trace", "10.0.0.7:8000")
    act()
    assert done == ["b"]
    sent: list[InferRequest] = []
    tracing.trace_one(request("odd", 1), sent.append, done.append)
    assert [each.request_id for each in sent] == [""], "nobody is asked for each request that is sent"
    guard.begin(LaunchSpec(EngineKind.EMBEDDED))
    act()
    assert done == ["b"], "what was asked about one server is not done to the next"
    guard.permit_change("Trace", lambda: done.append("c"))
    assert done == ["b", "c"]


def test_what_is_kept_of_settings_is_read_with_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIREME_HOME", str(tmp_path))
    kept_settings.keep("here:1", "", TraceSetting().changes)
    kept_settings.keep("here:1", "m", next_requests(1))
    assert kept_settings.left("here:1") == {}, "both are recorded"
    kept_settings.leave("here:1", "")
    kept_settings.leave("here:1", "m")
    assert kept_settings.left("here:1") == {"": TraceSetting().changes, "m": next_requests(1)}
    assert kept_settings.left("there:1") == {}
    (place,) = (tmp_path / "state").iterdir()
    place.write_text(place.read_text().replace(str(os.getpid()), str(os.getppid())))
    assert kept_settings.left("here:1") == {}, "the studio that records lives"
    for odd in ("[" * 10_000, "[]", '{"here:1 ": 5, "here:1 m": {"studio": 0, "before": [[1], ["a", "b"]]}}'):
        place.write_text(odd)
        assert kept_settings.left("here:1") == {}
    kept_settings.forget("here:1", "")
