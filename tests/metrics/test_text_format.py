"""Prometheus' text by the line: as its own parser reads it, and whatever else may stand there."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from studio.core.serving.figures.quantiles import between, of_buckets
from studio.metrics.scrape import parse
from studio.metrics.text_format import Family, Limits, Point, read

SOME = r"""# HELP vllm:time_to_first_token_seconds Time to the first token, in "s" with a back\\slash
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{le="0.1",model_name="a b"} 2
vllm:time_to_first_token_seconds_bucket{le="+Inf",model_name="a b"} 3.0
vllm:time_to_first_token_seconds_count{model_name="a b"} 3
vllm:time_to_first_token_seconds_sum{model_name="a b"} 1.5e-1
# TYPE odd gauge
odd { b = "}, x=\"y\"" , a="\n",} -1.5 1700000000000
odd{} Nan
plain 7
"""


def test_a_text_says_what_prometheus_own_parser_reads() -> None:
    ours = {
        (family.name, family.kind, family.help, family.name + point.suffix, point.labels, repr(point.value))
        for family in read(SOME.encode()).families
        for point in family.points
    }
    theirs = {
        (
            family.name,
            family.type,
            family.documentation,
            one.name,
            tuple(sorted(one.labels.items())),
            repr(float(one.value)),
        )
        for family in text_string_to_metric_families(SOME)
        for one in family.samples
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("limits", "values", "left_out"),
    [
        (Limits(), 10, ""),
        (Limits(lines=4), 4, "what comes after 4 lines"),
        (Limits(values=3), 3, "what comes after 3 values"),
        (Limits(size=25), 3, "what comes after 2.38e-05 MiB"),
        (Limits(line=7), 9, "1 line that is no metric"),
    ],
)
def test_what_is_beyond_a_limit_is_left_out_and_said(limits: Limits, values: int, left_out: str) -> None:
    text = b"".join(b"abc %d\n" % number for number in range(10, 19)) + b"abc 10000\n"
    found = read(text, limits)
    assert (sum(len(family.points) for family in found.families), found.left_out) == (values, left_out)


def test_a_number_of_four_hundred_digits_is_no_count_and_does_no_harm() -> None:
    digits = "9" * 400
    text = f'nv_inference_count{{model="m",version="1"}} {digits}\nnv_inference_exec_count{{model="m",version="1"}} 2\n'
    counters = parse(text.encode(), 0.0).models["m", "1"]
    assert math.isnan(counters.inferences)
    assert counters.executions == 2


def test_junk_among_metrics_is_left_out_and_the_metrics_are_taken() -> None:
    found = read(b'a 1\n\xff\xfe 2\nb{c="d} 3\ne 4_0\nf 5\n')
    assert [family.name for family in found.families] == ["a", "f"]
    assert found.left_out == "3 lines that are no metrics"


@given(st.binary(max_size=80), st.integers(1, 60))
def test_no_bytes_take_it_by_surprise(body: bytes, size: int) -> None:
    try:
        found = read(b"a 1\n" + body, Limits(size=size + 4))
    except ValueError as error:
        pytest.fail(str(error))
    assert found.families[0].name == "a"


def test_a_blank_that_goes_on_and_on_is_read_in_one_go() -> None:
    line = b"a" + b" " * 16_000 + b"!" + b" " * 300
    assert read(b"a 1\n" + b"\n".join([line] * 200)).left_out == "200 lines that are no metrics"


def test_counters_that_are_switched_off_are_taken_from_the_summaries() -> None:
    text = (
        'nv_inference_request_success{model="m",version="1"} 0\n'
        "# TYPE nv_inference_request_summary_us summary\n"
        'nv_inference_request_summary_us{model="m",version="1",quantile="0.5"} 4000\n'
        'nv_inference_request_summary_us{gpu_uuid="b",model="m",version="1",quantile="0.5"} 5000\n'
        'nv_inference_request_summary_us{model="m",version="1",quantile="0.99"} Nan\n'
        'nv_inference_request_summary_us_count{gpu_uuid="a",model="m",version="1"} 7\n'
        'nv_inference_request_summary_us_count{gpu_uuid="b",model="m",version="1"} 2\n'
        'nv_inference_request_summary_us_sum{gpu_uuid="a",model="m",version="1"} 30000\n'
        'nv_inference_request_summary_us_sum{gpu_uuid="b",model="m",version="1"} 6000\n'
    )
    found = parse(text.encode(), 0.0)
    assert (found.models["m", "1"].success, found.models["m", "1"].request_us) == (9, 36_000)
    assert found.quantiles["m", "1"].p50 == 5
    assert math.isnan(found.quantiles["m", "1"].p99)


def test_failures_are_told_by_reason_and_the_load_by_its_time() -> None:
    text = "".join(
        f'nv_inference_request_failure{{model="m",reason="{reason}",version="1"}} {count}\n'
        for reason, count in (("REJECTED", 3), ("CANCELED", 1), ("BACKEND", 2), ("OTHER", 4), ("NEW", 5))
    )
    found = parse((text + 'nv_model_load_duration_secs{model="m",version="1"} 2.5\n').encode(), 0.0).models["m", "1"]
    assert (found.failure, found.rejected, found.cancelled, found.backend, found.other) == (15, 3, 1, 2, 4)
    assert found.load_seconds == 2.5


def test_the_first_responses_of_two_gpus_add_up_and_give_quantiles_inside_their_bucket() -> None:
    def text(*counts: int) -> bytes:
        bounds = ("100", "500", "2000", "5000", "+Inf")
        name = "nv_inference_first_response_histogram_ms"
        lines = [f"# TYPE {name} histogram"]
        for gpu in "ab":
            for bound, count in zip(bounds, counts, strict=True):
                lines.append(f'{name}_bucket{{gpu_uuid="{gpu}",model="m",version="1",le="{bound}"}} {count}')
        return ("\n".join(lines) + "\n").encode()

    assert [family.name for family in parse(text(1, 1, 1, 1, 1), 0.0).others] == [
        "nv_inference_first_response_histogram_ms"
    ]
    before, after = (parse(text(*counts), 0.0).first["m", "1"] for counts in ((1, 1, 1, 1, 1), (1, 51, 101, 101, 101)))
    came = between(before, after)
    assert came == ((100.0, 0.0), (500.0, 100.0), (2000.0, 200.0), (5000.0, 200.0), (math.inf, 200.0))
    found = of_buckets(came)
    assert (found.p50, found.p95, found.p99, found.bound) == pytest.approx((500, 1850, 1970, 5000))
    assert between(after, before) == before
    assert math.isnan(of_buckets(()).p50)
    assert of_buckets(((100.0, 0.0), (math.inf, 4.0))).p50 == 100


def test_a_family_keeps_the_name_that_the_server_writes() -> None:
    (family,) = read(b"# TYPE tokens_total counter\ntokens_total 3\n").families
    assert family == Family("tokens_total", "counter", "", (Point("", (), 3.0),))
