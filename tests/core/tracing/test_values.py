"""Requests that a server recorded, as values, and where their time went."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.tracing.setting import TraceSetting, next_requests, tensors_risk
from studio.core.tracing.shares import shares, shares_of_all
from studio.core.tracing.trace import trace_of
from studio.core.tracing.values import Piece, RequestTrace, Span

PRE = Span(2, 1, "pre", "1", "a", 10, 40, (Piece("queue", 10, 15), Piece("compute", 15, 38), Piece("output", 38, 40)))
CLF = Span(3, 1, "clf", "1", "a", 42, 80, (Piece("queue", 42, 50), Piece("compute", 50, 80)))
PIPELINE = Span(1, 0, "pipeline", "1", "a", 5, 82, steps=(PRE, CLF), gaps=(Piece("gap", 40, 42),))
ONE = RequestTrace(PIPELINE, 1000, 90, "http", (Piece("network", 0, 5), Piece("network", 82, 90)))


def test_the_shares_of_an_ensemble_add_up_to_its_time_in_the_server() -> None:
    found = shares(ONE)
    assert [(each.stage, each.time) for each in found.stages] == [
        ("network", 13),
        ("queue", 13),
        ("compute", 53),
        ("output", 2),
        ("gap", 9),
    ]
    assert sum(each.time for each in found.stages) == found.total == 90
    assert [(each.model, each.time) for each in found.models] == [("clf", 38), ("pre", 30)]
    assert found.models[0].share == pytest.approx(38 / 90)
    assert [(each.stage, each.time) for each in found.models[1].stages] == [
        ("queue", 5),
        ("compute", 23),
        ("output", 2),
    ]


def test_steps_at_the_same_time_share_it_and_a_model_has_what_those_that_it_asked_leave() -> None:
    side = replace(PRE, model="side", pieces=(Piece("compute", 15, 38),))
    both = RequestTrace(replace(PIPELINE, steps=(PRE, side)), 0, 82)
    assert [(each.model, each.time) for each in shares(both).models] == [("pre", 19), ("side", 11)]
    asking = Span(1, 0, "bls", "1", "a", 0, 90, (Piece("compute", 0, 90),), steps=(PRE, CLF))
    found = shares(RequestTrace(asking, 0, 90))
    assert [(each.model, each.time) for each in found.models] == [("clf", 38), ("pre", 30), ("bls", 22)]


def test_what_goes_on_after_the_answer_is_no_part_of_the_time_in_the_server() -> None:
    late = Span(1, 0, "m", "1", "", 0, 70, (Piece("compute", 10, 50), Piece("output", 50, 70)))
    found = shares(RequestTrace(late, 0, 60, "grpc", (Piece("network", 0, 5),)))
    assert (found.time_in("compute"), found.time_in("output"), found.time_in("gap"), found.total) == (40, 10, 5, 60)


def test_the_shares_of_many_are_their_sum() -> None:
    found = shares_of_all([ONE, ONE])
    assert (found.total, found.requests, found.time_in("compute")) == (180, 2, 106)
    assert [(each.model, each.runs) for each in found.models] == [("clf", 2), ("pre", 2)]
    assert shares_of_all([]).stages == ()


def test_a_trace_of_requests_knows_each_by_its_row_in_order_of_time() -> None:
    later = RequestTrace(replace(PIPELINE, request_id="b"), 1050, 20, error="no PNG or JPEG")
    trace = trace_of([later, ONE])
    assert (len(trace), trace.extent, list(trace.ids), list(trace.models)) == (2, 90, ["a", "b"], ["pipeline"] * 2)
    assert list(trace.slowest_first()) == [0, 1]
    assert list(trace.failed) == [False, True]
    assert (trace.request(0), trace.request(1)) == (ONE, later)
    assert trace.rows_of("b") == [1]
    assert list(trace.between(75, 80)) == [0]
    told = trace.with_errors({"a": "the queue is full"})
    assert (told.request(0).failed, list(told.failed)) == (True, [True, True])


def test_a_span_tells_what_it_is() -> None:
    assert PIPELINE.is_ensemble
    assert not PRE.is_ensemble
    assert [each.model for each in PIPELINE.walk()] == ["pipeline", "pre", "clf"]
    assert (CLF.time_in("queue"), CLF.duration) == (8, 38)
    assert ONE.is_whole
    assert not RequestTrace(replace(PIPELINE, steps=(replace(PRE, is_whole=False),)), 0, 9).is_whole


def test_a_setting_says_whether_it_records_and_how_it_is_put_back() -> None:
    usual = TraceSetting()
    assert not usual.is_on
    assert dict(usual.changes) == {
        "trace_level": ("OFF",),
        "trace_rate": ("1000",),
        "trace_count": ("-1",),
        "log_frequency": ("0",),
    }
    assert TraceSetting(("TIMESTAMPS",), count=3).is_on
    assert not TraceSetting(("TIMESTAMPS",), count=0).is_on, "it has recorded all that it was asked to"
    assert dict(next_requests(5, tensors=True))["trace_level"] == ("TIMESTAMPS", "TENSORS")


@pytest.mark.parametrize(
    ("version", "is_risky"),
    [("2.51.0", True), ("2.52.0", False), ("3.0", False), ("", False), ("2", False), ("x.y", False)],
)
def test_tensors_are_a_risk_for_old_servers(version: str, is_risky: bool) -> None:
    assert bool(tensors_risk(version)) == is_risky


def test_requests_are_left_out_by_how_their_id_begins() -> None:
    others = [
        replace(ONE, root=replace(ONE.root, id=number, request_id=name), began=began)
        for number, name, began in ((7, "probe-1", 500), (8, "b", 2000), (9, "probe-2", 3000))
    ]
    whole = trace_of([ONE, *others])
    left = whole.without("probe-")
    assert left.ids == ["a", "b"]
    assert left.begin.tolist() == [0, 1000]
    assert left.end.tolist() == [90, 1090]
    assert [left.request(row).id for row in range(2)] == ["a", "b"]
    assert whole.without("none") is whole
    assert len(trace_of(others[:1]).without("probe-")) == 0


def test_very_many_steps_at_the_same_time_share_it() -> None:
    """To go through all that work at each cut would take an hour."""
    count = 60_000
    steps = tuple(
        Span(
            2 + number,
            1,
            "ab"[number % 2],
            "1",
            "",
            number,
            number + count,
            (Piece("compute", number, number + count),),
        )
        for number in range(count)
    )
    found = shares(RequestTrace(Span(1, 0, "m", "1", "r", 0, 2 * count, steps=steps), 0, 2 * count))
    assert sum(each.time for each in found.models) == found.time_in("compute") == 2 * count - 1
    assert [each.share for each in found.models] == pytest.approx([0.5, 0.5], abs=0.001)
    assert [each.runs for each in found.models] == [count // 2] * 2
