"""The wheel: what it holds, and that what is in it is enough."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with what the environment holds."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*command, "--no-build-isolation", "-w", folder, ROOT], check=True, timeout=240)
    (built,) = folder.glob("trireme_studio-*.whl")
    return built


def test_it_holds_the_program_and_its_resources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packed = {name.removeprefix("studio/_resources/") for name in names if name.startswith("studio/_resources/")}
    kept = subprocess.run(["git", "ls-files", "resources"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name.removeprefix("resources/") for name in kept.stdout.splitlines()} <= packed
    assert "studio/ui/shell/window.py" in names
    assert "studio/py.typed" in names


def test_it_holds_neither_tests_nor_pictures_nor_caches(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"studio"}
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []


def test_it_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, it writes the example from its own resources."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "studio", "example", tmp_path / "example"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "example" / "models" / "classifier" / "config.pbtxt").is_file()
    shown = subprocess.run(
        [sys.executable, "-c", "import studio.resources as r; print(r.resource('example'))"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(shown.stdout.strip()).is_relative_to(tmp_path)
