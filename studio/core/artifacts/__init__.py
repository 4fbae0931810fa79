"""Readers of model files, chosen by file name. A reader never runs or unpickles what it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.forests import read_lightgbm, read_treelite, read_xgboost
from studio.core.artifacts.language import read_engine_folder, read_vllm
from studio.core.artifacts.onnx import read_onnx
from studio.core.artifacts.openvino import read_openvino
from studio.core.artifacts.python import read_python
from studio.core.artifacts.tensorflow import read_graph_def, read_saved_model
from studio.core.artifacts.tensorrt import read_tensorrt
from studio.core.artifacts.torch_package import read_torch_package
from studio.core.artifacts.torchscript import read_torchscript

Reader = Callable[[Path], Artifact]

READERS: list[tuple[str, Reader]] = [
    ("*.onnx", read_onnx),
    ("*.pt", read_torchscript),
    ("*.pth", read_torchscript),
    ("*.pt2", read_torch_package),
    ("*.savedmodel", read_saved_model),
    ("saved_model.pb", read_saved_model),
    ("*.graphdef", read_graph_def),
    ("*.xml", read_openvino),
    ("*.plan", read_tensorrt),
    ("*.engine", read_tensorrt),
    ("*.py", read_python),
    ("config.json", read_engine_folder),
    ("model.json", read_vllm),
    ("xgboost.model", read_xgboost),
    ("*.ubj", read_xgboost),
    ("xgboost.json", read_xgboost),
    ("*.tl", read_treelite),
    ("model.txt", read_lightgbm),
]
"""File name patterns and their readers; the first that matches is taken."""


def reader(path: Path) -> Reader | None:
    """The reader of a file's kind, None where there is none."""
    return next((read for pattern, read in READERS if path.match(pattern)), None)
