"""The label file of an output, found through an ensemble's steps as the server does."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.config.draft import draft
from studio.core.config.model_config import Config
from studio.core.inference.labels import label_file

LABELLED = 'output [ { name: "y" data_type: TYPE_FP32 dims: [ 2 ] label_filename: "%s" } ]'
ENSEMBLE = """platform: "ensemble"
output [ { name: "scores" data_type: TYPE_FP32 dims: [ 2 ] } ]
ensemble_scheduling { step [ { model_name: "%s" output_map { key: "%s" value: "scores" } } ] }
"""


def _configs(**texts: str) -> dict[str, Config]:
    return {name: draft(text.encode()).config for name, text in texts.items()}


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Folders of three models; one has a label file."""
    found = {name: tmp_path / name for name in ("net", "pipeline", "outer")}
    for folder in found.values():
        folder.mkdir()
    (found["net"] / "labels.txt").write_text("cat\ndog\n")
    (found["net"] / "loop").symlink_to("loop")
    (tmp_path / "secret.txt").write_text("no\n")
    return found


def test_a_model_names_its_own(folders: dict[str, Path]) -> None:
    configs = _configs(net=LABELLED % "labels.txt")
    assert label_file(folders, configs, "net", "y") == folders["net"] / "labels.txt"
    assert label_file(folders, configs, "net", "z") is None
    assert label_file(folders, configs, "gone", "y") is None


def test_an_ensemble_inherits_that_of_its_step_also_of_an_inner_ensemble(folders: dict[str, Path]) -> None:
    configs = _configs(
        net=LABELLED % "labels.txt", pipeline=ENSEMBLE % ("net", "y"), outer=ENSEMBLE % ("pipeline", "scores")
    )
    for name in ("pipeline", "outer"):
        assert label_file(folders, configs, name, "scores") == folders["net"] / "labels.txt"


@pytest.mark.parametrize("name", ["gone.txt", "../secret.txt", r"nul\000", "long" * 100, "loop"])
def test_a_file_that_is_missing_or_outside_is_none(folders: dict[str, Path], name: str) -> None:
    assert label_file(folders, _configs(net=LABELLED % name), "net", "y") is None


def test_ensembles_in_a_circle_end(folders: dict[str, Path]) -> None:
    configs = _configs(pipeline=ENSEMBLE % ("outer", "scores"), outer=ENSEMBLE % ("pipeline", "scores"))
    assert label_file(folders, configs, "outer", "scores") is None
