"""What saved requests expect: how an answer is judged by it, and how it is renewed."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.config.datatypes import DATA_TYPES
from studio.core.failure import CoreError
from studio.core.inference.requests import InferResult, StageTimes, Tensor
from studio.core.saved_requests.building import filled_request
from studio.core.saved_requests.expected import expected_values
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.judging import Verdict, judge
from studio.core.saved_requests.parsing import request_of
from studio.core.saved_requests.renewing import renewed

KINDS = {kind.wire: kind for kind in DATA_TYPES}


@pytest.fixture
def folder(tmp_path: Path) -> RequestFolder:
    """An empty folder of requests."""
    return RequestFolder(tmp_path / "requests")


def _result(*outputs: Tensor) -> InferResult:
    return InferResult("m", "1", outputs, StageTimes(1))


def _judged(folder: RequestFolder, expect: object, *outputs: Tensor, labels: tuple[str, ...] = ()) -> Verdict:
    saved = request_of({"model": "m", "expect": {"y": expect}}, "r")
    (found,) = judge(folder, "r", saved, _result(*outputs), {"y": labels})
    return found


def _y(*values: float) -> Tensor:
    return Tensor("y", KINDS["FP32"], np.array(values, np.float32))


def test_an_answer_is_judged_by_tolerance_statistics_and_classes(folder: RequestFolder) -> None:
    near = {"is": "close", "type": "FP32", "values": [1, 2], "absolute": 0.1}
    assert _judged(folder, near, _y(1.05, 2)).passed
    off = _judged(folder, near, _y(1.5, 2))
    assert not off.passed
    assert off.difference is not None
    assert off.difference.where == (0,)
    exact = {**near, "is": "exact", "absolute": 0}
    assert _judged(folder, exact, _y(1, 2)).passed
    assert not _judged(folder, exact, _y(1, np.nextafter(np.float32(2), 3))).passed
    mean = {"is": "statistics", "statistics": {"mean": 2, "nan": 0}, "absolute": 0.01}
    assert _judged(folder, mean, _y(1, 3)).passed
    assert "mean is 2.5 and not 2" in _judged(folder, mean, _y(2, 3)).words
    best = {"is": "top", "classes": [2, "a"]}
    assert _judged(folder, best, _y(5, 1, 7), labels=("a", "b", "c")).passed
    assert "b (9)" in _judged(folder, best, _y(5, 9, 7), labels=("a", "b", "c")).words
    assert "no label is a" in _judged(folder, best, _y(5, 9, 7)).words


def test_what_is_expected_value_by_value_is_known_beside_the_answer(folder: RequestFolder) -> None:
    """Neither classes nor statistics are, nor what cannot be read."""
    expect = {
        "y": {"is": "close", "type": "FP32", "values": [1, 2], "absolute": 0.1},
        "best": {"is": "top", "classes": [1]},
        "gone": {"is": "exact", "file": "gone.npy"},
    }
    saved = request_of({"model": "m", "expect": expect}, "r")
    outputs = [replace(_y(1, 3), name=name) for name in ("y", "best", "gone", "other")]
    found = expected_values(folder, "r", saved, outputs)
    assert {name: each.array.tolist() for name, each in found.items()} == {"y": [1, 2]}


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"is": "close", "type": "FP32", "values": [9], "absolute": math.nan}, "absolute is nan"),
        ({"is": "close", "type": "FP32", "values": [9], "relative": math.inf}, "relative is inf"),
        ({"is": "close", "type": "FP32", "values": [9], "absolute": -1}, "absolute is -1"),
        ({"is": "exact", "type": "FP32", "values": [9], "absolute": 10**400}, "absolute is 1000"),
        ({"is": "statistics"}, "statistics is missing"),
        ({"is": "statistics", "statistics": {"mean": True}}, "statistics.mean is True"),
        ({"is": "top"}, "classes is missing"),
    ],
)
def test_what_every_answer_would_fulfil_is_no_expectation(expect: object, words: str) -> None:
    with pytest.raises(CoreError, match=words):
        request_of({"model": "m", "expect": {"y": expect}}, "r")


def test_what_did_not_come_or_is_another_kind_fails_by_name(folder: RequestFolder) -> None:
    exact = {"is": "exact", "type": "FP32", "values": [1]}
    other = Tensor("z", KINDS["FP32"], np.zeros(1, np.float32))
    assert "did not come; what came: z" in _judged(folder, exact, other).words
    whole = Tensor("y", KINDS["INT32"], np.array([1], np.int32))
    assert "its type is INT32, and FP32 is expected" in _judged(folder, exact, whole).words
    assert "axis 0 is 2" in _judged(folder, exact, _y(1, 1)).words
    gone = {"is": "exact", "type": "FP32", "file": "r.expected.y.npy"}
    assert "no such file" in _judged(folder, gone, _y(1)).words
    text = Tensor("y", KINDS["BYTES"], np.array([b"x"], object))
    assert not _judged(folder, {"is": "statistics", "statistics": {"mean": 1}}, text).passed
    assert not _judged(folder, {"is": "top", "classes": [1]}, text).passed


def test_expectations_are_renewed_in_the_way_that_they_are(folder: RequestFolder) -> None:
    expect = {
        "a": {"is": "close", "absolute": 0.5, "type": "FP32", "values": [0]},
        "b": {"is": "top", "classes": [1, 2]},
        "c": {"is": "statistics", "statistics": {"mean": 1}},
        "d": {"is": "exact", "type": "FP32", "file": "r.expected.d.npy"},
        "gone": {"is": "top", "classes": [1]},
    }
    tree = {"model": "m", "version": "${V}", "expect": expect}
    outputs = [Tensor(name, KINDS["FP32"], np.array([3, 1, 2], np.float32)) for name in "abce"]
    large = Tensor("d", KINDS["FP32"], np.arange(1000, dtype=np.float32))
    folder.write("r", tree, {"r.expected.d.npy": b"old"})
    written = renewed("r", folder.read("r").own, [*outputs, large])
    found = written.tree["expect"]
    assert (found["a"]["absolute"], found["a"]["values"]) == (0.5, [3.0, 1.0, 2.0])
    assert found["b"]["classes"] == [0, 2]
    assert found["c"]["statistics"] == {"mean": 2.0}
    assert set(found) == set(expect)
    assert written.tree["version"] == "${V}"
    folder.write("r", written.tree, written.files)
    saved = filled_request(folder.read("r"), {"V": "1"})
    assert [each.output for each in judge(folder, "r", saved, _result(*outputs, large)) if not each.passed] == ["gone"]
    first = renewed("new", {"model": "m"}, outputs)
    assert {each["is"] for each in first.tree["expect"].values()} == {"close"}
