"""Saved requests: their files, what they are sent as, and whether an answer is what they expect."""

import json
import os
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from PIL import Image

from studio.core.config.datatypes import DATA_TYPES, DataType, numpy_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.files.saving import Conflict
from studio.core.inference.requests import Array, InferRequest, ModelMetadata, Tensor
from studio.core.saved_requests.building import build, filled_request
from studio.core.saved_requests.folder import RequestFolder, requests_folder, requests_folder_of
from studio.core.saved_requests.renewing import from_request
from studio.core.saved_requests.writing import to_text

KINDS = {kind.wire: kind for kind in DATA_TYPES}


_NPY_OF_EXABYTES = b"\x93NUMPY\x01\x00v\x00" + (
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (288230376151711744,), }".ljust(117) + b"\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> RequestFolder:
    """An empty folder of requests."""
    return RequestFolder(tmp_path / "requests")


def _model(*inputs: TensorInfo, name: str = "m") -> ModelMetadata:
    return ModelMetadata(name, ("1",), "python", inputs, ())


def _info(name: str, wire: str, *shape: int, optional: bool = False) -> TensorInfo:
    return TensorInfo(name, KINDS[wire], shape, optional)


def _put(folder: RequestFolder, name: str, tree: object) -> None:
    path = folder.root / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tree if isinstance(tree, str) else json.dumps(tree), "utf-8")


def _built(folder: RequestFolder, name: str, model: ModelMetadata, **variables: Any) -> InferRequest:
    saved = filled_request(folder.read(name), variables)
    return build(folder, name, saved, model)


def _edges(kind: DataType, size: int) -> Array:
    if kind.wire == "BYTES":
        return np.array([b"a\0\0", "ä${x}".encode(), b"\xff\x00raw", b""] * size, object)
    if kind.family == "B":
        return np.array([True, False, True, False] * size)
    if kind.family == "F":
        ends = [np.nan, -np.inf, 0.1, -0.0] * size
        return np.array(ends, dtype=numpy_type(kind))
    bounds = np.iinfo(np.dtype(numpy_type(kind)))
    return np.array([bounds.min, bounds.max, 0, 1] * size, dtype=numpy_type(kind))


@pytest.mark.parametrize("size", [1, 200])
@pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.wire)
def test_every_data_type_is_read_back_bit_for_bit(folder: RequestFolder, kind: DataType, size: int) -> None:
    array = _edges(kind, size).reshape(2, -1)
    written = from_request("r", InferRequest("m", (Tensor("x", kind, array),)))
    assert bool(written.files) == (size > 1)
    folder.write("r", written.tree, written.files)
    got = _built(folder, "r", _model(_info("x", kind.wire, -1, -1))).inputs[0].array
    assert got.shape == array.shape
    assert got.dtype == array.dtype
    assert got.tolist() == array.tolist() if kind.wire == "BYTES" else got.tobytes() == array.tobytes()


def test_a_changed_value_is_one_line_of_a_difference(folder: RequestFolder) -> None:
    array = np.linspace(0, 1, 60, dtype=np.float32).reshape(20, 3)
    texts = []
    for value in (7, 8):
        array[4, 1] = value
        texts.append(to_text(from_request("r", InferRequest("m", (Tensor("x", KINDS["FP32"], array),))).tree))
    first, second = (text.splitlines() for text in texts)
    assert len(first) == len(second)
    assert sum(one != other for one, other in zip(first, second, strict=True)) == 1
    long = np.arange(100, dtype=np.int64)
    text = to_text(from_request("r", InferRequest("m", (Tensor("x", KINDS["INT64"], long),))).tree)
    assert "\n        99\n" in text
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_everything_of_a_request_is_kept(folder: RequestFolder) -> None:
    request = InferRequest(
        "m",
        (Tensor("x", KINDS["INT32"], np.array([1], np.int32)),),
        version="3",
        outputs=("y",),
        request_id="seven",
        parameters=(("flag", True), ("ratio", 0.5), ("size", 3), ("text", "t")),
        priority=2,
        timeout_us=5000,
        sequence_id="lane",
        sequence_start=True,
        protocol="http",
        classes=(("y", 3),),
        headers=(("X-Trace", "1"),),
        compression="gzip",
        shared_memory=True,
    )
    written = from_request("deep/er/r", request)
    folder.write("deep/er/r", written.tree, written.files)
    again = _built(folder, "deep/er/r", _model(_info("x", "INT32", 1)))
    for field in ("version", "outputs", "parameters", "priority", "timeout_us", "sequence_id", "sequence_start"):
        assert getattr(again, field) == getattr(request, field)
    for field in ("request_id", "protocol", "classes", "headers", "compression", "shared_memory"):
        assert getattr(again, field) == getattr(request, field)


