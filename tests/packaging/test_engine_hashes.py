"""The script that renews the hashes of what the embedded engine is installed from, with wheels of this disk."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import PROJECT

_METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: {tag}\n"


def wheel(folder: Path, name: str, version: str, tag: str) -> str:
    """Writes a wheel with nothing in it; its hash."""
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", _METADATA.format(name=name, version=version))
        archive.writestr(f"{info}/WHEEL", _WHEEL.format(tag=tag))
        archive.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder for wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder for the files with names, versions and hashes."""
    folder = tmp_path / "engine"
    folder.mkdir()
    return folder


def renew(lists: Path, wheels: Path, *options: str) -> tuple[int, str]:
    """The exit code of the script and what it says."""
    command = [sys.executable, str(PROJECT / "packaging/builder/engine_hashes.py"), *options]
    where = ["--folder", str(lists), "--find-links", str(wheels)]
    done = subprocess.run([*command, *where], capture_output=True, text=True, timeout=180)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(400)
def test_hashes_are_written_once_and_are_then_unchanged(lists: Path, wheels: Path) -> None:
    old = wheel(wheels, "quick", "1.0", "cp38-cp38-manylinux2014_x86_64")
    new = [wheel(wheels, "quick", "2.0", f"cp3{minor}-cp3{minor}-manylinux_2_28_x86_64") for minor in (11, 12)]
    wheel(wheels, "quick", "2.0", "cp311-cp311-musllinux_1_2_x86_64")
    plain = wheel(wheels, "plain", "3.1", "py3-none-any")
    file, comment, late = lists / "server.txt", "# What it is.\n", 'python_version >= "3.11"'
    file.write_text(
        f'{comment}quick==1.0 ; python_version < "3.9"\nquick==2.0 ; {late}\nplain==3.1 ; {late}\n', "utf-8"
    )
    code, told = renew(lists, wheels)
    assert code == 0, told
    assert "server.txt: renewed" in told
    written = file.read_text("utf-8")
    assert written.startswith(comment)
    first, second, third = written.removeprefix(comment).replace(" \\\n", "").splitlines()
    assert first == f'quick==1.0 ; python_version < "3.9"    --hash=sha256:{old}'
    assert second == f"quick==2.0 ; {late}" + "".join(f"    --hash=sha256:{each}" for each in sorted(new))
    assert third == f"plain==3.1 ; {late}    --hash=sha256:{plain}"
    assert renew(lists, wheels, "--check") == (0, "server.txt: unchanged\n")


def test_a_check_says_what_differs_and_writes_nothing(lists: Path, wheels: Path) -> None:
    made = wheel(wheels, "plain", "3.1", "py3-none-any")
    before = f'plain==3.1 ; python_version == "3.12" \\\n    --hash=sha256:{"0" * 64}\n'
    (lists / "pip.txt").write_text(before, "utf-8")
    code, told = renew(lists, wheels, "--check")
    assert code == 1
    assert told == f"pip.txt: differs\n  - --hash=sha256:{'0' * 64}\n  + --hash=sha256:{made}\n"
    assert (lists / "pip.txt").read_text("utf-8") == before


def test_a_version_that_is_not_there_changes_nothing(lists: Path, wheels: Path) -> None:
    (lists / "pip.txt").write_text("plain==9\n", "utf-8")
    code, told = renew(lists, wheels)
    assert code == 1
    assert "No matching distribution found for plain==9" in told
    assert (lists / "pip.txt").read_text("utf-8") == "plain==9\n"


def test_a_line_that_names_no_version_is_told(lists: Path, wheels: Path) -> None:
    (lists / "pip.txt").write_text("plain>=9\n", "utf-8")
    assert "what is “plain>=9”?" in renew(lists, wheels)[1]
