"""What is saved of a tensor opens as the same one, bit for bit, or it is said before that it will not."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.config.datatypes import DATA_TYPES, DataType, data_type, numpy_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import tensors
from studio.core.inference.file_tensor import tensor_from_file
from studio.core.inference.formats import wav
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.saving import FORMATS, refusal, save_tensor

_STRINGS = st.one_of(
    st.sampled_from(
        [b"", b"a\0\0", b"\0", b"\xff\xfe", "é\u2028ß".encode(), b'a,"b"\r\n', b"\r", b"# tensor", b"nan", b"${x}"]
    ),
    st.binary(max_size=12),
)


def kind_of(name: str) -> DataType:
    """A data type by its name."""
    found = data_type(name)
    assert found is not None
    return found


def strings(*values: bytes) -> Array:
    """A string tensor of one axis."""
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return array


@st.composite
def any_tensor(draw: st.DrawFn) -> Tensor:
    """Any data type, rank 0 to 5, empty axes, any bits."""
    kind = draw(st.sampled_from(DATA_TYPES))
    shape = tuple(draw(st.lists(st.sampled_from([1, 2, 3, 4, 0]), max_size=5)))
    count = int(np.prod(shape, dtype=np.int64))
    if kind.wire == "BYTES":
        return Tensor("y", kind, strings(*draw(st.lists(_STRINGS, min_size=count, max_size=count))).reshape(shape))
    data = draw(st.binary(min_size=count * kind.size, max_size=count * kind.size))
    if kind.wire == "BOOL":
        data = bytes(each & 1 for each in data)
    return Tensor("y", kind, np.frombuffer(data, numpy_type(kind)).reshape(shape))


def bits(array: Array) -> object:
    """What must be the same."""
    return array.ravel().tolist() if array.dtype == np.object_ else array.tobytes()


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_saving_is_left_between_two_parts(ending: str, tmp_path: Path) -> None:
    tensor = Tensor("y", kind_of("UINT8"), np.zeros((64, 64), np.uint8))
    if not refusal(tensor, tmp_path / f"y{ending}"):
        called: list[int] = []
        save_tensor(tensor, tmp_path / f"y{ending}", lambda: called.append(1))
        assert called
        found = tensor_from_file(TensorInfo("y", tensor.data_type, tensor.array.shape), tmp_path / f"y{ending}")
        assert bits(found) == bits(tensor.array)


@pytest.mark.parametrize("ending", sorted(FORMATS))
@given(tensor=any_tensor())
def test_what_is_saved_opens_as_the_same_tensor(ending: str, tensor: Tensor) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"saved{ending}"
        if refusal(tensor, path):
            with pytest.raises(CoreError, match="saved"):
                save_tensor(tensor, path)
            assert not list(path.parent.iterdir())
            return
        save_tensor(tensor, path)
        # An input knows its shape; raw bytes alone do not say one.
        found = tensor_from_file(TensorInfo("y", tensor.data_type, tensor.array.shape), path)
        assert found.shape == tensor.array.shape
        assert found.dtype == tensor.array.dtype
        assert bits(found) == bits(tensor.array)
        if ending in (".npy", ".npz", ".json"):
            assert tensors.from_file(path, tensor.data_type, "y").shape == tensor.array.shape


def test_the_forms_that_hold_everything_refuse_nothing(tmp_path: Path) -> None:
    for kind in DATA_TYPES:
        tensor = Tensor("y", kind, np.zeros((2, 3), numpy_type(kind)))
        for ending in (".npz", ".json"):
            assert not refusal(tensor, tmp_path / f"y{ending}")


@pytest.mark.parametrize(
    ("kind", "array", "name", "said"),
    [
        ("BYTES", strings(b"\xff"), "y.csv", "1 of its strings are no UTF-8"),
        ("BYTES", strings(b"a", b"b"), "y.raw", "do not say where a string ends"),
        ("FP32", np.zeros((4, 4), np.float32), "y.png", "UINT8 and UINT16"),
        ("UINT8", np.zeros((2, 5, 4, 5), np.uint8), "y.png", "no picture"),
        ("FP16", np.zeros(8, np.float16), "y.wav", "not FP16"),
        ("FP32", np.zeros((80, 80, 80), np.float32), "y.wav", "no sound"),
        ("FP32", np.zeros(3, np.float32), "y.txt", "saved as .npy"),
    ],
)
def test_what_an_ending_cannot_hold_is_said(tmp_path: Path, kind: str, array: Array, name: str, said: str) -> None:
    tensor = Tensor("y", kind_of(kind), array)
    assert said in refusal(tensor, tmp_path / name)
    with pytest.raises(CoreError, match="Saving y"):
        save_tensor(tensor, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_strings_of_very_different_lengths_are_not_padded_in_an_archive(tmp_path: Path) -> None:
    tensor = Tensor("y", kind_of("BYTES"), strings(bytes(2_000_000), *[b"a\0"] * 1000))
    assert ".npz does not" in refusal(tensor, tmp_path / "y.npy")
    save_tensor(tensor, tmp_path / "y.npz")
    assert (tmp_path / "y.npz").stat().st_size < 3_000_000
    assert bits(tensors.from_file(tmp_path / "y.npz", kind_of("BYTES"))) == bits(tensor.array)


def test_what_is_left_to_the_reader_is_said() -> None:
    floats = Tensor("y", kind_of("FP32"), np.zeros((2, 3, 4), np.float32))
    raw, rows, plain = (FORMATS[ending] for ending in (".raw", ".csv", ".npy"))
    assert "FP32 [2, 3, 4]" in raw.leaves(floats)
    assert "first line" in rows.leaves(floats)
    assert not plain.leaves(floats)
    assert "V2" in plain.leaves(Tensor("y", kind_of("BF16"), np.zeros(2, numpy_type(kind_of("BF16")))))
    assert "NUL" in plain.leaves(Tensor("y", kind_of("BYTES"), strings(b"a\0")))


def test_other_programs_read_the_plain_forms(tmp_path: Path) -> None:
    array = np.array([[0.1, -2.5], [1e-30, np.inf]], np.float32)
    tensor = Tensor("y", kind_of("FP32"), array)
    for ending in (".npy", ".npz", ".csv"):
        save_tensor(tensor, tmp_path / f"y{ending}")
    assert (np.load(tmp_path / "y.npy") == array).all()
    assert (np.load(tmp_path / "y.npz")["y"] == array).all()
    assert (np.loadtxt(tmp_path / "y.csv", delimiter=",", dtype=np.float32) == array).all()
    assert (tmp_path / "y.csv").read_text() == "0.1,-2.5\n1e-30,inf\n"
    save_tensor(Tensor("y", kind_of("BYTES"), strings(b"abc", b"d")), tmp_path / "s.npy")
    assert np.load(tmp_path / "s.npy").tolist() == [b"abc", b"d"]


def test_a_file_that_was_there_stays_where_the_new_one_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "y.npy"
    path.write_bytes(b"before")

    def leave() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_tensor(Tensor("y", kind_of("FP32"), np.zeros(3, np.float32)), path, leave)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"before"]
    with pytest.raises(CoreError, match=r"y\.npy"):
        save_tensor(Tensor("y", kind_of("FP32"), np.zeros(3, np.float32)), tmp_path / "none" / "y.npy")


def test_sounds_of_others_are_read_as_floats_or_as_they_are(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.array([[0, -32768], [16384, 32767]], "<i2").tobytes())
    assert tensors.from_file(path, kind_of("INT16")).tolist() == [[0, -32768], [16384, 32767]]
    assert tensors.from_file(path, kind_of("FP32"))[:, 0].tolist() == [0, 0.5]
    assert tensors.from_file(path, kind_of("BYTES")).tolist() == [path.read_bytes()]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(8000)
        file.writeframes(b"\0\0\x40\0\0\xc0")
    assert tensors.from_file(path, kind_of("FP32")).tolist() == [0.5, -0.5]


@pytest.mark.parametrize("data", [b"", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff"])
def test_a_broken_sound_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(CoreError, match=r"a\.wav"):
        tensors.from_file(tmp_path / "a.wav", kind_of("FP32"))


def test_a_mark_that_does_not_fit_its_picture_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    save_tensor(Tensor("y", kind_of("UINT8"), np.arange(75, dtype=np.uint8).reshape(5, 5, 3)), path)
    data = path.read_bytes()
    at = data.index(b"tEXt")
    size = struct.unpack(">I", data[at - 4 : at])[0]
    body = data[at : at + 4 + size].replace(b"[5, 5, 3]", b"[5, 5, 9]")
    path.write_bytes(data[:at] + body + struct.pack(">I", zlib.crc32(body)) + data[at + 8 + size :])
    found = tensor_from_file(TensorInfo("y", kind_of("UINT8"), (5, 5, 3)), path)
    assert found.ravel().tolist() == list(range(75))


def test_channels_of_a_sound_stand_along_either_axis() -> None:
    stereo = np.arange(200).reshape(2, 100)
    assert wav.samples(stereo).shape == (100, 2)
    assert wav.samples(stereo.T).shape == (100, 2)
    assert wav.samples(stereo[:1]).shape == (100, 1)
    with pytest.raises(ValueError, match="no sound"):
        wav.samples(np.zeros((5, 70, 90)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"datatype": "FP64", "shape": [1], "data": [1]}'),
        ("a.json", '{"datatype": "FP32", "shape": [3], "data": [1]}'),
        ("a.json", '{"datatype": "FP32", "shape": [1], "data": ["x"]}'),
        ("a.csv", "1,2\n3\n"),
        ("a.csv", "1,x\n"),
        ("a.csv", "# tensor FP64 [1]\n1\n"),
    ],
)
def test_what_does_not_hold_the_wanted_numbers_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(CoreError, match=name):
        tensors.from_file(tmp_path / name, kind_of("FP32"))
