"""What code a repository holds, and when a person is asked before it runs."""

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.consent.code import CodeKind, code_mark, read_code, read_code_of
from studio.core.consent.environment import Passed, looks_secret, passed
from studio.core.consent.isolation import isolation
from studio.core.consent.question import Question, agree, named, question, question_of_load
from studio.core.files.example import write_example
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.paths import state_dir


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A Python model with a module of its own beside it, and a model without code."""
    folder = tmp_path / "models"
    _write(folder / "a" / "config.pbtxt", 'backend: "python"')
    _write(folder / "a" / "1" / "model.py", "import words")
    _write(folder / "a" / "1" / "words.py", "ALL = []")
    _write(folder / "b" / "1" / "model.onnx", "no code")
    return folder


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _spec(repository: Path, kind: EngineKind = EngineKind.EMBEDDED) -> LaunchSpec:
    return LaunchSpec(kind, repository, image="triton:x")


def _ask(repository: Path, kind: EngineKind = EngineKind.EMBEDDED) -> Question:
    asked = question(_spec(repository, kind))
    assert asked is not None
    return asked


def _kinds(repository: Path) -> dict[str, CodeKind]:
    return {file.path: file.kind for file in read_code(repository)}


def test_each_file_that_may_run_is_named_with_how_it_runs(repository: Path) -> None:
    for name in ("a/1/fast.so", "a/libtriton_own.so.2", "b/1/model.pt", "b/1/model.plan", "a/1/__pycache__/words.pyc"):
        _write(repository / name, name)
    _write(repository / "common" / "tools.py", "")
    _write(repository / "a" / "triton_python_backend_stub", "")
    assert _kinds(repository) == {
        "a/1/model.py": CodeKind.PYTHON,
        "a/1/words.py": CodeKind.PYTHON,
        "a/1/__pycache__/words.pyc": CodeKind.PYTHON,
        "a/1/fast.so": CodeKind.LIBRARY,
        "a/libtriton_own.so.2": CodeKind.LIBRARY,
        "a/triton_python_backend_stub": CodeKind.LIBRARY,
        "b/1/model.pt": CodeKind.PICKLE,
        "b/1/model.plan": CodeKind.PLAN,
        "common/tools.py": CodeKind.PYTHON,
    }


def test_what_a_configuration_names_as_code_is_code_whatever_it_is_called(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "environment"
    _write(outside / "bin" / "activate", "")
    _write(repository / "a" / "1" / "start.txt", "import os")
    parameter = 'parameters { key: "EXECUTION_" "ENV_PATH" value { string_value: "%s" } }'
    config = f'backend: "python" default_model_filename: "start.txt" {parameter % outside}'
    _write(repository / "a" / "config.pbtxt", config)
    _write(repository / "b" / "config.pbtxt", 'model_operations { op_library_filename: "ops.bin" }')
    found = _kinds(repository)
    assert found[str(outside)] is CodeKind.ENVIRONMENT
    assert found["a/1/start.txt"] is CodeKind.PYTHON
    assert found["b/ops.bin"] is CodeKind.LIBRARY
    inside = parameter % "$$TRITON_MODEL_DIRECTORY/env.tar"
    _write(repository / "a" / "config.pbtxt", f'backend: "python" {inside}')
    assert _kinds(repository)["a/env.tar"] is CodeKind.ENVIRONMENT


def test_an_unpacked_environment_changes_with_any_of_its_files(repository: Path, tmp_path: Path) -> None:
    module = _write(tmp_path / "environment" / "lib" / "numpy.py", "a")
    text = f'parameters {{ key: "EXECUTION_ENV_PATH" value {{ string_value: "{tmp_path / "environment"}" }} }}'
    _write(repository / "a" / "config.pbtxt", text)
    agree(_ask(repository))
    assert question(_spec(repository)) is None
    _write(module, "b")
    assert [file.path for file in _ask(repository).unknown] == [str(tmp_path / "environment")]


def test_links_are_followed_and_one_that_leads_around_is_left(repository: Path, tmp_path: Path) -> None:
    _write(tmp_path / "elsewhere" / "evil.py", "")
    (repository / "a" / "more").symlink_to(tmp_path / "elsewhere")
    (repository / "a" / "again").symlink_to(repository / "a")
    (repository / "a" / "gone.py").symlink_to(tmp_path / "nowhere")
    os.mkfifo(repository / "a" / "pipe.py")
    found = {file.path: file for file in read_code(repository)}
    assert "a/more/evil.py" in found
    assert found["a/pipe.py"].size == -1
    assert len(found) < 8


def test_it_is_asked_once_and_again_where_code_changed(repository: Path) -> None:
    first = _ask(repository)
    assert first.is_first
    assert [file.path for file in first.unknown] == ["a/1/model.py", "a/1/words.py"]
    assert first.what_is(first.unknown[0]) == ""
    agree(first)
    assert question(_spec(repository)) is None
    _write(repository / "a" / "1" / "words.py", "ALL = 'other'")
    _write(repository / "b" / "1" / "model.py", "")
    again = _ask(repository)
    assert not again.is_first
    told = {file.path: again.what_is(file) for file in again.unknown}
    assert told == {"a/1/words.py": "changed", "b/1/model.py": "new"}
    assert named(again) == "a/1/words.py (changed), b/1/model.py (new)"
    assert named(again, 1) == "a/1/words.py (changed) and 1 more"
    agree(again)
    assert question(_spec(repository)) is None


def test_what_is_no_code_may_change_and_a_repository_without_code_asks_nothing(repository: Path) -> None:
    agree(_ask(repository))
    _write(repository / "a" / "config.pbtxt", 'backend: "python" max_batch_size: 4')
    _write(repository / "b" / "1" / "model.onnx", "another")
    assert question(_spec(repository)) is None
    shutil.rmtree(repository / "a")
    assert question(_spec(repository)) is None
    assert question(LaunchSpec(EngineKind.ATTACHED)) is None


def test_consent_to_a_container_is_none_to_this_machine(repository: Path) -> None:
    agree(_ask(repository, EngineKind.DOCKER))
    assert question(_spec(repository, EngineKind.DOCKER)) is None
    agree(_ask(repository))
    _write(repository / "a" / "1" / "model.py", "")
    agree(_ask(repository))
    assert question(_spec(repository, EngineKind.DOCKER)) is None


def test_it_is_kept_by_repository_where_nobody_else_may_read_it(repository: Path, tmp_path: Path) -> None:
    agree(_ask(repository))
    (kept,) = (state_dir() / "consent").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    shutil.copytree(repository, tmp_path / "copy")
    assert _ask(tmp_path / "copy").is_first
    kept.write_bytes(b"{")
    assert _ask(repository).is_first
    agree(_ask(repository))
    told = json.loads(kept.read_bytes())
    kept.write_text(json.dumps({**told, "repository": "/another"}))
    assert _ask(repository).is_first


def test_the_example_asks_nothing_until_something_is_added(tmp_path: Path) -> None:
    second = write_example(tmp_path / "second", torchscript=True)
    assert CodeKind.PICKLE in _kinds(second).values()
    assert question(_spec(second)) is None
    models = write_example(tmp_path / "example")
    assert len(read_code(models)) > 3
    assert question(_spec(models)) is None
    _write(models / "tokenizer" / "1" / "numpy.py", "")
    _write(models / "preprocess" / "1" / "model.py", "")
    assert [file.path for file in _ask(models).unknown] == ["preprocess/1/model.py", "tokenizer/1/numpy.py"]


def test_where_and_as_whom_is_said_for_each_engine(repository: Path) -> None:
    here, boxed = (" ".join(isolation(_spec(repository, kind))) for kind in (EngineKind.EMBEDDED, EngineKind.DOCKER))
    assert "Nothing isolates it" in here
    assert f"user {os.getuid()}" in here
    assert "container of triton:x" in boxed
    assert "read-only" in boxed


def test_a_load_runs_its_models_their_steps_and_what_lies_in_no_model(repository: Path) -> None:
    _write(repository / "c" / "1" / "model.py", "")
    _write(
        repository / "d" / "config.pbtxt", 'ensemble_scheduling { step { model_name: "c" } step { model_name: "b" } }'
    )
    _write(repository / "common" / "tools.py", "")
    own = ["a/1/model.py", "a/1/words.py", "common/tools.py"]
    assert [file.path for file in read_code_of(repository, {"a": None})] == own
    assert [file.path for file in read_code_of(repository, {"d": None})] == ["c/1/model.py", "common/tools.py"]
    tried = 'ensemble_scheduling { step { model_name: "a" } }'
    assert [file.path for file in read_code_of(repository, {"d": tried})] == own
    asked = question_of_load(_spec(repository), {"a": None})
    assert asked is not None
    assert asked.loads == ("a",)
    agree(asked)
    assert question_of_load(_spec(repository), {"a": None}) is None
    assert [file.path for file in _ask(repository).unknown] == ["c/1/model.py"]
    assert question_of_load(LaunchSpec(EngineKind.ATTACHED), {"a": None}) is None


def test_a_mark_of_all_code_changes_with_any_of_it_alone(repository: Path) -> None:
    before = code_mark(repository)
    _write(repository / "b" / "1" / "model.onnx", "another")
    assert code_mark(repository) == before
    _write(repository / "a" / "1" / "words.py", "ALL = [1]")
    assert code_mark(repository) != before


def test_a_server_that_looks_for_changes_itself_is_said_to(repository: Path) -> None:
    spec = LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.POLL)
    assert "by itself" in isolation(spec)[-1]
    asked = question(spec, is_running=True)
    assert asked is not None
    assert asked.is_running


def test_what_models_get_is_told_without_values_that_nobody_should_see(repository: Path) -> None:
    held = {
        "PATH": "/bin",
        "HF_TOKEN": "t",
        "AWS_SECRET_ACCESS_KEY": "k",
        "MINE": "1",
        "MY_PASSWORD": "p",
        "MY_PROXY": "http://me:p@proxy:3128",
        "LONG": "x" * 99,
    }
    spec = replace(
        _spec(repository),
        inherited=("MINE", "MY_PASSWORD", "MY_PROXY", "LONG", "GONE"),
        environment=(("MODE", "fast"),),
    )
    found = passed(spec, held)
    given = (("MODE", "fast"), ("MINE", "1"), ("MY_PASSWORD", ""), ("MY_PROXY", ""), ("LONG", ""), ("PATH", "/bin"))
    assert found == Passed(given, 2, ("AWS_SECRET_ACCESS_KEY", "HF_TOKEN"))
    boxed = passed(replace(spec, kind=EngineKind.DOCKER), held)
    assert (boxed.given, boxed.held_back) == (given[:-1], 3)
    assert not looks_secret("MONKEY")
