"""Generators and files give exactly the tensor that was asked for, or say why not."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.config.datatypes import DATA_TYPES, DataType, data_type, numpy_type, of_array
from studio.core.failure import CoreError
from studio.core.inference import tensors

ALL = pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.short)


def kind_of(name: str) -> DataType:
    """A data type that exists."""
    found = data_type(name)
    assert found
    return found


@ALL
@pytest.mark.parametrize("name", sorted(tensors.GENERATORS))
def test_every_generator_makes_every_type_in_the_shape(kind: DataType, name: str) -> None:
    array = tensors.GENERATORS[name](kind, (2, 3))
    assert array.shape == (2, 3)
    assert array.dtype == np.dtype(numpy_type(kind))
    assert of_array(array) == kind
    if kind.wire == "BYTES":
        assert all(isinstance(element, bytes) for element in array.ravel())


def test_random_repeats_with_its_seed_and_stays_in_its_range() -> None:
    kind = kind_of("TYPE_INT32")
    first, again = (tensors.random(kind, (1000,), seed=7, low=-2, high=2) for _ in range(2))
    assert (first == again).all()
    assert set(np.unique(first)) == {-2, -1, 0, 1, 2}
    assert (first != tensors.random(kind, (1000,), seed=8, low=-2, high=2)).any()


def test_a_generator_clips_to_what_the_type_holds() -> None:
    assert tensors.ramp(kind_of("UINT8"), (300,))[-1] == 255
    assert tensors.constant(kind_of("UINT64"), (1,), 1e30)[0] > 2**63
    assert tensors.constant(kind_of("INT64"), (1,), -1e30)[0] == -(2**63)


def test_an_open_or_enormous_shape_is_refused() -> None:
    with pytest.raises(CoreError, match="not filled in"):
        tensors.zeros(kind_of("FP32"), (-1, 3))
    with pytest.raises(CoreError, match="elements"):
        tensors.zeros(kind_of("FP32"), (1 << 20, 1 << 20))


def test_dims_are_filled_with_the_batch_first() -> None:
    assert tensors.fill_dims((-1, 3, -1), batch=4, variable=7) == (4, 3, 7)
    assert tensors.fill_dims((2, -1), batch=4) == (2, 1)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1))
def test_values_of_an_integer_type_survive(values: list[int]) -> None:
    assert tensors.from_values(kind_of("INT32"), values).tolist() == values


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("INT8", [1, 200], "outside -128"),
        ("INT8", [1.5], "whole number"),
        ("FP32", [[1], [1, 2]], "FP32"),
        ("FP32", ["a"], "numbers"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(name: str, values: object, says: str) -> None:
    with pytest.raises(CoreError, match=says):
        tensors.from_values(kind_of(name), values)


def test_text_becomes_bytes() -> None:
    assert tensors.from_values(kind_of("BYTES"), ["é", b"\0"]).tolist() == ["é".encode(), b"\0"]


def test_files_give_their_tensor(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "b.npz", x=array, y=array + 1)
    (tmp_path / "c.json").write_text(json.dumps(array.tolist()))
    (tmp_path / "d.bin").write_bytes(array.tobytes())
    kind = kind_of("FP32")
    assert (tensors.from_file(tmp_path / "a.npy", kind) == array).all()
    assert (tensors.from_file(tmp_path / "b.npz", kind, "y") == array + 1).all()
    assert (tensors.from_file(tmp_path / "c.json", kind) == array).all()
    assert (tensors.from_file(tmp_path / "d.bin", kind) == array.ravel()).all()
    assert tensors.from_file(tmp_path / "d.bin", kind_of("BYTES")).tolist() == [array.tobytes()]
    with pytest.raises(CoreError, match="no array 'z'"):
        tensors.from_file(tmp_path / "b.npz", kind, "z")


def _write_bad_files(folder: Path) -> None:
    """Files that numpy complains of, each in words of its own."""
    array = np.arange(100.0)
    np.save(folder / "whole.npy", array)
    whole = (folder / "whole.npy").read_bytes()
    np.savez(folder / "whole.npz", a=array, b=array)
    archive = (folder / "whole.npz").read_bytes()
    np.save(folder / "pickled.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez(folder / "pickled.npz", a=np.array([{"a": 1}], dtype=object))
    np.savez(folder / "none.npz")
    for name, content in {
        "text.npy": b"no array",
        "empty.npy": b"",
        "empty.npz": b"",
        "text.npz": b"no archive",
        "cut.npy": whole[:300],
        "head.npy": whole[:40],
        "start.npy": whole[:8],
        "odd.npy": whole[:10] + b"(" * 118 + whole[128:],
        "archive.npy": archive,
        "array.npz": whole,
        "cut.npz": archive[:500],
        "damaged.npz": archive[:500] + b"\xff" * 8 + archive[508:],
        "odd.bin": b"123",
        "odd.json": b'{"a": ',
        "odd.csv": b"\xff\xfe\x00",
    }.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.npy", "there is no such file"),
        ("text.npy", r"it is no NumPy array.*numpy\.save,"),
        ("text.npz", r"it is no NumPy archive.*numpy\.savez,"),
        ("empty.npy", "the file is empty"),
        ("empty.npz", "the file is empty"),
        ("cut.npy", "it is cut off"),
        ("head.npy", "it is cut off"),
        ("start.npy", "it is cut off"),
        ("odd.npy", "its type and shape cannot be read"),
        ("archive.npy", "it is an archive"),
        ("array.npz", "it is the single array"),
        ("cut.npz", "the archive is damaged"),
        ("damaged.npz", "the archive is damaged"),
        ("none.npz", "the archive holds no array"),
        ("whole.npz", "it has no array 'x', only a, b"),
        ("pickled.npy", "Python objects.*as numbers"),
        ("pickled.npz", "Python objects.*as numbers"),
        ("odd.bin", "3 bytes are not a multiple of 4"),
        ("odd.json", "it is no JSON: .* at line 1"),
        ("odd.csv", "it is no text in UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong_in_it_and_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    _write_bad_files(tmp_path)
    with pytest.raises(CoreError, match=f"^Reading {name}: .*{words}"):
        tensors.from_file(tmp_path / name, kind_of("FP32"), "a" if name.startswith(("pick", "cut", "dam")) else "x")


@pytest.mark.parametrize("length", [100 << 20, -1, 2])
def test_strings_of_a_file_are_as_long_as_it_holds_them(tmp_path: Path, length: int) -> None:
    pair = np.zeros(1, [("length", "<i8"), ("data", "S4")])
    pair[0] = length, b"abc"
    np.save(tmp_path / "a.npy", pair)
    with pytest.raises(CoreError, match="its lengths are not those of its strings"):
        tensors.from_file(tmp_path / "a.npy", kind_of("BYTES"))


def test_data_takes_the_declared_shape_or_both_shapes_are_named() -> None:
    array = np.zeros((3, 4))
    assert tensors.reshape(array, (-1, 3, 4)).shape == (1, 3, 4)
    assert tensors.reshape(array, (-1, 12)).shape == (1, 12)
    with pytest.raises(CoreError, match=r"\[3, 4\] does not fit \[5, 5\]"):
        tensors.reshape(array, (5, 5))
