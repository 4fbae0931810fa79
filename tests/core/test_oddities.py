"""What is said of an answer that is odd."""

import numpy as np
import numpy.typing as npt

from studio.core.config.datatypes import of_array
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.oddities import Oddity, oddities
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, StageTimes, Tensor


def _tensor(name: str, array: npt.NDArray[np.generic]) -> Tensor:
    return Tensor(name, of_array(array), array)


def _declared(*outputs: Tensor, shape: tuple[int, ...] = (-1, 2)) -> ModelMetadata:
    infos = tuple(TensorInfo(each.name, each.data_type, shape) for each in outputs)
    return ModelMetadata("m", ("1",), "", (), infos)


GOOD = _tensor("OUT", np.zeros((1, 2), np.float32))
REQUEST = InferRequest("m", ())
TIMES = StageTimes(1_000_000, 1, 1, 1, 1, 1, 1)


def _words(
    *outputs: Tensor, times: StageTimes = TIMES, cached: tuple[str, ...] = (), reloaded: tuple[str, ...] = ()
) -> list[str]:
    result = InferResult("m", "1", outputs, times, cached=cached, reloaded=reloaded)
    return [each.words for each in oddities(REQUEST, result, _declared(GOOD))]


def test_a_good_answer_has_nothing_odd() -> None:
    assert _words(GOOD) == []


def test_another_shape_and_type_than_declared() -> None:
    other = _tensor("OUT", np.zeros((1, 3), np.int32))
    assert _words(other) == [
        "OUT has the shape [1, 3]; the model declares [-1, 2].",
        "OUT is INT32; the model declares FP32.",
    ]


def test_classes_have_another_shape_by_right() -> None:
    best = Tensor("OUT", of_array(np.array([b""], object)), np.array([[b"1:0"]], object))
    result = InferResult("m", "1", (best,), TIMES)
    assert oddities(InferRequest("m", (), classes=(("OUT", 1),)), result, _declared(GOOD)) == ()


def test_names_that_come_twice_or_not_or_undeclared() -> None:
    assert _words(GOOD, GOOD) == ["OUT came 2 times in one answer."]
    assert _words(_tensor("X", np.zeros(1, np.int32))) == [
        "X came, which the model does not declare.",
        "The answer lacks OUT.",
    ]


def test_nan_and_infinities_are_counted() -> None:
    bad = _tensor("OUT", np.array([[np.nan, np.inf]], np.float32))
    result = InferResult("m", "1", (bad,), TIMES)
    assert oddities(REQUEST, result, None) == (Oddity("error", "OUT holds 1 NaN and 1 Inf among its 2 values."),)


def test_an_answer_from_the_cache_and_stages_that_are_too_long() -> None:
    assert _words(GOOD, cached=("m",)) == ["The answer is from the response cache: the model did not run."]
    (told,) = _words(GOOD, cached=("m", "n"), reloaded=("m",))
    assert "maybe as before the reload: m was reloaded" in told
    assert _words(GOOD, cached=("a", "b")) == ["From the response cache, without running: a, b."]
    long = StageTimes(1_000_000, 0, 0, 1_000_000, 0, 500_000, 0)
    assert _words(GOOD, times=long)[0].startswith("The stages are 1.50 ms together, the call took 1.00 ms")
