"""The wires of an ensemble that is looked at have the values of the last request to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.app.requests.past import Past
from studio.app.session import Session
from studio.client import probing
from studio.client.failure import ClientError
from studio.core.config.datatypes import data_type
from studio.core.inference.asking.probing import Probe, ProbeStep, Ran
from studio.core.inference.requests import Array, InferRequest, InferResult, StageTimes, Tensor
from studio.core.saved_requests.outcome import Outcome
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.net.cancel import Cancel
from tests.fixtures.stand_in_engine import stand_in_engine
from tests.fixtures.waiting import wait_until

ONE = np.ones((1, 4), np.float32)


def tensor(array: Array, kind: str = "FP32", name: str = "y") -> Tensor:
    """A tensor of a type by its name."""
    found = data_type(kind)
    assert found is not None
    return Tensor(name, found, array)


def _request(value: float = 1.0, model: str = "pipe") -> InferRequest:
    return InferRequest(model, (tensor(ONE * value, name="x"),))


def _result(*tensors: Tensor) -> InferResult:
    return InferResult("pipe", "1", tensors, StageTimes(1))


def _send(session: Session, request: InferRequest, failure: str = "") -> None:
    result = None if failure else _result(tensor(ONE * 2, name="y"))
    failed = ClientError("Send", failure) if failure else None
    session.requests.past.add(Past(100.0, request, result, failed))


def test_the_inputs_and_outputs_of_an_ensemble_are_those_of_the_last_request(session: Session) -> None:
    wires = session.requests.wires
    _send(session, _request(3.0))
    assert wires.last("pipe", "x") is None
    wires.follow("pipe")
    x, y = wires.last("pipe", "x"), wires.last("pipe", "y")
    assert x is not None
    assert x.tensor is not None
    assert x.tensor.array[0, 0] == 3
    assert y is not None
    assert (y.request, y.origin, y.at) == ("r-1", "request", 100.0)
    _send(session, _request(4.0, "other"))
    assert wires.last("other", "x") is None
    wires.leave("pipe")
    _send(session, _request(5.0))
    assert wires.last("pipe", "x") == x


def test_a_watched_wire_keeps_several_values_with_what_is_said_of_them(session: Session) -> None:
    wires = session.requests.wires
    wires.follow("pipe")
    wires.set_watched("pipe", ["x"])
    for value in range(3):
        _send(session, _request(float(value)))
    wait_until(lambda: all(each.digest is not None for each in wires.of("pipe", "x")))
    means = [each.digest.statistics.mean for each in wires.of("pipe", "x") if each.digest and each.digest.statistics]
    assert means == [2, 1, 0]
    assert [each.digest for each in wires.of("pipe", "y")] == [None]
    wires.set_watched("pipe", [])
    assert len(wires.of("pipe", "x")) == 1


def test_a_request_that_failed_is_known_until_one_is_answered(session: Session) -> None:
    wires = session.requests.wires
    wires.follow("pipe")
    _send(session, _request(), failure="in ensemble 'pipe', no good.")
    last = wires.last_request("pipe")
    assert last is not None
    assert (last.problem, last.step) == ("in ensemble 'pipe', no good.", None)
    step = ProbeStep("first", "", {"a": "x"}, {"b": "mid"})
    ran = Ran(_result(), (tensor(ONE, name="mid"),))
    found = Probe("y", (step, step), (ran,), 1, ClientError("Probe", "not four."))
    wires.take_probe(found, _request(), last.name, last.at)
    last = wires.last_request("pipe")
    assert last is not None
    assert (last.step, last.step_problem) == (step, "not four.")
    mid = wires.last("pipe", "mid")
    assert mid is not None
    assert (mid.request, mid.origin) == (last.name, "probe")
    _send(session, _request())
    last = wires.last_request("pipe")
    assert last is not None
    assert not last.problem


def test_a_run_of_saved_requests_gives_the_outputs(session: Session) -> None:
    wires = session.requests.wires
    wires.follow("pipe")
    session.requests.runs.came.emit(Outcome("good one", "pipe", "passed", result=_result(tensor(ONE, name="y"))))
    seen = wires.last("pipe", "y")
    assert seen is not None
    assert seen.request == "good one"
    session.requests.runs.came.emit(Outcome("bad one", "pipe", "error", message="no good"))
    last = wires.last_request("pipe")
    assert last is not None
    assert (last.name, last.problem) == ("bad one", "no good")


def _launched_and_sent(session: Session, until: Callable[..., None]) -> None:
    session.servers.launch(LaunchSpec(EngineKind.DOCKER, Path("/models")))
    until(lambda: session.server.status.state is State.READY and session.server.models)
    _send(session, _request())


def test_a_renewal_goes_with_its_server_and_the_next_one_is_asked(
    session: Session, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[threading.Event] = []

    def held(_client: object, _request: object, _tensor: str, _seconds: float, cancel: Cancel, _also: object) -> Probe:
        left = threading.Event()
        asked.append(left)
        cancel.wait(60)
        left.set()
        return Probe("y", (), (), 1, None)

    monkeypatch.setattr(probing, "probe", held)
    with stand_in_engine("pipe") as engine:
        wires = session.requests.wires
        wires.follow("pipe")
        wires.set_watched("pipe", ["mid"])
        _launched_and_sent(session, until)
        until(lambda: len(asked) == 1)
        _launched_and_sent(session, until)
        until(lambda: len(asked) == 2 and asked[0].is_set())
        assert len(engine.servers) == 2


def test_nothing_is_renewed_without_a_server(session: Session) -> None:
    wires = session.requests.wires
    wires.follow("pipe")
    _send(session, _request())
    wires.set_watched("pipe", ["mid"], asks=True)
    assert wires.last("pipe", "mid") is None
    assert session.requests.renewal.problem == ""
    session.requests.renewal.set_on(on=False)
    assert not session.requests.renewal.is_on


@pytest.mark.logs_warnings
def test_a_value_of_which_nothing_can_be_told_says_so_once(session: Session) -> None:
    wires = session.requests.wires
    wires.set_watched("pipe", ("y",))
    seen = wires.take("pipe", tensor(np.zeros(3, "V4")), "odd")
    wait_until(lambda: getattr(wires.last("pipe", "y"), "digest", None) is not None)
    told = wires.last("pipe", "y")
    assert told is not None
    assert told.digest is not None
    assert (told.number, told.digest.shown, len(told.digest.text)) == (seen.number, "text", 1)
