"""Several servers at once: one is current, and nothing of the others is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.app.notices import Notice
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import InferRequest, InferResult
from studio.core.serving.launch import LogLine, State
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.waiting import wait_until


@pytest.fixture
def first() -> Iterator[ProtocolServer]:
    with protocol_server("one") as server:
        yield server


@pytest.fixture
def second() -> Iterator[ProtocolServer]:
    with protocol_server("one", "two") as server:
        yield server


def attached(session: Session, server: ProtocolServer) -> ServerControl:
    """The life of a server that the session attached to just now."""
    session.server.attach(server.address)
    made = session.server.current
    wait_until(lambda: made.status.state is State.READY and made.models)
    return made


def request(model: str) -> InferRequest:
    """A request that a small server answers."""
    return InferRequest(model, ())


def test_a_second_server_is_current_and_the_first_goes_on(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    assert one is not two
    assert session.servers.all == (one, two)
    assert set(session.server.models) == {"one", "two"}
    first.models["late"] = True
    wait_until(lambda: "late" in one.models)
    assert set(session.server.models) == {"one", "two"}, "what another server has was told of the current one"


def test_a_switch_tells_all_that_is_known_of_the_server_that_is_current_then(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    attached(session, second)
    one.server_logged([LogLine("I", "of the first")])
    told: list[str] = []
    server = session.server
    for name in ("switched", "status_changed", "models_changed", "pending_changed", "guard_changed", "trial_changed"):
        getattr(server, name).connect(lambda *_, name=name: told.append(name))
    session.servers.choose(one)
    assert told[0] == "switched"
    assert set(told) == {
        *("switched", "status_changed", "models_changed", "pending_changed", "guard_changed", "trial_changed")
    }
    assert server.current is one
    assert set(server.models) == {"one"}
    assert [line.text for line in server.log] == ["of the first"]
    lines: list[LogLine] = []
    server.log_appended.connect(lines.extend)
    one.server_logged([LogLine("I", "more")])
    assert [line.text for line in lines] == ["more"]


def test_a_request_is_told_of_the_server_that_it_went_to(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    heard: list[tuple[ServerControl, InferResult]] = []
    session.servers.answered.connect(lambda server, result: heard.append((server, result)))
    session.server.infer(request("two"), lambda _: None)
    session.servers.choose(one)
    wait_until(lambda: heard)
    assert heard[0][0] is two
    assert (first.requests, second.requests) == ([], ["two"])
    assert two.sampler.percentiles("two").count == 1
    assert one.sampler.percentiles("two").count == 0


def test_what_one_server_was_asked_is_not_told_of_another(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    attached(session, second)
    answers: list[str] = []
    second.goes_on.clear()
    session.server.metadata("one", "", lambda _: answers.append("second"))
    session.servers.choose(one)
    session.server.metadata("one", "", lambda _: answers.append("first"))
    wait_until(lambda: answers)
    second.goes_on.set()
    session.servers.choose(session.servers.all[1])
    session.server.metadata("one", "", lambda _: answers.append("second again"))
    wait_until(lambda: "second again" in answers)
    assert answers[0] == "first"


def test_a_trial_stays_with_its_server(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    one = attached(session, first)
    session.server.load("one", '{"max_batch_size": 2}')
    wait_until(lambda: one.trials.of("one") is not None)
    two = attached(session, second)
    assert session.server.trials.of("one") is None
    session.servers.choose(one)
    assert session.server.trials.of("one") is not None
    assert two.trials.of("one") is None
    session.server.load("one")
    wait_until(lambda: one.trials.of("one") is None)
    assert [what for what, _, _ in first.changes] == ["load", "load"]
    assert second.changes == []


def test_the_end_of_a_session_lets_go_of_all(
    session: Session, first: ProtocolServer, second: ProtocolServer, posted: list[Notice]
) -> None:
    attached(session, first)
    attached(session, second)
    assert session.shutdown()
    assert not posted