def test_names_are_found_in_folders_and_what_is_no_request_is_not(folder: RequestFolder) -> None:
    assert folder.names() == ()
    for name in ("b", "images/a", "images/folder", "environments", "images/environments", ".hidden", "folder"):
        _put(folder, name, {"model": "m"})
    (folder.root / "away").symlink_to("/", target_is_directory=True)
    assert folder.names() == ("b", "images/a", "images/environments")


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/../../x", "a//b", "folder", "environments", "/etc/passwd", "a\0b"]
)
def test_a_name_leads_nowhere_else(folder: RequestFolder, name: str) -> None:
    with pytest.raises(CoreError, match="cannot have this name"):
        folder.path(name)


def test_what_holds_for_a_folder_holds_for_its_requests(folder: RequestFolder) -> None:
    _put(
        folder, "folder", {"protocol": "http", "tags": ["all"], "parameters": {"a": 1, "b": 2}, "variables": {"V": "1"}}
    )
    _put(folder, "images/folder", {"parameters": {"b": 3}, "seconds": 5, "variables": {"W": 7}})
    _put(folder, "images/one", {"model": "m", "version": "${V}", "tags": ["own"], "parameters": {"c": "${W}"}})
    saved = filled_request(folder.read("images/one"), {})
    assert (saved.protocol, saved.seconds, saved.version) == ("http", 5, "1")
    assert saved.parameters == {"a": 1, "b": 3, "c": 7}
    assert saved.tags == ("all", "own")


def test_variables_come_from_folder_and_environment_and_the_last_wins(folder: RequestFolder) -> None:
    _put(folder, "folder", {"variables": {"NAME": "anna"}})
    _put(folder, "environments", {"local": {"NAME": "bert"}})
    tree = {"model": "m", "inputs": {"x": {"type": "BYTES", "shape": [1], "values": ["Ahoy ${NAME}, $${NAME}"]}}}
    _put(folder, "r", tree)
    model = _model(_info("x", "BYTES", 1))
    assert _built(folder, "r", model).inputs[0].array.tolist() == [b"Ahoy anna, ${NAME}"]
    given = folder.environments()["local"]
    assert _built(folder, "r", model, **given).inputs[0].array.tolist() == [b"Ahoy bert, ${NAME}"]
    _put(folder, "r", {**tree, "version": "${NOBODY}"})
    with pytest.raises(CoreError, match=r"NOBODY has no value. Known here: NAME"):
        _built(folder, "r", model)


