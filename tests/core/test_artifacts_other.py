"""Engines, tree models and the settings of language models."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.artifacts import READERS, Reader, reader
from studio.core.artifacts.forests import read_lightgbm, read_treelite, read_xgboost
from studio.core.artifacts.language import read_engine_folder, read_vllm
from studio.core.artifacts.tensorrt import read_tensorrt
from tests.core.artifact_files import FILES, bytes_read, damaged, read_or_refused, refused, sparse, tensors
from tests.fixtures.examples import examples


def _written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _engine(version: bytes = bytes([10, 3, 0, 26]), tag: bytes = b"ftrt", serialisation: int = 0) -> bytes:
    return tag + serialisation.to_bytes(4, "little") + bytes(16) + version + bytes(100)


def test_an_engine_tells_its_release(tmp_path: Path) -> None:
    path = _written(tmp_path, "model.plan", _engine())
    assert reader(path) is read_tensorrt
    found = read_tensorrt(path)
    assert found.facts == (("TensorRT", "10.3.0.26"),)
    assert "only with the TensorRT release" in found.notes[0]


@pytest.mark.parametrize("data", [_engine(tag=b"ptrt"), _engine(serialisation=9), _engine(version=bytes(4))])
def test_engines_that_tell_none(tmp_path: Path, data: bytes) -> None:
    assert read_tensorrt(_written(tmp_path, "model.plan", data)).facts == ()


def test_what_is_no_engine_is_said_so(tmp_path: Path) -> None:
    refused(read_tensorrt, _written(tmp_path, "model.plan", b""), "it is empty")
    refused(read_tensorrt, _written(tmp_path, "model.plan", b"ftrt\0\0"), "cut short")
    refused(read_tensorrt, _written(tmp_path, "model.plan", b"\x08\x09onnx" * 9), "does not begin as an engine")
    wrapped = b"\x10\0\0\0" + b'{"task": "seg"} ' + _engine()
    refused(read_tensorrt, _written(tmp_path, "model.engine", wrapped), "Ultralytics")


@pytest.mark.parametrize(
    ("name", "read", "facts"),
    [
        ("xgboost.json", read_xgboost, {"Features": "7", "Objective": "binary:logistic", "Format": "JSON"}),
        ("xgboost.ubj", read_xgboost, {"Features": "7", "Objective": "binary:logistic", "Format": "UBJSON"}),
        ("xgboost.model", read_xgboost, {"Features": "7", "Objective": "binary:logistic", "Format": "binary"}),
        ("xgboost.tl", read_treelite, {"Features": "7", "Trees": "3", "Classes": "1", "treelite": "4.8.1"}),
        ("xgboost3.tl", read_treelite, {"Features": "7", "Trees": "2", "treelite": "3.9.1"}),
        (
            "lightgbm.txt",
            read_lightgbm,
            {"Features": "7", "Classes": "3", "Objective": "multiclass num_class:3", "Format": "v4"},
        ),
    ],
)
def test_forests_tell_features_and_classes(name: str, read: Reader, facts: dict[str, str]) -> None:
    found = read(FILES / name)
    assert dict(found.facts) == facts
    assert tensors(found) == ([("input__0", "FP32", (-1, 7))], [])
    if name != "lightgbm.txt":
        assert reader(FILES / name) is read


def test_classes_of_xgboost(tmp_path: Path) -> None:
    text = '{"learner": {"learner_model_param": {"num_feature": "4", "num_class": "3", "num_target": "2"}}}'
    facts = dict(read_xgboost(_written(tmp_path, "xgboost.json", text)).facts)
    assert (facts["Features"], facts["Classes"], facts["Targets"]) == ("4", "3", "2")


@pytest.mark.parametrize("name", ["xgboost.json", "xgboost.ubj", "xgboost.model", "xgboost.tl", "lightgbm.txt"])
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 12000), at=st.integers(0, 12000), byte=st.integers(0, 255))
def test_damaged_forests_end_in_a_core_error(tmp_path: Path, name: str, cut: int, at: int, byte: int) -> None:
    read = {"tl": read_treelite, "txt": read_lightgbm}.get(name.split(".")[1], read_xgboost)
    data = (FILES / name).read_bytes()
    damaged(read, tmp_path / name, data, cut if cut < 4000 else len(data), at, byte)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "number of features"),
        ('{"learner_model_param": {"num_feature": "many"}}', "number of features"),
        ('{"learner_model_param": {"num_feature": "-1"}}', "-1 features"),
        ('{"learner_model_param": {num_feature: 1}}', "not JSON"),
        ("{L\0", "number of features"),
        ("pickle", "cut short"),
        ("x" * 400, "does not begin as an XGBoost file"),
    ],
)
def test_what_is_no_xgboost_is_said_so(tmp_path: Path, text: str, words: str) -> None:
    refused(read_xgboost, _written(tmp_path, "xgboost.json", text), words)


def test_a_text_made_to_be_slow_is_not(tmp_path: Path) -> None:
    """Where the time grew with the square of the length, this would not end."""
    for piece in ('"objective":{', '"learner_model_param":{', '"learner_model_param" ', "L\0\0\0\0\0\0\0\1"):
        for first in ("{", "{L\0"):
            refused(read_xgboost, _written(tmp_path, "xgboost.json", first + piece * 80_000), "sound XGBoost")


def test_an_engine_folder_tells_its_settings(tmp_path: Path) -> None:
    known = {
        "version": "0.16.0",
        "pretrained_config": {"architecture": "LlamaForCausalLM", "dtype": "float16", "mapping": {"world_size": 2}},
        "build_config": {"max_batch_size": 8, "max_input_len": 1024, "max_seq_len": 2048},
    }
    path = _written(tmp_path, "config.json", json.dumps(known))
    _written(tmp_path, "rank0.engine", b"x")
    found = read_engine_folder(tmp_path)
    assert dict(found.facts) == {
        "Architecture": "LlamaForCausalLM",
        "Data type": "float16",
        "GPUs": "2",
        "Max batch size": "8",
        "Max input": "1024",
        "Max sequence": "2048",
        "TensorRT-LLM": "0.16.0",
    }
    assert found.notes == ("rank1.engine is missing beside it.",)
    assert reader(path) is read_engine_folder


def test_settings_of_vllm(tmp_path: Path) -> None:
    known = {"model": "some/model", "tensor_parallel_size": 2, "enforce_eager": True, "extra": {"a": 1}, "none": None}
    path = _written(tmp_path, "model.json", json.dumps(known))
    assert reader(path) is read_vllm
    assert dict(read_vllm(path).facts) == {"Model": "some/model", "Tensor parallel size": "2", "Enforce eager": "True"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("[]", "no object"),
        ("{", "not JSON in line 1"),
        ("[" * 100_000, "not JSON"),
        ("\xff\xfe{}", "not JSON"),
        ('{"model": 7}', "names no model|describes no engine"),
        ('{"pretrained_config": {"mapping": {"world_size": 1000000000}}, "model": 1}', "GPUs is none|names no model"),
    ],
)
def test_broken_settings_are_said_so(tmp_path: Path, text: str, words: str) -> None:
    for name, read in (("model.json", read_vllm), ("config.json", read_engine_folder)):
        refused(read, _written(tmp_path, name, text.encode("latin-1")), words)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in READERS])
def test_no_reader_waits_or_reads_gigabytes(tmp_path: Path, pattern: str) -> None:
    """A pipe, a missing file, a folder without a model and 3 GB of nothing: each a clear error, at once."""
    path = tmp_path / pattern.replace("*", "model")
    read = reader(path)
    assert read
    refused(read, path, "no such file")
    path.mkdir()
    refused(read, path, r"\w")
    path.rmdir()
    os.mkfifo(path)
    refused(read, path, "plain file")
    path.unlink()
    before = bytes_read()
    read_or_refused(read, sparse(path, b""))
    assert bytes_read() - before < 1 << 30
