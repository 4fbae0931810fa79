"""The studio installed in parts, from the wheel, into a clean environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import PROJECT

_BASE_MB = 150


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the base part; the folder of its commands."""
    folder = tmp_path_factory.mktemp("base")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder), str(PROJECT)]
    subprocess.run(build, check=True, timeout=240)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=240)
    into = ["--python", str(environment / "bin/python"), "install", "--quiet", "--no-compile"]
    pins = ["--constraint", str(PROJECT / "packaging/constraints.txt")]
    subprocess.run([*pip, *into, *pins, str(wheel)], check=True, timeout=300)
    return environment / "bin"


def said(*command: str | Path) -> tuple[int, str]:
    """The exit code of a command and what it said."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(500)
def test_the_base_checks_without_a_window_or_a_server(base: Path, tmp_path: Path) -> None:
    size = sum(path.lstat().st_size for path in base.parent.rglob("*") if not path.is_dir()) / 1e6
    assert size <= _BASE_MB
    for module in ("PySide6", "grpc", "docker", "pyqtgraph"):
        code, told = said(base / "python", "-c", f"import {module}")
        assert code == 1
        assert "ModuleNotFoundError" in told
    assert said(base / "trireme", "example", tmp_path / "example")[0] == 0
    code, told = said(base / "trireme", "check", tmp_path / "example" / "models")
    assert code == 0, told


@pytest.mark.parametrize(("command", "part"), [("serve", "serve"), ("gui", "gui")])
def test_a_command_whose_part_is_missing_says_how_to_get_it(
    base: Path, tmp_path: Path, command: str, part: str
) -> None:
    code, told = said(base / "trireme", command, tmp_path)
    assert code == 1
    assert f"pip install 'trireme-studio[{part}]'" in told
    assert "Traceback" not in told
