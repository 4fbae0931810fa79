"""Readers of model files, chosen by file name. A reader never runs or unpickles what it reads.

The module of a format is loaded when the first file of the kind is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.artifacts.artifact import Artifact

Reader = Callable[[Path], Artifact]


def _onnx(path: Path) -> Artifact:
    from studio.core.artifacts.onnx import read_onnx

    return read_onnx(path)


def _torchscript(path: Path) -> Artifact:
    from studio.core.artifacts.torchscript import read_torchscript

    return read_torchscript(path)


def _torch_package(path: Path) -> Artifact:
    from studio.core.artifacts.torch_package import read_torch_package

    return read_torch_package(path)


def _saved_model(path: Path) -> Artifact:
    from studio.core.artifacts.tensorflow import read_saved_model

    return read_saved_model(path)


def _graph_def(path: Path) -> Artifact:
    from studio.core.artifacts.tensorflow import read_graph_def

    return read_graph_def(path)


def _openvino(path: Path) -> Artifact:
    from studio.core.artifacts.openvino import read_openvino

    return read_openvino(path)


def _tensorrt(path: Path) -> Artifact:
    from studio.core.artifacts.tensorrt import read_tensorrt

    return read_tensorrt(path)


def _python(path: Path) -> Artifact:
    from studio.core.artifacts.python import read_python

    return read_python(path)


def _engine_folder(path: Path) -> Artifact:
    from studio.core.artifacts.language import read_engine_folder

    return read_engine_folder(path)


def _vllm(path: Path) -> Artifact:
    from studio.core.artifacts.language import read_vllm

    return read_vllm(path)


def _xgboost(path: Path) -> Artifact:
    from studio.core.artifacts.forests import read_xgboost

    return read_xgboost(path)


def _treelite(path: Path) -> Artifact:
    from studio.core.artifacts.forests import read_treelite

    return read_treelite(path)


def _lightgbm(path: Path) -> Artifact:
    from studio.core.artifacts.forests import read_lightgbm

    return read_lightgbm(path)


READERS: list[tuple[str, Reader]] = [
    ("*.onnx", _onnx),
    ("*.pt", _torchscript),
    ("*.pth", _torchscript),
    ("*.pt2", _torch_package),
    ("*.savedmodel", _saved_model),
    ("saved_model.pb", _saved_model),
    ("*.graphdef", _graph_def),
    ("*.xml", _openvino),
    ("*.plan", _tensorrt),
    ("*.engine", _tensorrt),
    ("*.py", _python),
    ("config.json", _engine_folder),
    ("model.json", _vllm),
    ("xgboost.model", _xgboost),
    ("*.ubj", _xgboost),
    ("xgboost.json", _xgboost),
    ("*.tl", _treelite),
    ("model.txt", _lightgbm),
]
"""File name patterns and their readers; the first that matches is taken."""


def reader(path: Path) -> Reader | None:
    """The reader of a file's kind, None where there is none."""
    return next((read for pattern, read in READERS if path.match(pattern)), None)
