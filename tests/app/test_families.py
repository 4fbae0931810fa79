"""Families of metrics that have no place: kept as what they are, those of frameworks first, within a bound."""

import math

import pytest

from studio.app.serving.sampling.families import Families, group_of, unit_of
from studio.metrics.text_format import Family, Point, read

TEXT = """# HELP vllm:generation_tokens_total Number of generation tokens processed.
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{{model_name="m"}} {tokens}
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{{model_name="m"}} {waiting}
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{{le="0.1",model_name="m"}} {few}
vllm:time_to_first_token_seconds_bucket{{le="0.2",model_name="m"}} {all}
vllm:time_to_first_token_seconds_bucket{{le="+Inf",model_name="m"}} {all}
vllm:time_to_first_token_seconds_count{{model_name="m"}} {all}
vllm:time_to_first_token_seconds_sum{{model_name="m"}} {sum}
# TYPE nv_trt_llm_kv_cache_block_metrics gauge
nv_trt_llm_kv_cache_block_metrics{{kv_cache_block_type="used",model="m",version="1"}} 7
# TYPE nv_odd summary
nv_odd{{quantile="0.95"}} 3
nv_odd{{quantile="none"}} 4
"""


def taken(families: Families, at: float, **figures: float) -> None:
    """One reading of the text with these figures."""
    families.take(at, read(TEXT.format(**figures).encode()).families)


def last(families: Families, name: str, title: str) -> float:
    """The newest value of a line."""
    shown = next(family for family in families.shown if family.name == name)
    (key,) = (line.key for line in shown.lines if line.title == title)
    return families.history.last(key, "value")


def test_a_count_is_a_rate_a_gauge_a_value_and_a_distribution_a_mean_and_a_percentile() -> None:
    families = Families()
    taken(families, 0.0, tokens=100, waiting=2, few=1, all=1, sum=0.1)
    taken(families, 2.0, tokens=180, waiting=5, few=1, all=11, sum=1.6)
    assert last(families, "vllm:generation_tokens_total", "m") == 40
    assert last(families, "vllm:num_requests_waiting", "m") == 5
    assert last(families, "vllm:time_to_first_token_seconds", "m mean") == pytest.approx(0.15)
    assert last(families, "vllm:time_to_first_token_seconds", "m p99") == pytest.approx(0.199)
    assert last(families, "nv_odd", "p95") == 3
    assert last(families, "nv_odd", "none") == 4
    shown = {family.name: family for family in families.shown}
    assert shown["vllm:generation_tokens_total"].help == "Number of generation tokens processed."
    assert shown["vllm:generation_tokens_total"].unit == "tokens/s"
    assert [family.group for family in families.shown][-1] == "Triton"
    taken(families, 3.0, tokens=3, waiting=0, few=0, all=0, sum=0)
    assert math.isnan(last(families, "vllm:generation_tokens_total", "m"))
    families.miss(4.0)
    assert math.isnan(last(families, "vllm:num_requests_waiting", "m"))


def test_lines_that_differ_in_their_version_or_far_behind_are_told_apart() -> None:
    families = Families()
    long = "x" * 70
    labels = [{"model": "m", "version": "1"}, {"model": "m", "version": "2"}, {"model": "n", "version": "1"}]
    labels += [{"model": f"{long}{end}"} for end in "ab"]
    points = tuple(Point("", tuple(each.items()), float(place)) for place, each in enumerate(labels))
    families.take(0.0, (Family("many", "gauge", "", points),))
    lines = families.shown[0].lines
    assert [line.title for line in lines] == ["m version 1", "m version 2", "n", f"{long}a", f"{long}b"]
    assert [families.history.last(line.key, "value") for line in lines] == [0, 1, 2, 3, 4]


def test_frameworks_come_first_and_what_is_left_of_triton_last() -> None:
    families = Families()
    families.take(0.0, tuple(Family(name, "gauge", "", (Point("", (), 1.0),)) for name in ("nv_a", "b", "vllm:c", "d")))
    assert [family.name for family in families.shown] == ["vllm:c", "b", "d", "nv_a"]


def test_a_hundred_thousand_lines_are_counted_and_two_hundred_kept() -> None:
    families = Families()
    points = tuple(Point("", (("a", str(number)),), 1.0) for number in range(500))
    many = Family("many", "gauge", "", points)
    families.take(0.0, (many, Family("nv_rest", "gauge", "", points)))
    assert len(families.history.keys()) == 200
    assert families.left_out == 800


@pytest.mark.parametrize(
    ("name", "kind", "group", "unit"),
    [
        ("vllm:time_per_output_token_seconds", "histogram", "vLLM", "s"),
        ("nv_trt_llm_request_metrics", "gauge", "TensorRT-LLM", ""),
        ("vllm:prompt_tokens_total", "counter", "vLLM", "tokens/s"),
        ("vllm:gpu_cache_usage_perc", "gauge", "vLLM", "of 1"),
        ("my_things", "gauge", "Others", ""),
        ("nv_new_bytes", "gauge", "Triton", "bytes"),
    ],
)
def test_a_name_tells_who_publishes_it_and_its_unit(name: str, kind: str, group: str, unit: str) -> None:
    assert (group_of(name), unit_of(name, kind)) == (group, unit)
