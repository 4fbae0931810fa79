"""The rungs of a server as values: when they were reached, and what is left of them at its end."""

from __future__ import annotations

from studio.app.serving import ladder
from studio.app.serving.connection import Health
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, State
from tests.fixtures.protocol_server import protocol_server
from tests.fixtures.waiting import wait_until


def _climbed() -> ladder.ServerStatus:
    status = ladder.starting(LaunchSpec(EngineKind.EMBEDDED))
    for place, name in enumerate(ladder.NAMES, 1):
        status = status.settled(name, "ok", "3 of 3 answered", float(place))
    return status


def test_what_holds_again_has_the_time_at_which_the_server_reached_it() -> None:
    """A reload an hour later does not make its start a long one; a failure has the time of its own."""
    status = _climbed()
    again: tuple[tuple[ladder.RungState, float], ...] = (("wait", 3600), ("ok", 3601), ("unknown", 3700), ("ok", 3800))
    for state, at in again:
        status = status.settled(ladder.VERSIONS, state, "", at)
    assert status.rung(ladder.VERSIONS).time_s == 3.0
    status = status.settled(ladder.VERSIONS, "fail", "one is gone", 4000.0).settled(ladder.VERSIONS, "fail", "", 5000.0)
    assert status.rung(ladder.VERSIONS).time_s == 4000.0
    assert status.settled(ladder.VERSIONS, "ok", "", 6000.0).rung(ladder.VERSIONS).time_s == 3.0


def test_a_server_that_is_gone_says_nothing_of_what_it_answers() -> None:
    """One that was stopped says nothing at all; one that failed says how far it had come."""
    stopped = ladder.ended(_climbed(), Exit(0, "Stopped."), State.STOPPED, 60.0)
    assert {rung.evidence for rung in stopped.rungs} == {"", "Stopped."}
    failed = ladder.ended(_climbed(), Exit(1, "It died."), State.FAILED, 60.0)
    assert failed.rung(ladder.PROCESS).evidence == "It died."
    assert failed.rung(ladder.REQUEST) == ladder.Rung(ladder.REQUEST, "off", "Before that: 3 of 3 answered")


def test_what_a_silent_server_had_reached_is_not_said_to_hold_and_is_looked_at_anew(session: Session) -> None:
    with protocol_server("one") as place:
        session.server.attach(place.address)
        wait_until(lambda: session.server.status.rung(ladder.BACKENDS).state == "ok")
        server = session.server.current
        server.server_checked(Health(False, problem="no answer"))
        server.prober.changed.emit()
        status = server.status
        assert status.is_silent
        assert {rung.state for rung in status.rungs if rung.name not in (ladder.PROCESS, ladder.REPOSITORY)} == {"off"}
        assert "one" in server.models, "it may be back in a moment"
        server.server_checked(Health(True, (ModelState("one", "1", "READY", ""),)))
        wait_until(lambda: server.status.rung(ladder.BACKENDS).state == "ok")
        assert server.status.rung(ladder.VERSIONS).state == "ok"
        assert not server.status.is_silent
