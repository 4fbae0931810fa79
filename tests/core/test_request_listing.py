"""Saved requests at a glance, changed in part, expecting what a person chose, and exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.config.datatypes import DATA_TYPES
from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.saved_requests.exporting import export
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.keeping.same import is_same
from studio.core.saved_requests.lines import line_of
from studio.core.saved_requests.listing import Listed, listing
from studio.core.saved_requests.renewing import expecting, from_request, updated

KINDS = {kind.wire: kind for kind in DATA_TYPES}
FP32 = KINDS["FP32"]


@pytest.fixture
def folder(tmp_path: Path) -> RequestFolder:
    """Requests: a good one, a broken one, one with a wrong value, one whose tensor is gone, one with a variable."""
    found = RequestFolder(tmp_path / "requests")
    (found.root / "deep").mkdir(parents=True)
    _put(found, "deep/folder", {"model": "one", "tags": ["smoke"], "variables": {"COLOUR": "red"}})
    _put(found, "deep/good", {"inputs": {"x": {"generate": "zeros"}}, "tags": ["fast"], "expect": {"y": {"values": 1}}})
    (found.root / "broken.json").write_text('{\n  "model": "one",\n  "inputs": {]\n}\n')
    _put(found, "wrong", {"model": "one", "inputs": {"input.1": {"type": "FP32", "shape": [-1], "values": [1]}}})
    _put(found, "gone", {"model": "two", "inputs": {"x": {"file": "gone.x.npy"}}})
    _put(found, "deep/colour", {"note": "${COLOUR} ${SIZE}", "inputs": {}})
    return found


def _put(folder: RequestFolder, name: str, tree: Any) -> None:
    (folder.root / f"{name}.json").write_text(json.dumps(tree, indent=1))


def _by_name(found: tuple[Listed, ...]) -> dict[str, Listed]:
    return {each.name: each for each in found}


def test_the_list_tells_models_tags_and_what_is_wrong_with_its_line(folder: RequestFolder) -> None:
    found = _by_name(listing(folder, {}, {}))
    good = found["deep/good"]
    assert (good.model, good.tags, good.expects) == ("one", ("smoke", "fast"), True)
    assert found["broken"].line == 3
    assert found["wrong"].line == 6
    assert found["wrong"].words.startswith("line 6: inputs.input.1.shape is [-1]")
    assert found["gone"].words == "the tensor gone.x.npy is missing"
    assert found["deep/colour"].words == "the variable SIZE has no value"
    assert found["deep/colour"].variables == ("COLOUR", "SIZE")
    assert {each.name for each in found.values() if each.is_good} == set()


def test_a_list_reads_again_only_what_changed(folder: RequestFolder) -> None:
    first = _by_name(listing(folder, {}, {}))
    (folder.root / "gone.x.npy").write_bytes(b"")
    second = _by_name(listing(folder, first, {}))
    assert second["wrong"] is first["wrong"]
    assert second["gone"].is_good
    _put(folder, "wrong", {"model": "one", "inputs": {}})
    third = _by_name(listing(folder, second, {"SIZE": 3}))
    assert third["wrong"].is_good
    assert third["deep/colour"].is_good


@pytest.mark.parametrize(
    ("place", "line"),
    [((), 1), (("a",), 2), (("b", "a"), 4), (("b", "c"), 5), (("b", "gone"), 3), (("d",), 7), (("gone",), 1)],
)
def test_the_line_of_a_place(place: tuple[str, ...], line: int) -> None:
    text = '{\n "a": [1, {"b": {"c": 0}}],\n "b": {\n  "a": ": {",\n  "c": [\n   1]},\n "d": 2\n}'
    assert line_of(text, place) == line


def _tensor(name: str, *values: float) -> Tensor:
    return Tensor(name, FP32, np.array(values, np.float32))


def test_a_change_leaves_all_else_of_the_file_as_it_was_written(folder: RequestFolder) -> None:
    own = {
        "model": "${MODEL}",
        "inputs": {"x": {"generate": "zeros", "shape": [2]}, "y": {"type": "FP32", "values": [1]}},
        "note": "by hand",
        "priority": 3,
        "expect": {"z": {"is": "top", "classes": ["cat"]}},
    }
    _put(folder, "mine", own)
    before = InferRequest("one", (_tensor("x", 0, 0), _tensor("y", 1)), priority=3)
    now = InferRequest("one", (_tensor("x", 0, 0), _tensor("y", 2)), parameters=(("k", 1),))
    file = folder.read("mine")
    assert updated("mine", file, before, before).tree == own
    tree = updated("mine", file, before, now).tree
    changed = {"y": {"type": "FP32", "shape": [1], "values": [2.0]}}
    assert tree == {
        **{key: value for key, value in own.items() if key != "priority"},
        "inputs": {"x": {"generate": "zeros", "shape": [2]}, **changed},
        "parameters": {"k": 1},
    }
    only = updated("mine", file, before, InferRequest("one", (_tensor("y", 1),), priority=3))
    assert only.tree["inputs"] == {"y": own["inputs"]["y"]}  # type: ignore[index]


def test_what_is_expected_is_kept_in_the_way_that_was_chosen() -> None:
    outputs = (_tensor("p", 0.1, 0.9), _tensor("q", 3, 4), _tensor("r", 5))
    ways: dict[str, dict[str, Any]] = {
        "p": {"is": "top", "classes": [0, 0]},
        "q": {"is": "statistics"},
        "r": {"is": "close", "absolute": 0.5},
    }
    tree = from_request("a", InferRequest("one", ()), outputs, ways=ways).tree
    assert tree["expect"]["p"] == {"is": "top", "classes": [1, 0]}
    assert tree["expect"]["q"]["statistics"] == {"minimum": 3.0, "maximum": 4.0, "mean": 3.5}
    assert tree["expect"]["r"] == {"is": "close", "absolute": 0.5, "type": "FP32", "shape": [1], "values": [5.0]}
    again = expecting("a", tree, outputs[:1], {"p": {"is": "exact"}}).tree
    assert again["expect"] == {"p": {"is": "exact", "type": "FP32", "shape": [2], "values": [0.1, 0.9]}}
    assert "expect" not in expecting("a", tree, (), {}).tree


def test_strings_are_the_same_as_their_bytes() -> None:
    kind = KINDS["BYTES"]
    one = Tensor("s", kind, np.array(["é", b"b"], object))
    assert is_same(one, Tensor("s", kind, np.array(["é".encode(), "b"], object)))
    assert not is_same(one, Tensor("s", kind, np.array(["é", "c"], object)))
    assert not is_same(_tensor("s", 0.0), _tensor("s", -0.0))


def test_requests_are_exported_with_their_tensors_and_never_over_other_files(
    folder: RequestFolder, tmp_path: Path
) -> None:
    (folder.root / "gone.x.npy").write_bytes(b"x")
    folder.write_environments({"local": {"SIZE": 3}})
    assert folder.environments() == {"local": {"SIZE": 3}}
    target = tmp_path / "out"
    assert export(folder, target) == 8
    assert (target / "deep" / "good.json").read_bytes() == (folder.root / "deep" / "good.json").read_bytes()
    assert export(folder, target) == 8
    (target / "gone.json").write_text("{}")
    with pytest.raises(CoreError, match=r"another gone\.json"):
        export(folder, target)
    with pytest.raises(CoreError, match="no saved request"):
        export(RequestFolder(tmp_path / "none"), tmp_path / "other")
