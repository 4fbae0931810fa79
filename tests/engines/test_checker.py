"""A sample of the checker's repositories before a real server: it says what was recorded, and loads what was mended."""

import re
from pathlib import Path

import pytest

from studio.core.checking.check import check_model
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository, scan
from tests.core.repositories import drafts
from tests.core.test_rules_neighbours import group, write
from tests.engines.conftest import Serve

pytestmark = pytest.mark.engine

_HERE = Profile(gpus=(), backends=frozenset({"python", "onnxruntime"}), agents=frozenset())
_POLL_ERROR = re.compile(r"Poll failed for model directory '(?P<model>.*?)': (?P<text>.*)")
_MODEL = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([]) for _ in requests]
"""
_MOST_FIXES = 3
_EACH = 6
"""Of the models that can be mended every sixth is loaded."""


def _on_python(repository: Path) -> None:
    """The models of the sample run on the one backend that the engine has and that needs no file of weights."""
    for path in repository.glob("*/config.pbtxt"):
        text = path.read_text("utf-8")
        path.write_text(text.replace('backend: "onnxruntime"', 'backend: "python"'), "utf-8")
    for folder in repository.glob("*/1"):
        (folder / "model.py").write_text(_MODEL)


def test_the_server_refuses_what_the_checker_does_in_the_same_words(serve: Serve, tmp_path: Path) -> None:
    write(tmp_path, [each for each in group("fields") if "model.onnx" not in str(each["files"])])
    _on_python(tmp_path)
    ours = {model.name: model for model in check_path(tmp_path, _HERE).models}
    polled = {
        name
        for name, model in ours.items()
        if any(each.phase == "2" and each.severity.value == "error" for each in model.findings)
    }
    for name in set(ours) - polled:
        _remove(tmp_path / name)
    served = serve(tmp_path, arguments=("--exit-on-error=false",)).wait()
    lines = (_POLL_ERROR.search(line.text) for line in [*served.log, *served.server.read_log()])
    said = {found["model"]: found["text"].rstrip('"').replace('\\"', '"') for found in lines if found}
    assert said == {name: ours[name].first_error for name in polled}
    assert len(said) > 40


def test_what_the_fixes_mend_loads(serve: Serve, tmp_path: Path) -> None:
    write(tmp_path, group("fields"))
    _on_python(tmp_path)
    repository = scan(tmp_path)
    texts = drafts(repository)
    broken = [name for name, text in texts.items() if text.config.backend == "python"]
    mended = sorted(name for name in broken if _mend(repository, name, texts))[::_EACH]
    for folder in tmp_path.iterdir():
        if folder.name not in mended:
            _remove(folder)
    served = serve(tmp_path, arguments=("--exit-on-error=false",)).wait()
    states = {name: model.get("state") for name, model in served.index().items()}
    assert {name: state for name, state in states.items() if state != "READY"} == {}
    assert set(states) == set(mended)
    assert len(states) > 10


def _mend(repository: Repository, name: str, texts: dict[str, Draft]) -> bool:
    """Mends a model with the first fix of its first error, some times over; whether it was broken and is sound now."""
    text = texts[name]
    for _ in range(_MOST_FIXES):
        errors = [
            each
            for each in check_model(repository, name, {**texts, name: text}, _HERE)
            if each.model == name and each.severity.value == "error"
        ]
        if not errors:
            (repository.path / name / "config.pbtxt").write_bytes(text.document.text.encode("utf-8"))
            was_broken, texts[name] = text is not texts[name], text
            return was_broken
        fix = next((fix for fix in errors[0].fixes if fix.edit), None)
        if fix is None or fix.edit is None:
            return False
        text = draft(fix.edit(text).document.text)
    return False


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
