"""Interfaces side by side, and a model file against its configuration with the edits that mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.checking.profile import Profile
from studio.core.config.datatypes import data_type
from studio.core.config.draft import Draft, draft
from studio.core.config.tensor_info import TensorInfo
from studio.core.files.model_file import belongings, expected_name, model_file, suits
from studio.core.files.repository import scan
from studio.core.merging.comparison import compare, compare_facts, of_artifact, of_config, words
from studio.core.merging.file_differences import against_config
from tests.core.repositories import check


def _tensor(name: str, kind: str, *shape: int) -> TensorInfo:
    found = data_type(kind)
    assert found is not None
    return TensorInfo(name, found, shape)


_FILE = Artifact(
    "ONNX",
    (_tensor("image", "FP32", -1, 3, 224, 224), _tensor("mask", "BOOL", -1, 224)),
    (_tensor("scores", "FP32", -1, 1000),),
    (("Opset", "17"), ("Operators", "12")),
)
_CONFIG = """max_batch_size: 8
input [
  { name: "image" data_type: TYPE_FP16 dims: [ 3, 224 ] }, # wrong twice
  { name: "msk" data_type: TYPE_BOOL dims: [ 224 ] }
]
output { name: "scores" data_type: TYPE_FP32 dims: [ 1000 ] }
"""


def _mended(start: Draft, file: Artifact, backend: str = "onnxruntime") -> Draft:
    """The draft after every first fix, one after the other."""
    now = start
    for _ in range(10):
        rows = against_config(file, now.config, backend)
        fixes = [each.fixes[0] for row in rows for each in row.differences if each.fixes]
        if not fixes:
            return now
        edit = fixes[0].edit
        assert edit is not None
        now = edit(now)
    raise AssertionError("the fixes go round in circles")


def test_differences_are_told_in_words_and_their_fixes_mend_them_to_the_byte() -> None:
    start = draft(_CONFIG)
    rows = against_config(_FILE, start.config, "onnxruntime")
    told = [(row.side, (row.left or row.right), [each.what for each in row.differences]) for row in rows]
    assert [(side, port.name if port else "", what) for side, port, what in told] == [
        ("input", "image", ["data_type", "dims"]),
        ("input", "mask", ["name"]),
        ("input", "msk", ["name"]),
        ("output", "scores", []),
    ]
    assert rows[0].differences[0].text == "FP32 in the file, FP16 in the configuration"
    assert rows[0].differences[1].text == "[N, 3, 224, 224] in the file, [N, 3, 224] in the configuration"
    wanted = _CONFIG.replace("TYPE_FP16", "TYPE_FP32").replace("[ 3, 224 ]", "[ 3, 224, 224 ]").replace("msk", "mask")
    assert _mended(start, _FILE).document.text == wanted


def test_an_input_that_is_left_out_can_be_added() -> None:
    start = draft('max_batch_size: 4\ninput { name: "image" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] }\n')
    mended = _mended(start, _FILE).config
    assert [(each.name, each.data_type, each.dims) for each in mended.inputs][1] == ("mask", "TYPE_BOOL", (224,))


def test_what_the_configuration_leaves_out_as_a_whole_is_no_difference() -> None:
    rows = against_config(_FILE, draft("max_batch_size: 4").config, "onnxruntime")
    assert [row.differences for row in rows] == [(), (), ()]
    assert all(row.right is None for row in rows)


def test_a_file_that_cannot_batch_says_so() -> None:
    file = Artifact("ONNX", (_tensor("x", "FP32", 1, 4),))
    start = draft('max_batch_size: 4\ninput { name: "x" data_type: TYPE_FP32 dims: [ 4 ] }\n')
    (row,) = against_config(file, start.config, "onnxruntime")
    assert [each.what for each in row.differences] == ["batch"]
    mended = _mended(start, file)
    assert (mended.config.max_batch_size, mended.config.inputs[0].dims) == (0, (1, 4))


@pytest.mark.parametrize(
    ("dims", "reshape", "shape", "fits"),
    [
        ("4", "", (-1, 4), True),
        ("4", "", (-1, -1), True),
        ("-1", "", (-1, 4), False),
        ("4, 1", "", (-1, 4), False),
        ("2, 2", "reshape { shape: [ 4 ] }", (-1, 4), True),
    ],
)
def test_shapes_that_fit(dims: str, reshape: str, shape: tuple[int, ...], fits: bool) -> None:
    file = Artifact("ONNX", (_tensor("x", "FP32", *shape),))
    text = f'max_batch_size: 4 input {{ name: "x" data_type: TYPE_FP32 dims: [ {dims} ] {reshape} }}'
    (row,) = against_config(file, draft(text).config, "onnxruntime")
    assert (row.differences == ()) is fits


def test_pytorch_takes_arguments_by_place() -> None:
    file = Artifact("TorchScript", partial_inputs=(Partial("x", kind="Tensor"), Partial("y", kind="Tensor")))
    text = 'input [ { name: "INPUT__1" dims: [ 4 ] data_type: TYPE_FP32 }, { name: "INPUT__0" dims: [ 2 ] } ]'
    rows = against_config(file, draft(text).config, "pytorch")
    assert [row.right.name if row.right else "" for row in rows] == ["INPUT__0", "INPUT__1"]
    assert not any(row.differences for row in rows)


def test_two_interfaces_side_by_side() -> None:
    other = Artifact(
        "ONNX",
        (_tensor("image", "FP16", -1, 3, 256, 256),),
        (_tensor("scores", "FP32", -1, 1000), _tensor("boxes", "FP32", -1, 4)),
        (("Opset", "18"), ("Operators", "12")),
    )
    left, right = of_artifact(_FILE, "version 1"), of_artifact(other, "version 2")
    told = {(row.left or row.right): [each.text for each in row.differences] for row in compare(left, right)}
    assert {port.name: texts for port, texts in told.items() if port} == {
        "image": ["another data type", "another shape"],
        "mask": ["only in version 1"],
        "scores": [],
        "boxes": ["only in version 2"],
    }
    assert [(row.name, row.differs) for row in compare_facts(left, right)] == [
        ("Format", False),
        ("Opset", True),
        ("Operators", False),
    ]


def test_a_configuration_is_an_interface_with_wire_shapes() -> None:
    found = of_config(draft(_CONFIG).config)
    assert found.inputs[0].shape == (-1, 3, 224)
    assert ("Max batch size", "8") in found.facts
    assert words(found.inputs[0].shape, batches=True) == "[N, 3, 224]"
    assert words((-1, 4)) == "[-1, 4]"
    assert words(()) == "[]"
    assert words(None) == "any shape"


def test_a_forest_and_its_configuration_are_compared_by_a_rule(tmp_path: Path) -> None:
    data = Path(__file__).parent / "data" / "artifacts" / "xgboost.json"
    folder = tmp_path / "forest"
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "xgboost.json").write_bytes(data.read_bytes())
    (folder / "config.pbtxt").write_text(
        'backend: "fil"\nmax_batch_size: 64\n'
        'input { name: "input__0" data_type: TYPE_FP32 dims: [ 999 ] }\n'
        'output { name: "output__0" data_type: TYPE_FP32 dims: [ 1 ] }\n'
        'parameters { key: "model_type" value { string_value: "xgboost_json" } }\n'
    )
    repository = scan(tmp_path)
    text = draft((folder / "config.pbtxt").read_bytes())
    found = [each for each in check(repository, {"forest": text}, Profile()) if each.rule.startswith("file-")]
    assert [each.rule for each in found] == ["file-dims"]
    edit = found[0].fixes[0].edit
    assert edit is not None
    assert [each.rule for each in check(repository, {"forest": edit(text)}, Profile()) if "file" in each.rule] == []


def test_the_file_of_a_version_and_what_belongs_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "net"
    (folder / "1").mkdir(parents=True)
    for name in ("readme.txt", "model.onnx", "helper.py"):
        (folder / "1" / name).touch()
    found = scan(tmp_path / "models").models[0]
    assert expected_name(found, None) == "model.onnx"
    held = model_file(found, found.versions[0], None)
    assert held is not None
    assert held.name == "model.onnx"
    assert suits(found, None, Path("other.onnx"))
    assert not suits(found, None, Path("other.plan"))
    xml = tmp_path / "net.xml"
    xml.write_bytes((Path(__file__).parent / "data" / "artifacts" / "model.xml").read_bytes())
    xml.with_suffix(".bin").touch()
    assert belongings([xml], "model.xml") == [(xml, "model.xml"), (xml.with_suffix(".bin"), "model.bin")]
    assert belongings([], "") == []