def test_sources_of_inputs(folder: RequestFolder) -> None:
    folder.root.mkdir()
    np.save(folder.root / "a.npy", np.arange(6, dtype=np.int16).reshape(2, 3))
    Image.new("RGB", (8, 8), (255, 0, 0)).save(folder.root / "red.png")
    inputs = {
        "ramp": {"generate": "ramp", "start": 2, "step": 3},
        "file": {"file": "a.npy"},
        "pixels": {"file": "red.png", "image": {"layout": "NHWC", "normalisation": "0 … 255"}},
        "bytes": {"file": "red.png"},
        "hex": {"type": "BYTES", "values": [{"hex": "00ff"}]},
    }
    _put(folder, "r", {"model": "m", "inputs": inputs})
    model = _model(
        _info("ramp", "FP32", -1, 3),
        _info("file", "INT16", -1, 3),
        _info("pixels", "UINT8", 4, 4, 3),
        _info("bytes", "BYTES", -1, 1),
        _info("hex", "BYTES", 1),
        _info("left", "FP32", 1, optional=True),
    )
    built = {tensor.name: tensor.array for tensor in _built(folder, "r", model).inputs}
    assert built["ramp"].tolist() == [[2, 5, 8]]
    assert built["file"].shape == (2, 3)
    assert built["pixels"].tolist() == [[[255, 0, 0]] * 4] * 4
    assert built["bytes"].tolist() == [[(folder.root / "red.png").read_bytes()]]
    assert built["hex"].tolist() == [b"\0\xff"]
    assert "left" not in built


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"model": "m", "inputs": {"x": {"file": "gone.npy"}}}, r"input x of the request r.*no such file"),
        ({"model": "m", "inputs": {"x": {"file": "../../secret"}}}, "out of the folder"),
        ({"model": "m", "inputs": {"x": {"file": "/etc/passwd"}}}, "out of the folder"),
        ({"model": "m", "inputs": {"x": {"file": "link"}}}, "out of the folder"),
        ({"model": "m", "inputs": {"x": {"file": "pipe"}}}, "not a plain file"),
        ({"model": "m", "inputs": {"x": {"file": "bad.npy"}}}, "it is no NumPy array: it does not begin"),
        ({"model": "m", "inputs": {"x": {"file": "bad.npy", "stored": "lengths"}}}, "not as it was saved"),
        ({"model": "m"}, "no tensor for the input x of m"),
        ({"model": "m", "inputs": {"z": {"generate": "ones"}}}, "no input z. Its inputs: x"),
        ({"model": "m", "inputs": {"x": {"generate": "ones", "shape": [1 << 20, 1 << 20]}}}, "elements"),
        ({"model": "m", "inputs": {"x": {"generate": "ones", "step": 3}}}, "step"),
        ({"model": "m", "inputs": {"x": {"type": "FP32", "shape": [3], "values": [1]}}}, r"inputs.x cannot be used"),
        ({"model": "m", "inputs": {"x": {"type": "FP99", "values": [1]}}}, "inputs.x.type is 'FP99'"),
        ({"model": "m", "inputs": {"x": {"type": "INT8", "values": [999]}}}, "outside"),
        ({"model": "m", "inputs": {"x": {"generate": "everything"}}}, "one of zeros"),
        ({"model": "m", "input": {}}, "input is not known here"),
        ({"model": 7}, "model is 7"),
        ({}, "model is missing"),
        ([], "no object"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ({"model": "m", "parameters": {"a": {}}}, "parameters holds"),
        ({"model": "m", "priority": True}, "priority is True"),
        ({"model": "m", "protocol": "carrier pigeon"}, "one of grpc, http"),
        ({"model": "m", "priority": -1}, "priority is -1"),
        ({"model": "m", "timeout_us": 1 << 64}, "whole number of 64 bits"),
        ({"model": "m", "classes": {"y": 0}}, "classes holds 0"),
        ({"model": "m", "seconds": 10**400}, "seconds is 1000"),
        ('{"model": "m", "seconds": Infinity}', "seconds is inf"),
        (f'{{"model": "m", "note": {"[" * 200}{"]" * 200}}}', "nested deeper"),
        ('{"model": "m", "expect": {"y": {"is": "exact"}}, "expect": {}}', "“expect” stands in it twice"),
        ({"model": "m", "inputs": {"x": {"file": "lies.npy"}}}, "does not fit into memory"),
        ({"model": "m", "expect": {"y": {"is": "about"}}}, "expect.y.is"),
        ({"model": "m", "expect": {"y": {"is": "statistics", "statistics": {"median": 1}}}}, "knows no median"),
    ],
)
def test_a_file_that_is_broken_or_means_harm_is_told_and_left_alone(
    folder: RequestFolder, tree: object, words: str
) -> None:
    _put(folder, "r", tree)
    (folder.root.parent / "secret").write_text("secret")
    (folder.root / "link").symlink_to(folder.root.parent / "secret")
    (folder.root / "bad.npy").write_bytes(b"nothing")
    (folder.root / "lies.npy").write_bytes(_NPY_OF_EXABYTES)
    os.mkfifo(folder.root / "pipe")
    before = (folder.root / "r.json").read_bytes()
    with pytest.raises(CoreError, match=words):
        _built(folder, "r", _model(_info("x", "FP32", -1)))
    assert (folder.root / "r.json").read_bytes() == before


