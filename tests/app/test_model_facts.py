"""What is known of models by their configurations, where nobody tells them."""

from __future__ import annotations

from studio.app.serving.sampling.model_facts import FactsOfModels
from studio.core.serving.launch import State
from tests.fixtures.protocol_server import protocol_server
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until


def test_many_models_of_a_server_that_is_gone_stay_unknown(open_session: OpenSession) -> None:
    """Each of these questions fails at once."""
    facts = FactsOfModels(open_session().server.current)
    facts.want(f"model_{number}" for number in range(500))
    wait_until(lambda: len(facts.known) == 500)
    assert not any(found.is_known for found in facts.known.values())


def test_of_a_model_that_nobody_tells_of_it_is_not_said_that_it_does_not_stream(open_session: OpenSession) -> None:
    session = open_session()
    sampler = session.server.current.sampler
    sampler.facts.may_ask = lambda _: True
    sampler.facts.want(["quiet"])
    wait_until(lambda: "quiet" in sampler.facts.known)
    assert "quiet" not in sampler.figures.streams
    assert not session.sampler.is_untold("busy")
    assert session.sampler.is_untold("quiet")


def test_what_is_asked_while_the_server_goes_is_not_noted_of_the_next(open_session: OpenSession) -> None:
    with protocol_server("one") as server:
        session = open_session()
        session.server.attach(server.address)
        wait_until(lambda: session.server.status.state is State.READY)
        facts = FactsOfModels(session.server.current)
        facts.want(["one"])
        facts.forget()
        facts.want(["other"])
        wait_until(lambda: "other" in facts.known)
        assert list(facts.known) == ["other"]
