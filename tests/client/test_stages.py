"""Where the time of a request goes, by a real server's statistics, and the arithmetic behind it."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.client.stages import activity, is_settled, stage_times, step_models, step_times
from studio.client.transport import Reply
from studio.client.triton import Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, ModelStatistics, Tensor
from studio.core.serving.figures.batching import BatchCount

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")


def _request(protocol: str, model: str, value: float = 1, batch: bool = True) -> InferRequest:
    array = np.full((2, 3) if batch else (1,), value, np.float32)
    return InferRequest(model, (Tensor("IN", FP32, array),), protocol=protocol)


@pytest.mark.engine
def test_a_models_stages_are_the_servers(triton: Triton, protocol: str) -> None:
    triton.infer(_request(protocol, "add_one"))
    began = time.perf_counter_ns()
    result = triton.infer(_request(protocol, "add_one"))
    whole = time.perf_counter_ns() - began
    times = result.times
    parts = (times.client, times.network, times.queue, times.input, times.compute, times.output)
    assert all(part is not None for part in parts)
    assert times.total < whole
    assert sum(part or 0 for part in parts) >= times.total
    assert times.compute is not None
    assert times.compute > 3_900_000, "the model sleeps for 4 ms"
    (step,) = result.steps
    assert (step.model, step.version, step.compute, step.queue) == ("add_one", "1", times.compute, times.queue)


@pytest.mark.engine
def test_an_ensembles_steps_have_their_own_stages(triton: Triton, protocol: str) -> None:
    triton.infer(_request(protocol, "pipeline"))
    result = triton.infer(_request(protocol, "pipeline"))
    assert [step.model for step in result.steps] == ["double", "add_one"]
    first, second = (step.compute for step in result.steps)
    assert first > 1_900_000
    assert second > 3_900_000
    assert result.times.compute is not None
    assert result.times.compute == first + second
    assert result.times.queue is not None
    assert result.times.queue >= sum(step.queue for step in result.steps)


@pytest.mark.engine
def test_a_model_that_two_steps_use_is_told_once(triton: Triton, protocol: str) -> None:
    result = triton.infer(_request(protocol, "doubled_twice"))
    assert [step.model for step in result.steps] == ["double"]
    assert result.steps[0].compute > 3_800_000, "two runs of 2 ms each"
    assert result.outputs[0].array.tolist() == [[4.0] * 3] * 2


@pytest.mark.engine
def test_without_stages_only_our_own_time_is_told(triton: Triton, protocol: str) -> None:
    result = triton.infer(_request(protocol, "double"), stages=False)
    assert result.times.client is not None
    assert 0 < result.times.client < result.times.total
    assert result.times.queue is result.times.network is None
    assert result.steps == ()


@pytest.mark.engine
def test_somebody_elses_request_meanwhile_hides_the_stages(triton: Triton, protocol: str) -> None:
    """The model handles one request at a time, so the second waits for a short one and ends after it."""
    other = threading.Thread(target=triton.infer, args=(_request(protocol, "slow", 1.2, batch=False), None, False))
    other.start()
    time.sleep(0.4)
    result = triton.infer(_request(protocol, "slow", 0.05, batch=False))
    other.join()
    assert result.times.queue is None
    assert result.steps == ()


def _stats(name: str, success: int, ns: int = 0, version: str = "1", failed: int = 0) -> ModelStatistics:
    return ModelStatistics(name, version, success, success, success, failed, ns * 4, ns, ns, ns, ns)


REPLY = Reply("m", "1", "", (), total_ns=100, client_ns=10)


def test_the_parts_add_up_to_the_total() -> None:
    done = activity([_stats("m", 5, 100)], [_stats("m", 6, 115)])
    times = stage_times(REPLY, done, {})
    assert (times.queue, times.input, times.compute, times.output, times.network) == (15, 15, 15, 15, 30)


def test_batches_that_are_counted_beside_are_no_stage() -> None:
    before = replace(_stats("m", 5, 100), batches=(BatchCount(1, 5, 100),))
    after = replace(_stats("m", 6, 115), batches=(BatchCount(1, 6, 115),))
    assert activity([before], [after]) == activity([_stats("m", 5, 100)], [_stats("m", 6, 115)])


def test_stages_longer_than_the_round_trip_leave_no_network() -> None:
    assert stage_times(REPLY, activity([], [_stats("m", 1, 40)]), {}).network == 0


@pytest.mark.parametrize(
    "after", [_stats("m", 7), _stats("m", 6, failed=1), _stats("m", 5), _stats("m", 6, version="2")]
)
def test_anything_but_one_request_tells_nothing(after: ModelStatistics) -> None:
    done = activity([_stats("m", 5)], [after])
    assert stage_times(REPLY, done, {}).queue is None
    assert step_times(REPLY, done, {}) == ()


def test_a_reloaded_model_counts_from_zero() -> None:
    done = activity([_stats("m", 9, 100)], [_stats("m", 1, 5)])
    assert stage_times(REPLY, done, {}).queue == 5


def test_an_ensemble_is_settled_when_every_step_is_counted() -> None:
    steps = {"a": 2, "b": 1}
    some = activity([], [_stats("m", 1), _stats("a", 2)])
    assert not is_settled(some, REPLY, steps)
    assert step_times(REPLY, some, steps) == ()
    every = activity([], [_stats("m", 1), _stats("a", 2, 3), _stats("b", 1, 4), _stats("other", 1)])
    assert is_settled(every, REPLY, steps)
    assert [(s.model, s.compute) for s in step_times(REPLY, every, steps)] == [("a", 3), ("b", 4)]
    assert stage_times(REPLY, every, steps).queue == 7


def test_ensembles_within_ensembles_and_circles_are_followed_to_an_end() -> None:
    def ensemble(*models: str) -> Mapping[str, Any]:
        return {"ensemble_scheduling": {"step": [{"model_name": model} for model in models]}}

    configs = {"outer": ensemble("inner", "leaf"), "inner": ensemble("leaf", "other"), "leaf": {}, "other": {}}
    assert step_models("outer", configs.__getitem__) == {"inner": 1, "leaf": 2, "other": 1}
    assert step_models("leaf", configs.__getitem__) == {}
    assert step_models("ring", {"ring": ensemble("ring")}.__getitem__)["ring"] == 16
