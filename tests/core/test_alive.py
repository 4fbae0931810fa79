"""What is known of models that are asked, as one verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.serving.alive import AGAIN, BOUND, FIRST_BOUND, PACE, SHARE, Proof, verdict

_OK = Proof("ok", 100.0, 0.01)


@pytest.mark.parametrize(
    ("proofs", "state", "named"),
    [
        ({}, "wait", "0 of 0"),
        ({"a": _OK, "b": Proof()}, "wait", "1 of 2"),
        ({"a": _OK, "b": _OK}, "ok", "2 of 2 models answered"),
        ({"a": _OK, "b": Proof("ok", 60.0, 2.0)}, "ok", "b 40 s ago"),
        ({"a": _OK, "b": Proof("unknown", why="it keeps a state")}, "unknown", "b is not known: it keeps a state"),
        ({"a": _OK, "b": Proof("fail", why="no answer in 3 s")}, "fail", "b does not answer: no answer in 3 s"),
        ({"a": Proof(), "b": Proof("fail", why="x"), "c": Proof("fail", why="y")}, "fail", "and 1 more"),
    ],
)
def test_the_verdict(proofs: dict[str, Proof], state: str, named: str) -> None:
    found, words = verdict(proofs, 101.0)
    assert found == state
    assert named in words


def test_a_slow_model_is_asked_seldom_and_given_time() -> None:
    assert Proof("ok", 1.0, 0.01).pace() == PACE
    assert Proof("ok", 1.0, 2.0, cost=2.0).pace() == pytest.approx(200)
    assert Proof("fail", 1.0, 2.0, cost=2.0).pace() == PACE, "it is asked on until it answers"
    assert (Proof().bound(), _OK.bound(), Proof("ok", 1.0, 2.0).bound()) == (FIRST_BOUND, BOUND, 20)
    assert Proof("ok", 1.0, 20.0).bound() == FIRST_BOUND
    assert Proof("ok", 1.0, 20.0, cost=20.0, spent=40.0).bound() == 200


def test_all_that_was_spent_counts_from_the_first_answer_on() -> None:
    first = Proof().answered(10.0, 5.0, 5.0)
    assert (first.cost, first.pace()) == (0.0, PACE), "the first one prepares much"
    second = first.answered(13.0, 0.2, 0.2)
    assert second.pace() == pytest.approx(40 - 3)
    third = second.answered(50.0, 0.2, 0.2)
    assert third.pace() == pytest.approx(20)
    assert third.pace(SHARE / 2) == pytest.approx(120 - 40), "where two ways of asking share a model"
    lost = replace(third, sent=60.0, executions=7).left("fail", "no answer")
    assert (lost.state, lost.spent, lost.executions, lost.pace()) == ("fail", third.spent, -1, PACE)


def test_no_second_request_is_put_behind_one_that_waits() -> None:
    waits = Proof("fail", 10.0, sent=20.0, executions=7)
    assert waits.waits_in_vain(7, 25.0)
    assert not waits.waits_in_vain(8, 25.0), "it goes on"
    assert not waits.waits_in_vain(7, 20.0 + AGAIN), "what became of it is not known"
    assert not waits.waits_in_vain(-1, 25.0), "the server does not tell"
    assert not Proof("fail", 10.0).waits_in_vain(0, 25.0)


def test_what_is_said_of_one_model() -> None:
    assert _OK.words(101.0) == ""
    assert _OK.words(125.0) == "answered 20 s ago"
    assert Proof("fail", why="no").words(1.0) == "does not answer: no"
    assert Proof("unknown", why="no").words(1.0).endswith("answers: no")
