"""What the counts of a server prove of a model that is not asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from studio.core.serving.alive import Proof, verdict
from studio.core.serving.watched import FRESH, LEAST, Seen, Watch


def _watch(counts: Iterable[Seen]) -> Watch:
    watch = Watch()
    for seen in counts:
        watch = watch.follow(seen)
    return watch


def _proof(*counts: Seen, after: float = 0.0) -> Proof:
    return _watch(counts).proof(counts[-1].at + after)


def _waiting(since: int, until: int, answers: int = 5, waiting: int = 3, p99: float = 0.0) -> list[Seen]:
    return [Seen(float(at), answers, waiting=waiting, p99=p99) for at in range(since, until + 1, 2)]


def test_a_model_that_is_not_looked_at_yet_is_waited_for() -> None:
    assert Watch().proof(1.0).state == "wait"


def test_answers_that_move_are_proof_with_their_age() -> None:
    proof = _proof(Seen(1, 5), Seen(3, 6), Seen(5, 6), after=30)
    assert (proof.state, proof.at) == ("ok", 3)
    assert proof.words(43) == "answered 40 s ago"
    assert verdict({"m": proof}, 43.0) == ("ok", "1 of 1 models answered, m 40 s ago")


def test_an_old_answer_is_no_proof() -> None:
    proof = _proof(Seen(1, 5), Seen(3, 6), after=FRESH + 1)
    why = "nobody got an answer for 1 min: at rest, or hung in one that is not counted"
    assert (proof.state, proof.why) == ("unknown", why)


def test_nothing_is_known_of_a_model_that_nobody_asks() -> None:
    proof = _proof(Seen(1, 5, waiting=0), Seen(3, 5, waiting=0), after=100)
    assert proof.state == "unknown"
    assert "no answer was counted" in proof.why
    assert _proof(Seen(1, 5, waiting=2)).why == "2 requests waiting, none answered yet"


def test_requests_that_wait_in_vain_prove_it_dead_after_ten_seconds_and_not_before() -> None:
    just_before = _waiting(1, 10)
    assert _proof(*just_before).state == "unknown"
    proof = _proof(*just_before, Seen(11, 5, waiting=3))
    assert (proof.state, proof.why) == ("fail", "nothing answered for 10 s while 3 requests wait")
    assert _proof(Seen(0, 5), *_waiting(10, 20, 5, 1)).why == "nothing answered for 10 s while 1 request waits"


def test_a_model_that_answered_is_green_until_that_and_again_once_it_answers() -> None:
    counts = [Seen(0, 4, waiting=1), *_waiting(1, 9)]
    assert _proof(*counts).state == "ok"
    counts += _waiting(11, 13)
    assert _proof(*counts).state == "fail"
    assert _proof(*counts, Seen(15, 8, waiting=0)).state == "ok"


@pytest.mark.parametrize(("p99", "state"), [(3.0, "fail"), (4.0, "ok"), (5.0, "ok")])
def test_a_slow_model_has_three_times_its_p99(p99: float, state: str) -> None:
    counts = [Seen(-1, 4, p99=p99), *_waiting(1, 11, p99=p99)]
    assert _proof(*counts).state == state


def test_where_no_p99_is_told_the_time_of_the_slowest_answers_counts() -> None:
    counts = [Seen(-9, 4, busy=10), Seen(-5, 5, busy=15), Seen(-3, 6, busy=15.1)]
    assert _watch(counts).bound == 15
    assert _proof(*counts, *_waiting(-1, 11, 6)).state == "ok"
    assert _proof(*counts, *_waiting(-1, 15, 6)).state == "fail"


def test_one_that_keeps_answering_while_others_wait_is_alive() -> None:
    counts = [Seen(float(at), at, waiting=40) for at in range(0, 60, 2)]
    assert all(_proof(*counts[:until]).state == "ok" for until in range(2, len(counts)))


def test_what_fails_or_comes_from_the_cache_proves_nothing() -> None:
    failing = _proof(Seen(1, 5), Seen(3, 6), Seen(5, 6, failures=2), Seen(7, 6, failures=3))
    assert (failing.state, failing.why) == ("unknown", "its last 3 requests failed")
    cached = _proof(Seen(1, 5), Seen(3, 5, cached=9))
    assert (cached.state, cached.why) == ("unknown", "only its response cache answered")
    assert _proof(Seen(1, 5), Seen(3, 5, failures=1), Seen(5, 6, failures=2, cached=1)).state == "ok"


def test_a_stream_that_is_counted_at_its_end_is_never_called_dead() -> None:
    proof = _proof(*(replace(seen, streams=True) for seen in _waiting(1, 61)))
    assert proof.state == "unknown"
    assert "it streams" in proof.why


def test_without_the_number_that_waits_nothing_is_called_dead() -> None:
    assert _proof(*(Seen(float(at), 5) for at in range(0, 200, 2))).state == "unknown"


def test_a_reload_that_sets_the_counts_to_zero_begins_anew() -> None:
    counts = [*_waiting(1, 13), Seen(15, 0, waiting=1)]
    proof = _proof(*counts)
    assert (proof.state, proof.why) == ("unknown", "1 request waiting, none answered yet")
    assert _proof(*counts, Seen(25, 0, waiting=1)).state == "unknown", "its first answer may take longer"
    assert _proof(*counts, Seen(45, 0, waiting=1)).state == "fail"
    assert _watch([Seen(1, 4, busy=40.0)]).bound == 30, "what it took before it was watched is known too"


def test_requests_that_were_given_up_long_ago_are_not_held_against_it() -> None:
    quiet = [Seen(float(at), 5, waiting=0) for at in range(5, 61, 2)]
    assert _proof(*_waiting(1, 3), *quiet, Seen(63, 5, waiting=1)).state == "unknown"
    assert _proof(*_waiting(1, 3), Seen(5, 5, waiting=0), *_waiting(7, 15)).state == "fail", "one went, another came"


def test_least_is_ten_seconds() -> None:
    assert _watch([Seen(1, 4, busy=0.1)]).bound == LEAST == 10.0
