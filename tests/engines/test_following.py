"""Ending a server: it is let end by itself for a while, and killed where that is long or somebody is in a hurry."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.engines.failure import EngineError
from studio.engines.following import end
from tests.fixtures.stand_in_engine import StandInEngine, StandInServer, stand_in_engine


@pytest.fixture
def engine() -> Iterator[StandInEngine]:
    with stand_in_engine("m") as made:
        made.lets_end.clear()
        yield made


@pytest.fixture
def server(engine: StandInEngine) -> StandInServer:
    return engine.start(LaunchSpec(EngineKind.DOCKER))


def test_it_ends_by_itself_where_it_does_so_in_time(engine: StandInEngine, server: StandInServer) -> None:
    end(server, 600, threading.Event().wait, engine.lets_end.set)
    assert not server.lives
    assert not server.was_killed


@pytest.mark.parametrize("seconds", [0.05, 600])
def test_it_is_killed_where_it_takes_too_long_or_somebody_is_in_a_hurry(server: StandInServer, seconds: float) -> None:
    looks: list[None] = []
    end(server, seconds, lambda _: seconds > 1 and bool(looks), lambda: looks.append(None))
    assert server.was_killed


def test_where_the_wait_is_interrupted_it_is_killed_at_once(server: StandInServer) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        end(server, 600, threading.Event().wait, interrupted)
    assert server.was_killed


def test_one_that_cannot_be_told_is_tried_to_be_stopped(engine: StandInEngine, server: StandInServer) -> None:
    engine.is_there.clear()
    with pytest.raises(EngineError, match="Docker does not answer"):
        end(server, 600, threading.Event().wait)
