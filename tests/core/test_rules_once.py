"""What two versions have in common is said once."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.core.files.example import write_example
from tests.core.repositories import checked


def test_two_versions_that_differ_alike_are_one_finding(tmp_path: Path) -> None:
    models = write_example(tmp_path / "example")
    config = models / "classifier" / "config.pbtxt"
    config.write_text(config.read_text().replace("dims: [ 10 ]", "dims: [ 11 ]"))
    assert {path.name for path in (models / "classifier").iterdir() if path.is_dir()} == {"1", "2"}
    shutil.rmtree(models / "image_pipeline")
    found = [each for each in checked(models) if each.rule == "ort-dims-batch"]
    assert [each.model for each in found] == ["classifier"]
    assert found[0].fixes[0].title == "Set dims to [10]"


def test_a_folder_that_is_no_version_is_warned_of_and_moved_out_where_nobody_reads_it(tmp_path: Path) -> None:
    models = write_example(tmp_path / "example")
    for name in ("classifier", "preprocess"):
        (models / name / "old").mkdir()
    (models / "classifier" / "warmup").mkdir()
    found = {each.model: each for each in checked(models) if each.rule == "version-dir-nonnumeric"}
    assert found.keys() == {"classifier", "preprocess"}
    assert found["classifier"].server_text == (
        "ignore version directory 'old' which fails to convert to integral number"
    )
    move = found["classifier"].fixes[0].move
    assert move is not None
    assert move.target == models.resolve().parent / "classifier-old"
    assert not found["preprocess"].fixes
