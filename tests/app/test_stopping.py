"""A server that is stopped: what it is waited for, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.app.serving import monitor, server
from studio.app.serving.ladder import PROCESS
from studio.app.session import Session
from studio.core.serving.alive import Proof
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from tests.fixtures.stand_in_engine import StandInEngine, StandInServer, stand_in_engine

Until = Callable[..., None]
_LEFT = "Timeout 29: Found {} live models and 0 in-flight non-inference requests"


@pytest.fixture
def engine() -> Iterator[StandInEngine]:
    with stand_in_engine("m") as made:
        yield made


@pytest.fixture
def served(
    session: Session, engine: StandInEngine, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> StandInServer:
    """A server that is ready, and would be given ten minutes to end."""
    monkeypatch.setattr(monitor, "STOP_TIMEOUT", 600.0)
    session.server.launch(LaunchSpec(EngineKind.DOCKER, tmp_path))
    until(lambda: session.server.status.state is State.READY and session.server.models)
    engine.lets_end.clear()
    return engine.servers[0]


def _says(session: Session) -> str:
    return session.server.status.rung(PROCESS).evidence


def test_what_is_waited_for_is_told_and_a_second_stop_waits_no_longer(
    session: Session, served: StandInServer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not session.server.is_stopping
    session.server.stop()
    until(served.told_to_end.is_set)
    assert (session.server.status.state, session.server.is_stopping) == (State.STOPPING, True)
    served.logs("Signal (15) received.", _LEFT.format(2))
    until(lambda: _says(session) == "Stopping, waiting for 2 models.")
    served.logs(_LEFT.format(1))
    until(lambda: _says(session) == "Stopping, waiting for 1 model.")
    assert served.lives
    monkeypatch.setattr(server, "STOPS_AGAIN_AFTER", 0.0)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert served.was_killed


def test_a_double_click_on_stop_and_taking_it_off_the_list_kill_nothing(
    session: Session, served: StandInServer, engine: StandInEngine, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STOPS_AGAIN_AFTER", 600.0)
    session.server.stop()
    session.server.stop()
    session.servers.close(session.server.current)
    until(served.told_to_end.is_set)
    served.logs(_LEFT.format(1))
    until(lambda: _says(session) == "Stopping, waiting for 1 model.")
    engine.lets_end.set()
    until(lambda: session.server.status.state is State.STOPPED)
    assert not served.was_killed


def test_one_that_ends_by_itself_is_not_killed(
    session: Session, served: StandInServer, engine: StandInEngine, until: Until
) -> None:
    session.server.stop()
    until(served.told_to_end.is_set)
    engine.lets_end.set()
    until(lambda: session.server.status.state is State.STOPPED)
    assert not served.was_killed
    assert not session.server.is_stopping


def test_models_that_do_not_answer_are_not_waited_for(session: Session, served: StandInServer, until: Until) -> None:
    session.server.prober.proofs["m"] = Proof("fail", why="its process 7 is stopped")
    session.server.stop()
    until(served.told_to_end.is_set)
    served.logs(_LEFT.format(2))
    until(lambda: _says(session).endswith("2 models."))
    assert served.lives, "another model still unloads"
    served.logs(_LEFT.format(1))
    until(lambda: session.server.status.state is State.STOPPED)
    assert served.was_killed


def test_a_stop_while_it_restarts_gives_up_the_restart_and_does_not_kill(
    session: Session, served: StandInServer, engine: StandInEngine, until: Until
) -> None:
    session.server.restart()
    until(served.told_to_end.is_set)
    assert not session.server.is_stopping, "it is to come again"
    session.server.stop()
    assert session.server.is_stopping
    engine.lets_end.set()
    until(lambda: session.server.status.state is State.STOPPED)
    assert not served.was_killed
    assert engine.servers == [served]


def test_a_session_that_ends_waits_for_no_model_that_does_not_answer(session: Session, served: StandInServer) -> None:
    session.server.prober.proofs["m"] = Proof("fail", why="Stub process 'm_0_0' is not healthy.")
    assert session.shutdown()
    assert served.was_killed


def test_a_session_that_ends_lets_a_server_end_whose_other_models_answer(session: Session, until: Until) -> None:
    with stand_in_engine("m", "other") as engine:
        session.server.launch(LaunchSpec(EngineKind.DOCKER, Path("/models")))
        until(lambda: session.server.status.state is State.READY and len(session.server.models) == 2)
        session.server.prober.proofs["m"] = Proof("fail", why="it is late")
        assert not session.server.current.is_silent
        assert session.shutdown()
        assert not engine.servers[0].was_killed
        assert engine.servers[0].told_to_end.is_set()