def test_a_huge_file_and_a_link_out_are_not_read(folder: RequestFolder, tmp_path: Path) -> None:
    _put(folder, "huge", '{"model": "' + "m" * (5 << 20) + '"}')
    with pytest.raises(CoreError, match="larger than"):
        folder.read("huge")
    (tmp_path / "elsewhere.json").write_text('{"model": "m"}')
    (folder.root / "out.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(CoreError, match="leads out"):
        folder.read("out")
    with pytest.raises(CoreError, match="leads out"):
        folder.write("out", {"model": "other"})
    assert (tmp_path / "elsewhere.json").read_text() == '{"model": "m"}'


def test_files_that_are_no_longer_named_go_and_others_stay(folder: RequestFolder) -> None:
    written = from_request("r", InferRequest("m", (Tensor("x", KINDS["BYTES"], np.array([b"\x89PNG" * 99], object)),)))
    folder.write("r", written.tree, written.files)
    (folder.root / "shared.npy").write_bytes(b"x")
    assert (folder.root / "r.x.png").read_bytes() == b"\x89PNG" * 99
    folder.write("r", {"model": "m", "inputs": {"x": {"file": "shared.npy"}}})
    folder.write("r", {"model": "m"})
    assert sorted(path.name for path in folder.root.iterdir()) == ["r.json", "shared.npy"]


def test_requests_are_beside_the_repository_and_never_in_it(tmp_path: Path) -> None:
    assert requests_folder(tmp_path / "models") == tmp_path / "models.trireme" / "requests"
    one, other = requests_folder_of("http://a:8000"), requests_folder_of("http://a:8001")
    assert one != other
    assert one.parent == other.parent


def test_bf16_is_kept_as_text_where_it_is_small() -> None:
    array = np.array([0.1, 3], dtype=ml_dtypes.bfloat16)
    tree = from_request("r", InferRequest("m", (Tensor("x", KINDS["BF16"], array),))).tree
    assert tree["inputs"]["x"]["type"] == "BF16"


def test_what_another_program_wrote_since_it_was_read_is_not_replaced(folder: RequestFolder) -> None:
    _put(folder, "r", {"model": "m", "priority": 1})
    read = folder.read("r").own
    folder.write("r", {"model": "m", "priority": 2}, known=[read])
    _put(folder, "r", {"model": "m", "priority": True})
    own = folder.path("r").read_bytes()
    others: list[Any] = [{"model": "m", "priority": 1}, {"model": "m"}]
    for known in ([read], others):
        with pytest.raises(Conflict, match="another program changed its file"):
            folder.write("r", {"model": "m"}, {"r.x.npy": b"1"}, known)
    folder.path("r").write_bytes(own[:-3])
    with pytest.raises(Conflict, match="look at it"):
        folder.write("r", {"model": "m"}, known=[read])
    assert folder.path("r").read_bytes() == own[:-3]
    assert not (folder.root / "r.x.npy").exists()
    folder.path("r").unlink()
    folder.write("r", {"model": "m"}, known=[read])
    assert folder.read("r").own == {"model": "m"}
