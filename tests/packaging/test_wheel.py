"""The wheel with the window's part, installed as people install it: by pip into a clean environment, and by pipx."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.engines.install import EngineInfo
from tests.engines.conftest import engine as engine
from tests.packaging.conftest import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(3000)]

_PINS = ("--constraint", str(PROJECT / "packaging" / "constraints.txt"))


def clean(path: Path) -> Path:
    """A new environment; the folder of its commands."""
    subprocess.run([sys.executable, "-m", "venv", path], check=True, timeout=300)
    return path / "bin"


def said(*command: str | Path, **more: str) -> str:
    """What a command says, which has to succeed; nothing of this checkout is on its path."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, env={**env, **more}, cwd="/", capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def the_wheel(packages: Path) -> str:
    """The wheel with its part, as pip is told of it."""
    (wheel,) = packages.glob("trireme_studio-*.whl")
    return f"{wheel}[gui]"


def test_it_does_its_job_in_a_clean_environment(
    packages: Path, engine: EngineInfo, display: str, tmp_path: Path
) -> None:
    commands = clean(tmp_path / "environment")
    said(commands / "pip", "install", "--quiet", *_PINS, the_wheel(packages))
    assert said(commands / "trireme", "--selftest").endswith("All is right.\n")
    shown = said(commands / "trireme", "--selftest", "--window", DISPLAY=display, QT_QPA_PLATFORM="xcb")
    assert shown.endswith("All is right.\n")
    print(shown)


def test_pipx_installs_it(packages: Path, engine: EngineInfo, tmp_path: Path) -> None:
    commands = clean(tmp_path / "pipx")
    said(commands / "pip", "install", "--quiet", "pipx")
    homes = {"PIPX_HOME": str(tmp_path / "home"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    said(commands / "pipx", "install", "--pip-args", " ".join(_PINS), the_wheel(packages), **homes)
    assert said(tmp_path / "bin" / "trireme", "--selftest").endswith("All is right.\n")
    said(commands / "pipx", "uninstall", "trireme-studio", **homes)
    assert not (tmp_path / "bin" / "trireme").exists()
