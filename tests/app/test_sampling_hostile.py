"""Metrics of a server that is slow, talks junk, lists too much or lies, and how samples come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from studio.app.serving.sampling.sampler import Sampled, Sampler
from studio.app.session import Session
from studio.core.serving.launch import Addresses, State
from tests.client.server import answering, http
from tests.fixtures.waiting import wait_until
from tests.metrics.dripping import dripping

_WELL = http(b'nv_inference_count{model="m",version="1"} 3\n')
_MODELS = b"".join(b'nv_inference_count{model="m%d",version="1"} 1\n' % number for number in range(100_000))
_SEEN = 2
"""Samples, after the one that was under way, until what the server tells is there again."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends what the test opened."""
    with ExitStack() as made:
        yield made


def _sampled(session: Session, metrics: str, stack: ExitStack) -> tuple[Sampler, list[Sampled]]:
    """A sampler of a server with these metrics that looks ten times a second, and all that it tells."""
    server = session.server.current
    server.sampler.stop()
    made, told = Sampler(server, server, interval_ms=100), list[Sampled]()
    made.sampled.connect(told.append)

    def leave() -> None:
        made.stop()
        server.status = replace(server.status, state=State.STOPPED)
        server.status_changed.emit(server.status)

    stack.callback(leave)
    server.status = replace(server.status, state=State.READY, addresses=Addresses(metrics=metrics))
    server.status_changed.emit(server.status)
    return made, told


def test_samples_come_again_within_two_ticks_after_headers_that_dripped(session: Session, stack: ExitStack) -> None:
    is_well = threading.Event()
    _, told = _sampled(session, stack.enter_context(dripping(is_well, _WELL)), stack)
    wait_until(lambda: told, 10)
    assert "no answer within 1.5 s" in told[0].problem
    is_well.set()
    before = len(told)
    wait_until(lambda: not told[-1].problem, 10)
    assert len(told) - before <= _SEEN + 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (http(b"<html>Welcome</html>"), "not Prometheus text"),
        (http(b"short", length=100), "closed"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP"),
    ],
    ids=["junk", "shorter than it says", "not HTTP"],
)
def test_samples_come_again_within_two_ticks_after_what_was_no_metrics(
    session: Session, stack: ExitStack, answer: bytes, problem: str
) -> None:
    answers = [answer]
    _, told = _sampled(session, stack.enter_context(answering(lambda _: answers[0])), stack)
    wait_until(lambda: told, 10)
    assert problem in told[0].problem
    answers[0] = _WELL
    before = len(told)
    wait_until(lambda: not told[-1].problem, 10)
    assert len(told) - before <= _SEEN


def test_of_a_hundred_thousand_models_the_first_are_kept_and_the_rest_said_to_be_left_out(
    session: Session, stack: ExitStack
) -> None:
    sampler, told = _sampled(session, stack.enter_context(answering(lambda _: http(_MODELS))), stack)
    wait_until(lambda: told, 30)
    sampler.stop()
    assert not told[0].problem
    assert "what comes after" in told[0].left_out
