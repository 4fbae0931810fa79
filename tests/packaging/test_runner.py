"""The self-extracting file as an ordinary user: installed under a home, used, installed again, and taken away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(4000)]

_USER = 65534
"""`nobody`, who may write nowhere but in the folder given."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home outside of root's folders, which others cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="trireme-home-", dir="/tmp"))
    os.chown(folder, _USER, _USER)
    yield folder
    shutil.rmtree(folder)


def as_user(home: Path, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as an ordinary user."""
    drop = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more}
    done = subprocess.run([*drop, *command], cwd=home, env=env, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_it_installs_runs_upgrades_and_uninstalls_without_root(packages: Path, home: Path) -> None:
    (packed,) = packages.glob("trireme-*-linux-x86_64.run")
    runner = home / packed.name
    shutil.copy(packed, runner)
    runner.chmod(0o755)
    for _ in range(2):
        as_user(home, "sh", runner)
        trireme = home / ".local/bin/trireme"
        assert as_user(home, trireme, "--version").stdout.startswith("Trireme ")
    entry = (home / ".local/share/applications/org.trireme.Trireme.desktop").read_text("utf-8")
    assert f'Exec="{trireme}" %f' in entry.splitlines()
    as_user(home, "desktop-file-validate", home / ".local/share/applications/org.trireme.Trireme.desktop")
    as_user(home, trireme, "example", home / "example")
    as_user(home, trireme, "check", home / "example/models")
    as_user(home, "sh", home / ".local/lib/trireme/uninstall", "--uninstall")
    left = {path.relative_to(home) for path in home.rglob("*")}
    assert {path.parts[0] for path in left} == {"example", runner.name}, left


@pytest.mark.engine
def test_it_does_its_whole_job_without_root_and_leaves_the_persons_data(
    packages: Path, home: Path, display: str
) -> None:
    (packed,) = packages.glob("trireme-*-linux-x86_64.run")
    runner = home / "it.run"
    shutil.copy(packed, runner)
    os.chown(runner, _USER, _USER)
    as_user(home, "sh", runner)
    trireme = home / ".local/bin/trireme"
    as_user(home, trireme, "engine", "install")
    shown = as_user(home, trireme, "--selftest", "--window", DISPLAY=display).stdout
    assert shown.endswith("All is right.\n")
    print(shown)
    as_user(home, "sh", home / ".local/lib/trireme/uninstall", "--uninstall")
    parts = {path.relative_to(home).parts for path in home.rglob("*") if path.is_file()}
    data = (".local", "share", "trireme")
    assert all(part[:3] == data or part[0] in (".config", ".cache", runner.name) for part in parts), parts
    assert any(part[:3] == data for part in parts)


def test_it_leaves_what_others_put_beside_it(packages: Path, home: Path) -> None:
    (packed,) = packages.glob("trireme-*-linux-x86_64.run")
    other = home / ".local/share/applications/other.desktop"
    as_user(home, "mkdir", "-p", other.parent)
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n", "utf-8")
    shutil.copy(packed, home / "it.run")
    os.chown(home / "it.run", _USER, _USER)
    as_user(home, "sh", home / "it.run")
    as_user(home, "sh", home / "it.run", "--uninstall")
    assert other.is_file()
    assert not (home / ".local/lib").exists()


def test_a_damaged_file_changes_nothing(packages: Path, home: Path) -> None:
    (packed,) = packages.glob("trireme-*-linux-x86_64.run")
    cut = home / "cut.run"
    cut.write_bytes(packed.read_bytes()[:20_000_000])
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", cut], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 1
    assert "this file is damaged" in done.stderr
    assert [path for path in home.rglob("*") if not path.is_dir()] == [cut]
