"""Where tensors come from is what a saved request says of them, under another name and in another folder too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference import images, tensors
from studio.core.inference.requests import Array, InferRequest, ModelMetadata, Tensor
from studio.core.saved_requests.building import build, filled_request
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.keeping.origins import FromFile, FromOutput, Origin, Origins
from studio.core.saved_requests.keeping.same import is_same
from studio.core.saved_requests.keeping.saving_as import Chosen, saved_as
from studio.core.saved_requests.moving import copy
from studio.core.saved_requests.renewing import from_request, updated
from studio.core.saved_requests.saved import Generated


@pytest.fixture
def folder(tmp_path: Path) -> RequestFolder:
    return RequestFolder(tmp_path / "requests")


def _tensor(wire: str, array: Array) -> Tensor:
    kind = data_type(wire)
    assert kind is not None
    return Tensor("x", kind, array)


def _written(
    folder: RequestFolder, name: str, tensor: Tensor, origin: Origin, *, copies: bool = True
) -> dict[str, Any]:
    """What is said of an input, which is read back as the same tensor."""
    request = InferRequest("m", (tensor,))
    made = from_request(name, request, origins=Origins(folder, {"x": origin}, copies))
    folder.write(name, made.tree, made.files)
    file = folder.read(name)
    model = ModelMetadata("m", (), "", (TensorInfo("x", tensor.data_type, tuple(tensor.array.shape)),), ())
    again = build(folder, name, filled_request(file, {}), model)
    assert is_same(again.inputs[0], tensor)
    return dict(file.own["inputs"]["x"])


def test_a_generator_is_kept_with_its_options(folder: RequestFolder) -> None:
    options = (("seed", 7), ("low", -1), ("high", 2))
    tensor = _tensor("FP32", tensors.random(_tensor("FP32", np.zeros(0)).data_type, (2, 400), 7, -1, 2))
    found = _written(folder, "r", tensor, Generated("random", None, options))
    assert found == {"generate": "random", "shape": [2, 400], "seed": 7, "low": -1, "high": 2}
    # What it does not make is kept by its values.
    assert "values" in _written(folder, "r", _tensor("FP32", np.ones(3, np.float32)), Generated("zeros"))


def test_a_picture_is_copied_in_with_how_it_is_taken(folder: RequestFolder, tmp_path: Path) -> None:
    path = tmp_path / "anchor.PNG"
    Image.fromarray(np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)).save(path)
    settings = images.ImageSettings("pad", "NHWC", "BGR", "ImageNet")
    kind = _tensor("FP32", np.zeros(0)).data_type
    tensor = _tensor("FP32", images.to_tensor(images.decode(path), kind, (1, 16, 16, 3), settings))
    found = _written(folder, "pictures/r", tensor, FromFile(path, settings))
    assert found["file"] == "r.x.png"
    assert found["image"] == {"resize": "pad", "layout": "NHWC", "colour": "BGR", "normalisation": "ImageNet"}
    assert (folder.root / "pictures" / "r.x.png").read_bytes() == path.read_bytes()
    assert _written(folder, "pictures/r", tensor, FromFile(path, settings), copies=False)["file"] == "r.x.npy"
    assert not (folder.root / "pictures" / "r.x.png").exists()


@pytest.mark.parametrize("ending", [".npy", ".csv", ".bin"])
def test_a_file_of_the_folder_is_named_where_it_is_and_another_requests_own_is_copied(
    folder: RequestFolder, ending: str
) -> None:
    array = np.arange(4, dtype=np.float32)
    path = folder.root / "shared" / f"wave{ending}"
    path.parent.mkdir(parents=True)
    if ending == ".npy":
        np.save(path, array)
    else:
        path.write_bytes(b"0,1,2,3\n" if ending == ".csv" else array.tobytes())
    assert _written(folder, "deep/r", _tensor("FP32", array), FromFile(path))["file"] == f"../shared/wave{ending}"
    (path.parent / "wave.json").write_text("{}")
    assert _written(folder, "deep/r", _tensor("FP32", array), FromFile(path))["file"] == f"r.x{ending}"


def test_what_is_another_than_the_file_by_now_is_kept_by_its_values(folder: RequestFolder, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"hello\n")
    words = _tensor("BYTES", np.array([b"hello"], object))
    assert _written(folder, "r", words, FromFile(path))["values"] == ["hello"]
    path.unlink()
    assert _written(folder, "r", words, FromFile(path))["values"] == ["hello"]
    found = _written(folder, "r", words, FromOutput("label of classifier"))
    assert (found["values"], found["from"]) == (["hello"], "label of classifier")


def test_a_request_under_another_name_says_what_it_said(folder: RequestFolder) -> None:
    (folder.root / "images").mkdir(parents=True)
    (folder.root / "images" / "folder.json").write_text(json.dumps({"model": "m", "tags": ["all"], "protocol": "http"}))
    np.save(folder.root / "images" / "a.y.npy", np.arange(3, dtype=np.float32))
    inputs = {
        "x": {"generate": "ramp", "shape": [400]},
        "y": {"file": "a.y.npy", "type": "FP32", "shape": [3]},
        "z": {"type": "FP32", "shape": [1], "values": ["${Z}"]},
    }
    tree = {"inputs": inputs, "note": "by hand", "tags": ["own"], "expect": {"o": {"is": "top", "classes": ["fish"]}}}
    folder.write("images/a", tree)
    kind = _tensor("FP32", np.zeros(0)).data_type
    infos = tuple(TensorInfo(name, kind, (-1,)) for name in "xyz")
    file = folder.read("images/a")
    base = build(folder, "images/a", filled_request(file, {"Z": 2}), ModelMetadata("m", (), "", infos, ()))
    now = InferRequest(**{**{s: getattr(base, s) for s in base.__slots__}, "priority": 3})
    chosen = Chosen("b", ("all", "own"), expects_others=True)
    made = saved_as(chosen, now, Origins(folder), file, base)
    assert made.tree == {
        "model": "m",
        "protocol": "http",
        "note": "by hand",
        "priority": 3,
        "tags": ["all", "own"],
        "inputs": {**inputs, "y": {**inputs["y"], "file": "b.y.npy"}},
        "expect": tree["expect"],
    }
    assert made.files.keys() == {"b.y.npy"}
    within = saved_as(Chosen("images/c", ("all", "own"), expects_others=True), now, Origins(folder), file, base)
    assert within.tree.keys() == {*tree, "priority"}
    assert within.tree["tags"] == ["own"]
    # A copy elsewhere can be sent as well.
    copy(folder, "images/a", "d")
    assert (folder.read("d").tree["model"], folder.read("d").tree["protocol"]) == ("m", "http")
    same = updated("images/a", file, base, now, Origins(folder))
    assert same.tree["inputs"] == inputs


def test_a_json_file_from_elsewhere_is_no_request_of_the_folder(folder: RequestFolder, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[1, 2, 3]")
    tensor = _tensor("FP32", np.array([1, 2, 3], np.float32))
    found = _written(folder, "r", tensor, FromFile(path))
    assert found["values"] == [1, 2, 3]
    assert folder.names() == ("r",)


def test_a_request_in_another_folder_keeps_the_values_of_the_variables_that_it_loses(folder: RequestFolder) -> None:
    for name, variables in (("a", {"N": "${M}", "K": 1, "S": "s"}), ("b", {"K": 2})):
        (folder.root / name).mkdir(parents=True)
        (folder.root / name / "folder.json").write_text(json.dumps({"variables": variables, "note": "of ${S}"}))
    inputs = {"x": {"type": "BYTES", "shape": [5], "values": ["${N}", "is ${S}", "${K}", "$${S}", "${Z}"]}}
    folder.write("a/q", {"model": "m", "inputs": inputs})
    before = filled_request(folder.read("a/q"), {"Z": "z", "K": 3})
    copy(folder, "a/q", "b/q")
    file = folder.read("b/q")
    assert file.tree["inputs"]["x"]["values"] == ["$${M}", "is s", "${K}", "$${S}", "${Z}"]
    after = filled_request(file, {"Z": "z", "K": 3})
    assert repr(after) == repr(before)
    assert file.own["note"] == "of s"
