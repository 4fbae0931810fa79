"""TorchScript archives and PyTorch packages: real ones, and hostile ones."""

import json
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.artifacts import reader
from studio.core.artifacts.torch_package import read_torch_package
from studio.core.artifacts.torchscript import read_torchscript
from tests.core.artifact_files import FILES, bytes_read, damaged, refused, sparse
from tests.fixtures.examples import examples

_PICKLE = b"\x80\x02c__torch__.a\nNet\nq\x00)\x81."


def _archive(path: Path, members: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _script(path: Path, source: str, pickle: bytes = _PICKLE) -> Path:
    return _archive(path, {"m/data.pkl": pickle, "m/code/__torch__/a.py": source, "m/version": "3\n"})


@pytest.mark.parametrize("name", ["scripted.pt", "frozen.pt"])
def test_scripted_models_tell_arguments_and_results(name: str) -> None:
    found = read_torchscript(FILES / name)
    assert [(each.name, each.kind, each.optional) for each in found.partial_inputs] == [
        ("x", "Tensor", False),
        ("scale", "Optional[Tensor]", True),
        ("words", "Optional[List[str]]", True),
    ]
    assert [(each.name, each.kind) for each in found.partial_outputs] == [
        ("output__0", "Tensor"),
        ("output__1", "Tensor"),
    ]
    assert dict(found.facts) == {"Class": "Net", "Weights": "2 (32 bytes)", "Format version": "3"}
    assert (found.format, found.inputs, found.notes) == ("TorchScript", (), ())


def test_a_traced_model_takes_and_gives_a_tensor() -> None:
    found = read_torchscript(FILES / "traced.pt")
    assert [(each.name, each.kind) for each in found.partial_inputs] == [("x", "Tensor")]
    assert [(each.name, each.kind) for each in found.partial_outputs] == [("output__0", "Tensor")]


def test_dictionaries_are_told_as_they_are() -> None:
    found = read_torchscript(FILES / "dict.pt")
    assert [each.kind for each in (*found.partial_inputs, *found.partial_outputs)] == ["Dict[str, Tensor]"] * 2


def test_weights_without_a_program_are_said_so() -> None:
    assert "torch.jit.script" in refused(read_torchscript, FILES / "weights.pt", "without a program").remedy
    assert "torch.jit.script" in refused(read_torchscript, FILES / "legacy.pt", "any code").remedy


def test_what_is_no_tensor_is_noted(tmp_path: Path) -> None:
    head = "def forward(self: X,\n    a: int,\n    b: float=1., *, c: Tensor) -> int"
    source = f"class Net(Module):\n  {head}:\n    return 1\n"
    found = read_torchscript(_script(tmp_path / "m.pt", source))
    assert [(each.name, each.optional) for each in found.partial_inputs] == [("a", False), ("b", True), ("c", False)]
    assert len(found.notes) == 2
    assert "“a” is of type int" in found.notes[0]


def test_the_class_that_the_pickle_names_is_taken(tmp_path: Path) -> None:
    source = (
        "class Other(Module):\n  def forward(self: X, no: Tensor) -> Tensor:\n    return no\n"
        "class Net(Module):\n  def helper(self: X, no: Tensor) -> Tensor:\n    return no\n"
        "  def forward(self: X, yes: Tensor) -> NoneType:\n    return None\n"
    )
    found = read_torchscript(_script(tmp_path / "m.pt", source))
    assert [each.name for each in found.partial_inputs] == ["yes"]
    assert found.partial_outputs == ()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "no method forward"),
        (
            "class Net(Module):\n  x : int\nclass B(Module):\n  def forward(self) -> int:\n    pass\n",
            "no method forward",
        ),
        ("class Net(Module):\n  def forward(self, 7) -> int:\n    pass\n", "damaged"),
        ("class Net(Module):\n  def forward(self, x: " + "-" * 200_000 + "1) -> int:\n    pass\n", "damaged"),
        ("class Net(Module):\n  def forward(self, x\0) -> int:\n    pass\n", "damaged"),
    ],
)
def test_damaged_programs_are_said_so(tmp_path: Path, source: str, words: str) -> None:
    refused(read_torchscript, _script(tmp_path / "m.pt", source), words)


def test_no_pickle_is_ever_run(tmp_path: Path) -> None:
    """The pickle of a module that would make a file if it were unpickled."""
    trap = tmp_path / "ran"
    pickle = b"c__torch__.a\nNet\n0cos\nmkdir\n(S'" + os.fsencode(trap) + b"'\ntR."
    source = "class Net(Module):\n  def forward(self: X, x: Tensor) -> Tensor:\n    return x\n"
    assert read_torchscript(_script(tmp_path / "m.pt", source, pickle)).partial_inputs
    assert not trap.exists()


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = _script(tmp_path / "m.pt", "#" * (64 << 20))
    assert path.stat().st_size < 200_000
    refused(read_torchscript, path, "longer than")


def test_methods_that_unpack_without_bounds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("m/data.pkl", _PICKLE)
        archive.writestr("m/code/__torch__/a.py", "")
    refused(read_torchscript, path, "unusual way")


def test_a_huge_table_of_contents_is_refused(tmp_path: Path) -> None:
    """3 GB that claim to be the list of an archive."""
    size = 3 << 30
    zip64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size - 8, 8)
    tail = zip64 + struct.pack("<4sIQI", b"PK\x06\x07", 0, size, 1)
    tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path = sparse(tmp_path / "m.pt", b"PK\x03\x04", tail, size)
    before = bytes_read()
    refused(read_torchscript, path, "table of contents is too large|no zip archive")
    assert bytes_read() - before < 64 << 20


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x05\x06" + bytes(18), b"\x80\x02}."])
def test_what_is_no_archive_is_said_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.pt"
    path.write_bytes(data)
    refused(read_torchscript, path, "not a sound TorchScript file")


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 5000), at=st.integers(0, 5000), byte=st.integers(0, 255))
def test_damage_ends_in_a_core_error(tmp_path: Path, cut: int, at: int, byte: int) -> None:
    data = (FILES / "scripted.pt").read_bytes()
    damaged(read_torchscript, tmp_path / "m.pt", data, cut if cut < 2500 else len(data), at, byte)


def test_a_compiled_package_tells_its_models_and_device(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {
        "m/data/aotinductor/model/abc.wrapper.so": b"\x7fELF" + bytes(96),
        "m/data/aotinductor/model/abc.wrapper_metadata.json": json.dumps({"AOTI_DEVICE_KEY": "cuda"}),
        "m/archive_format": "pt2",
    }
    path = _archive(tmp_path / "model.pt2", members)
    assert reader(path) is read_torch_package
    found = read_torch_package(path)
    assert dict(found.facts) == {"Models": "model", "Compiled for": "cuda", "Code": "100 bytes"}
    assert (found.format, found.notes) == ("PyTorch AOTInductor", ())


def test_an_exported_program_has_to_be_compiled(tmp_path: Path) -> None:
    found = read_torch_package(
        _archive(tmp_path / "model.pt2", {"m/models/model.json": "{}", "m/archive_format": "pt2"})
    )
    assert "not compiled" in found.notes[0]


def test_other_archives_are_no_packages(tmp_path: Path) -> None:
    refused(read_torch_package, _archive(tmp_path / "model.pt2", {"a.txt": "x"}), "neither a compiled model")
    broken = {
        "m/data/aotinductor/model/a.wrapper.so": "",
        "m/data/aotinductor/model/a.wrapper_metadata.json": "[" * 9000,
    }
    refused(read_torch_package, _archive(tmp_path / "b.pt2", broken), "not JSON")
