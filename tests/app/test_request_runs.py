"""All saved requests of the example, sent by a session to the real embedded server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.saved_requests.outcome import Outcome
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from tests.client.server import free_port
from tests.fixtures.sessions import OpenSession

Until = Callable[..., None]


@pytest.mark.engine
def test_all_are_sent_a_few_at_a_time_and_what_came_outlives_the_server(
    open_session: OpenSession, tmp_path: Path, until: Until
) -> None:
    session = _serving(open_session, write_example(tmp_path / "example"), until)
    runs = session.requests.runs
    ended: list[dict[str, Outcome]] = []
    came: list[Outcome] = []
    runs.ended.connect(ended.append)
    runs.came.connect(came.append)
    session.requests.run()
    assert runs.is_running
    until(lambda: ended)
    assert {each.words for each in came} == {"as expected"}
    assert {name: each.state for name, each in ended[0].items()} == dict.fromkeys(
        session.requests.saved.names, "passed"
    )
    assert runs.progress == (5, 5)

    session.requests.run()
    runs.cancel()
    until(lambda: len(ended) == 2)
    assert "cancelled" in {each.state for each in ended[1].values()}
    assert not runs.is_running

    session.requests.run("texts/fees")
    until(lambda: len(ended) == 3)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert runs.outcomes["texts/fees"].result is not None


def _serving(open_session: OpenSession, repository: Path, until: Until) -> Session:
    session = open_session(repository)
    ports = Ports(free_port(), free_port(), free_port())
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.NONE, ports=ports))
    until(lambda: session.server.readiness()[0] == 7, 120)
    return session
