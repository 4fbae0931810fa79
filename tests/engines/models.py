"""Small model repositories that the tests of the engines write and serve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

IDENTITY = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("y", pb_utils.get_input_tensor_by_name(r, "x").as_numpy())])
            for r in requests
        ]
"""
CONFIG = """\
backend: "python"
max_batch_size: 8
input {{ name: "x" data_type: TYPE_FP32 dims: [ 3 ] }}
output {{ name: "y" data_type: TYPE_FP32 dims: [ 3 ] }}
{extra}
"""
Io = tuple[str, int, Sequence[int | str]]


def python_model(repository: Path, name: str = "identity", code: str = IDENTITY, extra: str = "") -> Path:
    """A Python model that gives its input back."""
    folder = repository / name
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "model.py").write_text(code, "utf-8")
    (folder / "config.pbtxt").write_text(CONFIG.format(extra=extra), "utf-8")
    return folder


def onnx_model(
    repository: Path,
    name: str,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[Io],
    outputs: Sequence[Io],
    config: str | None = None,
    constants: dict[str, np.ndarray] | None = None,
) -> Path:
    """An ONNX model of these nodes; without `config` it has no config.pbtxt."""
    graph = helper.make_graph(
        list(nodes),
        name,
        [helper.make_tensor_value_info(*io) for io in inputs],
        [helper.make_tensor_value_info(*io) for io in outputs],
        [onnx.numpy_helper.from_array(value, key) for key, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (repository / name / "1").mkdir(parents=True)
    onnx.save(model, repository / name / "1" / "model.onnx")
    if config is not None:
        (repository / name / "config.pbtxt").write_text(config, "utf-8")
    return repository / name


def doubler(repository: Path, name: str, shape: Sequence[int | str], config: str | None = None) -> Path:
    """An ONNX model that adds its input to itself."""
    nodes = [helper.make_node("Add", ["x", "x"], ["y"])]
    tensor = TensorProto.FLOAT
    return onnx_model(repository, name, nodes, [("x", tensor, shape)], [("y", tensor, shape)], config)
