"""SavedModels and GraphDefs: real ones, written by TensorFlow, and broken ones."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.artifacts import reader
from studio.core.artifacts.tensorflow import read_graph_def, read_saved_model
from tests.core.artifact_files import FILES, damaged, refused, sparse, tensors
from tests.fixtures.examples import examples


def _field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _tensor(number: int, shape: bytes, extra: bytes = b"") -> bytes:
    return _field(1, b"x:0") + _field(2, number) + _field(3, shape) + extra


def _entry(name: str, value: bytes) -> bytes:
    return _field(1, name.encode()) + _field(2, value)


def _saved(folder: Path, signatures: dict[str, bytes], tag: str = "serve") -> Path:
    graph = _field(1, _field(4, tag.encode()) + _field(5, b"2.9.0"))
    graph += b"".join(_field(5, _entry(name, value)) for name, value in signatures.items())
    (folder / "saved_model.pb").write_bytes(_field(1, 1) + _field(2, graph))
    return folder


def test_a_saved_model_tells_its_serving_signature() -> None:
    found = read_saved_model(FILES / "saved_model.pb")
    inputs, outputs = tensors(found)
    assert inputs == [("t", "BYTES", (-1,)), ("x", "FP32", (-1, 3))]
    assert outputs == [("u", "BYTES", (-1,)), ("y", "FP32", (-1, 3))]
    assert dict(found.facts) == {
        "Signature": "serving_default",
        "All signatures": "other, serving_default",
        "Tags": "serve",
        "TensorFlow": "2.21.0",
    }


def test_a_folder_is_read_by_its_graph(tmp_path: Path) -> None:
    folder = tmp_path / "model.savedmodel"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes((FILES / "saved_model.pb").read_bytes())
    assert reader(folder) is read_saved_model
    assert len(read_saved_model(folder).inputs) == 2


def test_shapes_without_rank_odd_types_and_sparse_tensors(tmp_path: Path) -> None:
    scalar, unknown, minus = b"", _field(3, 1), _field(2, _field(1, -1)) + _field(2, b"")
    signature = b"".join(
        _field(1, _entry(name, value))
        for name, value in {
            "scalar": _tensor(9, scalar),
            "anything": _tensor(1, unknown),
            "reference": _tensor(103, minus),
            "complex": _tensor(8, scalar),
            "sparse": _tensor(1, scalar, _field(4, b"")),
        }.items()
    )
    found = read_saved_model(_saved(tmp_path, {"predict": signature, "__saved_model_init_op": b""}))
    assert tensors(found)[0] == [("reference", "INT32", (-1, 0)), ("scalar", "INT64", ())]
    assert [(each.name, each.shape) for each in found.partial_inputs if each.data_type] == [("anything", None)]
    assert [note.split("”")[0] for note in found.notes] == ["The input “complex", "The input “sparse"]
    assert dict(found.facts)["Signature"] == "predict"


def test_shapes_of_absurd_rank_are_refused(tmp_path: Path) -> None:
    signature = _field(1, _entry("x", _tensor(1, _field(2, b"") * 65)))
    refused(read_saved_model, _saved(tmp_path, {"predict": signature}), "more than 64 dimensions")


def test_a_model_without_signature_is_noted(tmp_path: Path) -> None:
    assert "no signature" in read_saved_model(_saved(tmp_path, {})).notes[0]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "model.savedmodel"
    folder.mkdir()
    (folder / "saved_model.pb").symlink_to(FILES / "saved_model.pb")
    refused(read_saved_model, folder, "leads out of the folder")


def test_a_graph_tells_its_placeholders_and_ends() -> None:
    path = FILES / "model.graphdef"
    assert reader(path) is read_graph_def
    found = read_graph_def(path)
    assert tensors(found)[0] == [("x", "FP32", (-1, 3))]
    assert [each.name for each in found.partial_outputs] == ["y"]
    assert dict(found.facts) == {"Operations": "4"}


def test_a_constant_of_gigabytes_is_passed_over(tmp_path: Path) -> None:
    size = 3 << 30
    node = _field(1, b"big") + _field(2, b"Const") + b"\x2a" + _varint(size)
    head = b"\x0a" + _varint(len(node) + size) + node
    tail = (FILES / "model.graphdef").read_bytes()
    path = sparse(tmp_path / "model.graphdef", head, tail, len(head) + size)
    assert tensors(read_graph_def(path))[0] == [("x", "FP32", (-1, 3))]


@pytest.mark.parametrize("data", [b"", b"hello, world\n" * 9, b"\xff" * 40, b"\x08\x01"])
def test_what_is_neither_is_said_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "saved_model.pb"
    path.write_bytes(data)
    refused(read_saved_model, path, "not a sound SavedModel file")
    refused(read_graph_def, path, "not a sound GraphDef file")


def test_gigabytes_of_names_end_in_a_clear_error(tmp_path: Path) -> None:
    """Each is short enough for a name, together they would fill the memory."""
    size = 1 << 20
    part = b"\x0a" + _varint(size + 8) + b"\x0a" + _varint(size) + bytes(size) + _field(2, b"A")
    part = part.replace(_varint(size + 8), _varint(len(part) - 1 - len(_varint(size + 8))), 1)
    path = tmp_path / "model.graphdef"
    path.write_bytes(part * 70)
    refused(read_graph_def, path, "many megabytes")


def test_missing_files_are_said_so(tmp_path: Path) -> None:
    refused(read_saved_model, tmp_path, "no such file")
    refused(read_graph_def, tmp_path, "folder|plain file")


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 11500), at=st.integers(0, 11500), byte=st.integers(0, 255))
def test_damage_ends_in_a_core_error(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    damaged(read_saved_model, tmp_path / "saved_model.pb", (FILES / "saved_model.pb").read_bytes(), cut, at, byte)
    damaged(read_graph_def, tmp_path / "m.graphdef", (FILES / "model.graphdef").read_bytes(), cut, at, byte)


def test_a_link_to_itself_ends_in_a_core_error(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").symlink_to("saved_model.pb")
    refused(read_saved_model, tmp_path, "leads back to itself")
