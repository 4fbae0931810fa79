"""ONNX files: honest, large, cut short and hostile ones."""

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from studio.core.artifacts import reader
from studio.core.artifacts.onnx import read_onnx
from studio.core.failure import CoreError
from tests.core.artifact_files import read_or_refused
from tests.fixtures.examples import examples


def _model(ir_version: int = 9, opset: int = 17, weights_are_inputs: bool = False) -> onnx.ModelProto:
    weight = numpy_helper.from_array(np.ones((3, 2), np.float32), "w")
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])]
    if weights_are_inputs:
        inputs.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, [3, 2]))
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("Shape", ["y"], ["size"])]
    outputs = [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2]),
        helper.make_tensor_value_info("size", TensorProto.INT64, [2]),
    ]
    graph = helper.make_graph(nodes, "g", inputs, outputs, [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="maker")
    model.ir_version = ir_version
    return model


def _saved(folder: Path, model: onnx.ModelProto) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_an_onnx_file_tells_its_interface(tmp_path: Path) -> None:
    found = read_onnx(_saved(tmp_path, _model()))
    assert [(t.name, t.data_type.wire, t.shape) for t in found.inputs] == [("x", "FP32", (-1, 3))]
    assert [(t.name, t.data_type.wire, t.shape) for t in found.outputs] == [
        ("y", "FP32", (-1, 2)),
        ("size", "INT64", (2,)),
    ]
    assert dict(found.facts) == {"Opset": "17", "IR version": "9", "Operators": "2", "Producer": "maker"}
    assert (found.external, found.notes) == ((), ())


def test_weights_of_old_files_are_no_inputs(tmp_path: Path) -> None:
    found = read_onnx(_saved(tmp_path, _model(ir_version=3, weights_are_inputs=True)))
    assert [tensor.name for tensor in found.inputs] == ["x"]


def test_every_element_type_that_triton_knows_is_read(tmp_path: Path) -> None:
    names = [
        "BOOL",
        "UINT8",
        "UINT16",
        "UINT32",
        "UINT64",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "FLOAT16",
        "FLOAT",
        "DOUBLE",
        "STRING",
        "BFLOAT16",
    ]
    inputs = [helper.make_tensor_value_info(n, getattr(TensorProto, n), [1]) for n in [*names, "COMPLEX64"]]
    inputs.append(helper.make_tensor_sequence_value_info("list", TensorProto.FLOAT, None))
    graph = helper.make_graph([], "g", inputs, [])
    found = read_onnx(_saved(tmp_path, helper.make_model(graph)))
    assert [tensor.name for tensor in found.inputs] == names
    assert len({tensor.data_type for tensor in found.inputs}) == 14
    assert len(found.notes) == 2


def test_external_data_is_named_and_not_opened(tmp_path: Path) -> None:
    model = _model()
    path = tmp_path / "model.onnx"
    onnx.save_model(model, str(path), save_as_external_data=True, location="weights.bin", size_threshold=0)
    weights = tmp_path / "weights.bin"
    weights.unlink()
    os.mkfifo(weights)  # whoever opened it would hang
    found = read_onnx(path)
    assert found.external == ("weights.bin",)
    assert [tensor.name for tensor in found.inputs] == ["x"]


def test_a_folder_stands_for_the_model_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "large" / "model.onnx"
    folder.mkdir(parents=True)
    _saved(folder, _model())
    assert read_onnx(folder).format == "ONNX"
    assert reader(folder) is read_onnx
    assert reader(tmp_path / "model.unknown") is None


def test_gigabytes_of_weights_cost_nothing(tmp_path: Path) -> None:
    """A sparse file of 3 GB whose graph holds one huge weight before its interface."""
    size = 3 << 30
    weight = b"\x4a" + _varint(size)  # raw_data
    graph_tail = _model().graph.SerializeToString()
    graph = b"\x2a" + _varint(len(weight) + size) + weight
    head = b"\x08\x09\x3a" + _varint(len(graph) + size + len(graph_tail)) + graph
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(head)
        file.seek(size, os.SEEK_CUR)
        file.write(graph_tail)
    assert path.stat().st_size > size
    assert [tensor.name for tensor in read_onnx(path).inputs] == ["x"]


def test_a_million_tiny_fields_end_in_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.core.artifacts.wire.Wire.__init__.__defaults__", (1000,))
    graph = b"\x0a\x00" * 2000
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x08\x09\x3a" + _varint(len(graph)) + graph)
    with pytest.raises(CoreError, match="too many parts"):
        read_onnx(path)


@pytest.mark.parametrize("data", [b"", b"\x00", b"hello, world\n" * 40, b"\x08\x09", b"\xff" * 64])
def test_what_is_no_onnx_file_is_said_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    with pytest.raises(CoreError, match="not a sound ONNX file"):
        read_onnx(path)


def test_pipes_folders_and_missing_files_are_said_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    for path in (tmp_path / "pipe.onnx", tmp_path, tmp_path / "none.onnx"):
        with pytest.raises(CoreError):
            read_onnx(path)


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 400), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_damage_never_ends_in_anything_but_a_core_error(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    data = bytearray(_model().SerializeToString())[:cut]
    if at < len(data):
        data[at] = byte
    path = tmp_path / "model.onnx"
    path.write_bytes(bytes(data))
    read_or_refused(read_onnx, path)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
