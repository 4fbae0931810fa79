"""What is known of execution accelerators, and the checksum of a file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from studio.core.config.accelerators import known_accelerators
from studio.core.config.known_names import CPU_ACCELERATORS, GPU_ACCELERATORS
from studio.core.failure import CoreError
from studio.core.files.checksums import checksum
from studio.resources import resource


def test_accelerators_are_of_the_backend_and_the_device() -> None:
    """TensorRT on a GPU, OpenVINO on a CPU, none for a backend that takes none."""
    assert list(known_accelerators("onnxruntime", "gpu")) == ["tensorrt", "cuda"]
    assert list(known_accelerators("onnxruntime", "cpu")) == ["openvino"]
    assert not known_accelerators("python", "gpu")


def test_precision_is_one_of_those_that_the_backend_reads() -> None:
    """The server's own list, with its default among them."""
    mode = known_accelerators("onnxruntime", "gpu")["tensorrt"].parameters["precision_mode"]
    assert mode.values == ("FP32", "FP16", "BF16", "INT8")
    assert mode.default == "FP32"
    assert mode.start != mode.default


@pytest.mark.parametrize("backend", json.loads(resource("help", "accelerators.json").read_text("utf-8")))
def test_each_says_what_it_does(backend: str) -> None:
    """In a sentence; and the suggestions of the text know the same names."""
    for device, names in (("gpu", GPU_ACCELERATORS), ("cpu", CPU_ACCELERATORS)):
        for name, accelerator in known_accelerators(backend, device).items():
            assert name in names
            assert accelerator.what.endswith(".")
            for key, parameter in accelerator.parameters.items():
                assert parameter.what.rstrip("…").endswith((".", ",")), key
                assert not parameter.values or not parameter.default or parameter.default in parameter.values, key


def test_checksum_is_md5_as_the_agent_has_it(tmp_path: Path) -> None:
    """Of all bytes, larger than one read."""
    data = bytes(range(256)) * 5000
    (tmp_path / "model.onnx").write_bytes(data)
    assert checksum(tmp_path / "model.onnx") == hashlib.md5(data, usedforsecurity=False).hexdigest()


def test_checksum_of_what_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    """And says why."""
    with pytest.raises(CoreError, match=r"model\.onnx"):
        checksum(tmp_path / "model.onnx")


def test_the_checksum_of_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CoreError, match="not a plain file"):
        checksum(tmp_path / "pipe")
