"""Readers of model files, chosen by file name. A reader never runs or unpickles what it reads.

The module of a format is loaded when the first file of the kind is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.artifacts.artifact import Artifact

Reader = Callable[[Path], Artifact]


def _onnx() -> Reader:
    from studio.core.artifacts.onnx import read_onnx

    return read_onnx


def _torchscript() -> Reader:
    from studio.core.artifacts.torchscript import read_torchscript

    return read_torchscript


def _torch_package() -> Reader:
    from studio.core.artifacts.torch_package import read_torch_package

    return read_torch_package


def _saved_model() -> Reader:
    from studio.core.artifacts.tensorflow import read_saved_model

    return read_saved_model


def _graph_def() -> Reader:
    from studio.core.artifacts.tensorflow import read_graph_def

    return read_graph_def


def _openvino() -> Reader:
    from studio.core.artifacts.openvino import read_openvino

    return read_openvino


def _tensorrt() -> Reader:
    from studio.core.artifacts.tensorrt import read_tensorrt

    return read_tensorrt


def _python() -> Reader:
    from studio.core.artifacts.python import read_python

    return read_python


def _engine_folder() -> Reader:
    from studio.core.artifacts.language import read_engine_folder

    return read_engine_folder


def _vllm() -> Reader:
    from studio.core.artifacts.language import read_vllm

    return read_vllm


def _xgboost() -> Reader:
    from studio.core.artifacts.forests import read_xgboost

    return read_xgboost


def _treelite() -> Reader:
    from studio.core.artifacts.forests import read_treelite

    return read_treelite


def _lightgbm() -> Reader:
    from studio.core.artifacts.forests import read_lightgbm

    return read_lightgbm


READERS: list[tuple[str, Callable[[], Reader]]] = [
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
"""File name patterns and what loads their readers; the first that matches is taken."""


def reader(path: Path) -> Reader | None:
    """The reader of a file's kind, None where there is none."""
    load = next((load for pattern, load in READERS if path.match(pattern)), None)
    return load() if load else None
