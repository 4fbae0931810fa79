"""The set-up of other editors as the README gives it, and the extension for VS Code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_EXTENSION = _ROOT / "packaging" / "vscode"


def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_EXTENSION / "package.json").read_text())
    return found


def _snippet(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", (_ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_extension_names_files_that_are_there_and_its_own_language() -> None:
    manifest = _manifest()
    (language,) = manifest["contributes"]["languages"]
    (grammar,) = manifest["contributes"]["grammars"]
    assert (_EXTENSION / language["configuration"]).is_file()
    assert json.loads((_EXTENSION / grammar["path"]).read_text())["scopeName"] == grammar["scopeName"]
    assert f'language: "{language["id"]}"' in (_EXTENSION / "src" / "extension.js").read_text()
    assert grammar["language"] == language["id"]


def test_the_extension_has_the_version_of_the_program() -> None:
    from studio import __version__

    assert _manifest()["version"] == __version__


def test_every_file_that_the_extension_ships_is_there_once_it_is_built() -> None:
    lines = (_EXTENSION / ".vscodeignore").read_text().splitlines()
    kept = [line[1:] for line in lines if line.startswith("!")]
    made = {"dist/extension.js", "LICENSE"}
    missing = [each for each in kept if each not in made and not (_EXTENSION / each.removesuffix("/**")).exists()]
    assert not missing


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_extension_passes_its_own_tests_and_is_built(tmp_path: Path) -> None:
    work = tmp_path / "vscode"
    shutil.copytree(_EXTENSION, work, ignore=shutil.ignore_patterns("node_modules", "dist"))
    shutil.copy(_ROOT / "LICENSE", work)
    for command in (["install", "--no-package-lock", "--no-audit", "--no-fund"], ["test"], ["run", "package"]):
        done = subprocess.run(["npm", *command], cwd=work, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert list((work / "dist").glob("*.vsix"))


@pytest.mark.slow
def test_neovim_shows_and_mends_a_problem(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "trireme"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m studio "$@"\n')
    program.chmod(0o755)
    (tmp_path / "init.lua").write_text(_snippet("lua"))
    config = repository / "first" / "config.pbtxt"
    sound = config.read_text()
    config.write_text(sound.replace("max_batch_size", "max_batch_sise"))
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(_ROOT),
        "HOME": str(tmp_path),
        "CONFIG": str(config),
    }
    drive = Path(__file__).with_name("neovim.lua")
    command = ["nvim", "--headless", "--clean", "-u", str(tmp_path / "init.lua"), "-c", f"luafile {drive}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 pbtxt-unknown-field" in done.stdout
    assert config.read_text() == sound
