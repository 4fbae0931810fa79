"""The hook for pre-commit, called in a real git repository as pre-commit calls it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.repositories import ENSEMBLE, PLAIN, write

_PROJECT = Path(__file__).resolve().parents[2]
WRONG = PLAIN.replace("[ 3 ]", "[ 0 ]")


def _hook() -> dict[str, str]:
    """The one hook that is declared, by its keys; the file is so plain that no reader of YAML is needed."""
    lines = (_PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8").splitlines()
    assert [line[:2] for line in lines] == ["- ", *["  "] * (len(lines) - 1)]
    return {key: value for key, _, value in (line[2:].partition(": ") for line in lines)}


def _git(checkout: Path, *words: str) -> str:
    name = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *name, *words], cwd=checkout, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def _commit(checkout: Path) -> tuple[int, str]:
    """What the hook says of what is staged; the files are named as pre-commit names them."""
    hook = _hook()
    changed = _git(checkout, "diff", "--staged", "--name-only", "--diff-filter=ACMRTUXB", "-z").split("\0")
    files = [name for name in changed if name and re.search(hook["files"], name)]
    program, *words = shlex.split(hook["entry"])
    assert program == "trireme"
    given = hook["args"].strip("[]").split(", ")
    command = [sys.executable, "-m", "studio", *words, *given, *files]
    done = subprocess.run(
        command, cwd=checkout, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(_PROJECT)}
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of git with a sound ensemble and a model that is wrong already."""
    write(tmp_path / "models", "m")
    write(tmp_path / "models", "e", ENSEMBLE)
    write(tmp_path / "models", "old", WRONG)
    (tmp_path / "README.md").write_text("A project.\n")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


def test_a_commit_is_told_of_what_it_changes_only(checkout: Path) -> None:
    config = checkout / "models" / "m" / "config.pbtxt"
    config.write_text("# batches\n" + PLAIN)
    (checkout / "README.md").write_text("Another text.\n")
    _git(checkout, "add", "-A")
    code, told = _commit(checkout)
    assert code == 0, told
    assert "old" not in told
    config.write_text(PLAIN.replace('"y"', '"z"'))
    _git(checkout, "add", "-A")
    code, told = _commit(checkout)
    assert code == 1
    assert "models/e/config.pbtxt:" in told.replace("\n    e/", "\n    models/e/")


def test_a_commit_without_models_passes(checkout: Path) -> None:
    (checkout / "notes.txt").write_text("Some notes.\n")
    _git(checkout, "add", "-A")
    code, told = _commit(checkout)
    assert code == 0
    assert "nothing to check" in told


def test_the_hook_can_be_run_by_anybody_with_what_the_light_installation_has() -> None:
    hook = _hook()
    assert (hook["language"], hook["require_serial"]) == ("python", "true")
    assert set(hook) >= {"id", "name", "entry", "files"}
    for name in ("models/m/config.pbtxt", "config.pbtxt", "m/configs/gpu.pbtxt", "m/1/model.py", "trireme.toml"):
        assert re.search(hook["files"], name)
    for name in ("src/main.py", "README.md", "proto/a.pbtxt"):
        assert not re.search(hook["files"], name)
