"""*Why?*: each case to a cause, with evidence, and nothing green that was not asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from studio.core.serving.why.answer import LAYERS, LayerName, Why
from studio.core.serving.why.explain import why
from studio.core.serving.why.facts import (
    Device,
    Elsewhere,
    Facts,
    Processes,
    Seen,
    Settings,
    Symptom,
    Timing,
    Trouble,
)

_NOW = 1_800_000_000.25
_SYMPTOMS: tuple[Symptom, ...] = ("failed", "dead", "wrong", "slow", "refused", "elsewhere", "down")


def _failed(reason: str) -> Facts:
    return Facts("net", "failed", reason, _NOW, live=Seen("health answers", _NOW))


def _causes(found: Why) -> list[LayerName]:
    return [each.name for each in found.layers if each.state == "cause"]


@pytest.mark.parametrize("symptom", _SYMPTOMS)
def test_what_nothing_is_known_of_is_never_fine(symptom: Symptom) -> None:
    found = why(Facts("net", symptom))
    assert tuple(each.name for each in found.layers) == LAYERS
    assert not [each.name for each in found.layers if each.state == "fine"]
    assert found.looks


@pytest.mark.parametrize("symptom", _SYMPTOMS)
def test_every_layer_that_is_fine_has_a_time(symptom: Symptom) -> None:
    seen = Seen("answered", _NOW)
    timing = Timing(_NOW, 10, 1, 0.1, 5.0, 6.0, 7.0, 1)
    device = Device("GPU 0", 20e9, 24e9, 0.1, _NOW)
    for parts in product((None, seen), (None, timing), (None, Settings(batcher=True, backend="python", asks_gpu=True))):
        answered, times, settings = parts
        facts = Facts("net", symptom, reason_at=_NOW, answered=answered, ready=answered, timing=times)
        found = why(replace(facts, settings=settings, devices=(device,), checked=seen, live=seen, neighbour=seen))
        assert all(each.at for each in found.layers if each.state == "fine")
        assert len(found.looks) <= 3


def test_a_file_that_is_not_there_is_the_artifact_and_stops_the_instance() -> None:
    reason = (
        "Internal: FileNotFoundError: [Errno 2] No such file or directory: '/models/net/labels.txt'\n\nAt:\n"
        "  /models/net/1/model.py(22): initialize\n"
    )
    found = why(
        replace(_failed(reason), processes=Processes(0, 2, _NOW), neighbour=Seen("preprocess took 4.8 ms", _NOW))
    )
    assert _causes(found) == ["artifact"]
    assert found.is_certain
    assert found.title == "A file that it opens is not there"
    assert found.layer("instance").state == "stopped by it"
    assert "0 of 2 processes" in found.layer("instance").evidence
    assert found.layer("queue").state == "not reached"
    assert found.layer("backend").state == "fine"
    assert [look.words for look in found.looks] == [
        "net/1/model.py, line 22",
        "net, its files",
        f"Server log, {found.looks[2].words.partition(', ')[2]}",
    ]


@pytest.mark.parametrize(
    ("reason", "cause", "title"),
    [
        ("Internal: CUDA error: out of memory", "device", "The GPU has no memory left for it"),
        (
            "Invalid argument: instance group net_0 of model net specifies invalid or unsupported gpu id 0. GPUs …",
            "device",
            "It asks for a GPU that this server does not have",
        ),
        (
            "Invalid argument: unable to find backend library for backend 'nonesuch', try specifying runtime",
            "backend",
            "This server has no backend 'nonesuch'.",
        ),
        ("config.pbtxt:5:1: Expected identifier, got: }", "artifact", "Its config.pbtxt does not parse"),
        (
            "Internal: Unable to initialize shared memory key 'x' to requested size (1 bytes)",
            "instance",
            "The server’s shared memory is too small",
        ),
        (
            "Internal: ModuleNotFoundError: No module named 'x'",
            "artifact",
            "It imports what the server’s Python does not have",
        ),
        (
            "ValueError: no such labels\n\nAt:\n  /m/net/1/model.py(6): initialize",
            "artifact",
            "1/model.py raised ValueError: no such labels",
        ),
    ],
)
def test_a_load_that_failed_names_the_layer_that_the_server_speaks_of(reason: str, cause: str, title: str) -> None:
    found = why(_failed(reason))
    assert _causes(found) == [cause]
    assert found.title == title
    assert found.is_certain
    assert found.layer("queue").state == "not reached"


def test_a_reason_that_nobody_knows_is_not_certain() -> None:
    plain = why(_failed("Internal: something new"))
    assert not plain.is_certain
    assert _causes(plain) == []
    assert plain.title == "something new"
    with_checker = why(replace(_failed("Internal: something new"), trouble=Trouble("its output has no data type", 7)))
    assert with_checker.title == "Likely: its output has no data type"
    assert with_checker.looks[0].words == "net/config.pbtxt, line 7"


def test_an_ensemble_leads_to_the_step_that_is_not_ready() -> None:
    found = why(replace(_failed("ensemble 'net' depends on 'post' which has no loaded version"), step="post"))
    assert found.title == "Its step post is not ready"
    assert found.looks[0].kind == "model"
    assert found.looks[0].model == "post"


def test_a_full_gpu_is_told_with_its_figures() -> None:
    device = Device("GPU 0", 0.4 * 2**30, 24 * 2**30, 0.2, _NOW)
    found = why(replace(_failed("Internal: CUDA out of memory"), devices=(device,), settings=Settings(asks_gpu=True)))
    assert _causes(found) == ["device"]
    calm = why(Facts("net", "wrong", devices=(device,), settings=Settings(asks_gpu=True)))
    assert calm.layer("device").state == "stopped by it"
    assert calm.layer("device").evidence == "GPU 0: 0.4 of 24.0 GB free"


def test_a_model_without_a_gpu_does_not_reach_the_device() -> None:
    found = why(Facts("net", "wrong", settings=Settings(backend="python")))
    assert found.layer("device").state == "not used"


def test_ready_but_wrong_is_what_the_server_runs_in_place_of_the_file() -> None:
    answered = Seen("answered in 3 ms", _NOW)
    facts = Facts("net", "wrong", answered=answered, ready=answered)
    assert _causes(why(facts)) == []
    assert not why(facts).is_certain
    found = why(replace(facts, served=Seen("the file is newer than what runs", _NOW)))
    assert _causes(found) == ["artifact"]
    assert found.is_certain
    assert found.layer("instance").state == "fine"


def test_a_dead_process_is_the_cause_where_health_says_ready() -> None:
    facts = Facts("net", "dead", "Stub process 'net_0_0' is not healthy", _NOW, ready=Seen("version 1", _NOW))
    found = why(replace(facts, processes=Processes(1, 2, _NOW)))
    assert _causes(found) == ["instance"]
    assert found.is_certain
    assert "1 of 2 processes live" in found.layer("instance").evidence
    assert not why(replace(facts, reason="no answer within 3 s")).is_certain


def test_processes_that_live_prove_nothing_without_an_answer() -> None:
    found = why(Facts("net", "wrong", processes=Processes(2, 2, _NOW), ready=Seen("version 1", _NOW)))
    assert found.layer("instance").state == "not known"


_SLOW = Facts("net", "slow", answered=Seen("answered", _NOW), ready=Seen("version 1", _NOW))


@pytest.mark.parametrize(
    ("timing", "settings", "cause", "title"),
    [
        # A p99 spike: one instance, busy all the time.
        (
            Timing(_NOW, 300, 1, 20, 3.2, 24, 90, 12),
            Settings(instances=1),
            "instance",
            "Its instances are busy all the time",
        ),
        # Good throughput and bad latency.
        (
            Timing(_NOW, 2000, 8, 30, 4, 36, 60, 64),
            Settings(batcher=True, max_batch=8, instances=1),
            "instance",
            "It answers many, and each waits its turn",
        ),
        (
            Timing(_NOW, 20, 2, 5.1, 1, 6.5, 8, 1),
            Settings(batcher=True, delay_ms=5, max_batch=8, instances=1),
            "batcher",
            "Requests wait to be batched",
        ),
        (Timing(_NOW, 5, 1, 9, 2, 12, 20, 3), Settings(instances=2), "queue", "Likely: requests wait in the queue"),
        (
            Timing(_NOW, 5, 1, 0.2, 14, 15, 30, 1),
            Settings(instances=1),
            "instance",
            "Likely: the model itself takes the time",
        ),
        (
            Timing(_NOW, 5, 1, 0.2, 2, 40, 90, 1),
            Settings(instances=1),
            "transport",
            "Likely: the time goes between client and server",
        ),
    ],
)
def test_the_layer_that_takes_the_time_is_the_cause(timing: Timing, settings: Settings, cause: str, title: str) -> None:
    found = why(replace(_SLOW, timing=timing, settings=settings))
    assert _causes(found) == [cause]
    assert found.title == title
    assert found.looks[0].kind == "monitor"


def test_a_busy_gpu_is_likely_the_cause_of_long_compute() -> None:
    timing = Timing(_NOW, 5, 1, 0.2, 14, 15, 30, 1)
    device = Device("GPU 0", 20e9, 24e9, 0.97, _NOW)
    found = why(replace(_SLOW, timing=timing, settings=Settings(asks_gpu=True), devices=(device,)))
    assert _causes(found) == ["device"]
    assert not found.is_certain


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("[StatusCode.UNAVAILABLE] Exceeds maximum queue size", "queue"),
        ("unexpected shape for input 'x' for model 'net'. Expected [-1,3], got [1,4]", "client"),
        ("This API is restricted, expecting header 'admin-key'", "transport"),
        ("Stub process 'net_0_0' is not healthy", "instance"),
        ("Request for unknown model: 'net' has no ready version", "instance"),
    ],
)
def test_a_request_that_was_refused_names_its_layer(reason: str, cause: str) -> None:
    assert _causes(why(Facts("net", "refused", reason, _NOW))) == [cause]


def test_an_exception_of_the_model_leads_to_its_line() -> None:
    found = why(Facts("net", "refused", "ValueError: bad\n\nAt:\n  /m/net/1/model.py(9): execute", _NOW))
    assert _causes(found) == ["artifact"]
    assert found.looks[0].words == "net/1/model.py, line 9"


def test_works_there_and_not_here_is_the_first_difference_from_the_model_outwards() -> None:
    there = Elsewhere("staging", _NOW, (("device", "it has a GPU, this one has none"), ("artifact", "3 other fields")))
    found = why(Facts("net", "elsewhere", elsewhere=there))
    assert _causes(found) == ["artifact"]
    assert found.layer("device").state == "stopped by it"
    assert found.title == "Likely: staging differs: 3 other fields"
    assert _causes(why(Facts("net", "elsewhere", elsewhere=Elsewhere("staging", _NOW)))) == []


def test_a_report_says_all_of_it() -> None:
    found = why(_failed("Internal: CUDA out of memory"))
    assert found.report.startswith("net: The GPU has no memory left for it\n")
    assert all(name in found.report for name in LAYERS)
    assert "- Server log" in found.report
