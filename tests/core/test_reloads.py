"""What a reload came to, from what a real server logged and counted."""

from __future__ import annotations

from typing import Any

import pytest

from studio.core.serving.logs.model_log import Load, ModelLog
from studio.core.serving.reloads import Before, ReloadKind, instances, keeps_cache, outcome, placed_instances
from studio.engines.log import LineReader


def _config(count: int = 1, size: int = 4) -> dict[str, Any]:
    return {"max_batch_size": size, "instance_group": [{"name": "net", "kind": "KIND_CPU", "count": count}]}


def _load(number: int, made: int = 0, initialized: bool = False) -> Load:
    return Load("net", "ready", 1.0, 2.0, number=number, made=made, is_initialized=initialized)


@pytest.mark.parametrize(
    ("before", "after", "last", "kind"),
    [
        (Before(3, _config()), Before(3, _config()), _load(1), "nothing changed"),
        (Before(3, _config()), Before(3, _config(2)), _load(2, 1), "in place"),
        (Before(0, _config(3)), Before(0, _config()), _load(2), "in place"),
        # The file was touched: Triton looks, and keeps what it has.
        (Before(0, _config()), Before(0, _config()), _load(2), "in place"),
        (Before(3, _config()), Before(0, _config(size=8)), _load(2, 1), "full"),
        (Before(0, _config()), Before(0, _config()), _load(2, 1), "full"),
        (Before(0, _config()), Before(0, _config(size=8)), _load(2, 1), "full"),
        (Before(0, _config()), Before(0, _config(2)), _load(2, 2, True), "full"),
        # All instances are new, as they are after both.
        (Before(0, _config(2)), Before(0, _config(1)), _load(2, 1), "not known"),
    ],
)
def test_a_reload_is_told_as_what_it_was(before: Before, after: Before, last: Load, kind: ReloadKind) -> None:
    found = outcome(before, after, _load(1), last, has_log=True)
    assert found.kind == kind
    assert found.evidence


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Before(9, _config()), Before(0, _config()), "full"),
        (Before(9, _config()), Before(9, _config(2)), "in place"),
        (Before(9, _config()), Before(9, _config()), "not known"),
        (Before(None, _config()), Before(None, _config(2)), "not known"),
        (Before(None, _config()), Before(None, _config(size=8)), "full"),
        (Before(), Before(), "not known"),
    ],
)
def test_without_a_log_only_what_was_seen_is_told(before: Before, after: Before, kind: ReloadKind) -> None:
    assert outcome(before, after, None, None, has_log=False).kind == kind


def test_a_response_cache_outlives_a_reload_of_more_than_instances() -> None:
    cached = Before(3, {"response_cache": {"enable": True}})
    assert keeps_cache("full", cached, cached)
    assert keeps_cache("not known", cached, cached)
    assert not keeps_cache("in place", cached, cached)
    assert not keeps_cache("full", Before(3, {}), cached), "nothing of before is in it"
    assert not keeps_cache("full", cached, Before()), "it is asked no longer"


def test_instances_are_counted_by_device() -> None:
    config = {
        "instance_group": [
            {"kind": "KIND_GPU", "count": 2, "gpus": [0, 1]},
            {"kind": "KIND_CPU", "count": 1, "gpus": []},
        ]
    }
    assert placed_instances(config) == ((2, "GPU 0"), (2, "GPU 1"), (1, "CPU"))
    assert instances(config) == 5
    assert instances(None) == 0
    assert instances({"instance_group": [{"kind": "KIND_GPU", "gpus": []}]}) == 1


_LOG = b"""
I1130 10:32:55.879000 1 model_lifecycle.cc:472] "loading: net:1"
I1130 10:32:55.879000 1 python_be.cc:2249] "TRITONBACKEND_ModelInstanceInitialize: net_0_1 (CPU device 0)"
I1130 10:32:56.258000 1 model_lifecycle.cc:839] "successfully loaded 'net'"
I1130 10:32:57.000000 1 model_lifecycle.cc:472] "loading: net:1"
I1130 10:32:57.000000 1 model_lifecycle.cc:472] "loading: net:2"
I1130 10:32:57.000000 1 onnxruntime.cc:1] "TRITONBACKEND_ModelInitialize: net (version 1)"
I1130 10:32:57.000000 1 onnxruntime.cc:1] "TRITONBACKEND_ModelInstanceInitialize: net_0_0 (CPU device 0)"
I1130 10:32:57.000000 1 onnxruntime.cc:1] "TRITONBACKEND_ModelInstanceInitialize: net_0_1 (CPU device 0)"
I1130 10:32:58.000000 1 model_lifecycle.cc:839] "successfully loaded 'net'"
"""


def test_the_log_counts_loads_and_what_each_of_them_made() -> None:
    log, lines = ModelLog(), LineReader().feed(_LOG)
    log.read(lines[:3])
    assert (log.loads["net"].number, log.loads["net"].made, log.loads["net"].is_initialized) == (1, 1, False)
    log.read(lines[3:])
    found = log.loads["net"]
    assert (found.number, found.made, found.is_initialized) == (2, 2, True)
    assert found.took == 1.0
    log.read(
        LineReader().feed(
            b"I1130 10:33:30.000000 1 model_lifecycle.cc:624] \"successfully unloaded 'net' version 1\"\n"
        )
    )
    assert log.loads["net"].took == 1.0, "the copy before it ended, and its time with it"
