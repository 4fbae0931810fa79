"""A repository and an editor on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.editor import Editor

_FIRST = """\
name: "first"
backend: "python"
max_batch_size: 8
input [
  { name: "IN" data_type: TYPE_FP32 dims: [ 4 ] }
]
output [
  { name: "OUT" data_type: TYPE_FP32 dims: [ 4 ] }
]
"""
_CHAIN = """\
name: "chain"
platform: "ensemble"
max_batch_size: 8
input [ { name: "RAW" data_type: TYPE_FP32 dims: [ 4 ] } ]
output [ { name: "DONE" data_type: TYPE_FP32 dims: [ 4 ] } ]
ensemble_scheduling {
  step [
    {
      model_name: "first"
      model_version: -1
      input_map { key: "IN" value: "RAW" }
      output_map { key: "OUT" value: "middle" }
    },
    {
      model_name: "first"
      model_version: -1
      input_map { key: "IN" value: "middle" }
      output_map { key: "OUT" value: "DONE" }
    }
  ]
}
"""
_MODEL = """\
class TritonPythonModel:
    def execute(self, requests):
        return []
"""


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """One editor with its server for the tests of a module."""
    started = Editor()
    yield started
    started.stop()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A model and an ensemble that runs it twice; both load."""
    models = tmp_path / "models"
    (models / "first" / "1").mkdir(parents=True)
    (models / "chain" / "1").mkdir(parents=True)
    (models / "first" / "config.pbtxt").write_text(_FIRST)
    (models / "first" / "1" / "model.py").write_text(_MODEL)
    (models / "chain" / "config.pbtxt").write_text(_CHAIN)
    return models
