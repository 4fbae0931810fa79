"""What is known of models that are asked, as one verdict."""

from __future__ import annotations

import pytest

from studio.core.serving.alive import BOUND, FIRST_BOUND, PACE, Proof, verdict

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


def test_what_is_said_of_one_model() -> None:
    assert _OK.words(101.0) == ""
    assert _OK.words(125.0) == "answered 20 s ago"
    assert Proof("fail", why="no").words(1.0) == "does not answer: no"
    assert Proof("unknown", why="no").words(1.0).endswith("answers: no")
