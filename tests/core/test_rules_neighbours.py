"""Small repositories around each rule, with what a real server (2.51, no GPU) said of them when they were made.

`said` is the server's text without its prefix, "" for a model that loads; `$REPO` and `$BACKENDS` stand for paths.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from studio.core.checking.findings import Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path

_SAID = Path(__file__).with_name("data") / "server_said.json"
_BACKENDS = "python onnxruntime tensorrt pytorch openvino dali tensorflow identity"
SERVER = Profile(gpus=(), backends=frozenset(_BACKENDS.split()), agents=frozenset())


@cache
def told() -> tuple[dict[str, Any], ...]:
    """All of them."""
    return tuple(json.loads(_SAID.read_text("utf-8")))


def group(name: str) -> list[dict[str, Any]]:
    return [each for each in told() if each["group"] == name]


def write(repository: Path, cases: list[dict[str, Any]]) -> dict[str, str]:
    """Writes the repositories as one, since their names differ; gives what was said of each model."""
    for case in cases:
        for name, text in case["files"].items():
            path = repository / name
            if text is None:
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="")
    return {model: said for case in cases for model, said in case["said"].items()}


def plain(text: str, repository: Path) -> str:
    """A text with its numbers and paths apart."""
    text = text.replace(str(repository), "$REPO").replace("/opt/tritonserver/backends", "$BACKENDS")
    return re.sub(r"\d+", "N", text).strip()


@pytest.mark.parametrize("name", ["fields", "libraries", "python", "ensembles"])
def test_what_the_server_said_is_what_the_checker_says(name: str, tmp_path: Path) -> None:
    said = write(tmp_path, group(name))
    models = {model.name: model for model in check_path(tmp_path, SERVER).models}
    ours = {name: plain(models[name].first_error, tmp_path) for name in said}
    assert ours == {name: plain(text, tmp_path) for name, text in said.items()}
    assert {name: models[name].loads for name in said} == {name: not text for name, text in said.items()}
    assert len(said) > 20


def test_each_of_two_faults_alone_is_told_as_well(tmp_path: Path) -> None:
    """The first error is the server's; the others are there all the same, so that a person mends them at once."""
    text = 'backend: "onnxruntime"\ninput [ { name: "x" } ]\ninstance_group { kind: KIND_GPU }\n'
    (tmp_path / "m" / "1").mkdir(parents=True)
    (tmp_path / "m" / "config.pbtxt").write_text(text)
    (model,) = check_path(tmp_path, SERVER).models
    assert "no GPUs are available" in model.first_error
    rules = [each.rule for each in model.findings if each.severity is Severity.ERROR]
    assert rules == ["ig-gpu-none-available", "io-dtype", "io-dims-empty"]
