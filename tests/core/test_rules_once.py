"""What two versions have in common is said once."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.core.example import write_example
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
