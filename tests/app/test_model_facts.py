"""What is known of models by their configurations, where nobody tells them."""

from __future__ import annotations

from studio.app.serving.sampling.model_facts import FactsOfModels
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until


def test_many_models_of_a_server_that_is_gone_stay_unknown(open_session: OpenSession) -> None:
    """Each of these questions fails at once."""
    facts = FactsOfModels(open_session().server.current)
    facts.want(f"model_{number}" for number in range(500))
    wait_until(lambda: len(facts.known) == 500)
    assert not any(found.is_known for found in facts.known.values())


def test_of_a_model_that_nobody_tells_of_it_is_not_said_that_it_does_not_stream(open_session: OpenSession) -> None:
    sampler = open_session().server.current.sampler
    sampler.facts.may_ask = lambda _: True
    sampler.facts.want(["quiet"])
    wait_until(lambda: "quiet" in sampler.facts.known)
    assert "quiet" not in sampler.figures.streams
