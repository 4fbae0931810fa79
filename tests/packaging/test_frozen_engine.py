"""The embedded engine brought by the packaged program where that goes wrong: no room, no network, killed halfway."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(3000)]

_NOT_INSTALLED = "not installed: It is not installed."
_NO_INDEX = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
_FILLED = """
mount -t tmpfs -o size=820m tmpfs "$TRIREME_ENGINES"
"$0" engine install &
until ls -d "$TRIREME_ENGINES"/*/venv/lib/python3.*/site-packages/pip >/dev/null 2>&1; do sleep 0.1; done
dd if=/dev/zero of="$TRIREME_ENGINES/filler" bs=1M 2>/dev/null || true
wait $!
echo "ended with $?"
rm "$TRIREME_ENGINES/filler"
du -sm "$TRIREME_ENGINES" | cut -f1
"$0" engine info || true
echo running: /proc/[0-9]*
"""
"""Fills the disk of the engine once its installation has begun, and tells what is left. The shell is process 1."""
_SMALL = """
mount -t tmpfs -o size=64m tmpfs "$TRIREME_ENGINES"
"$0" engine install
echo "ended with $?"
find "$TRIREME_ENGINES" -mindepth 1 -not -name .lock -type f
echo running: /proc/[0-9]*
"""


@pytest.fixture(scope="module")
def program(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the unpacked package."""
    folder = tmp_path_factory.mktemp("unpacked")
    (package,) = packages.glob("trireme_*_amd64.deb")
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True, timeout=300)
    return folder / "usr" / "bin" / "trireme"


@pytest.fixture
def engines(tmp_path: Path) -> Path:
    """An empty folder for an engine."""
    folder = tmp_path / "engines"
    folder.mkdir()
    return folder


def environment(engines: Path, **more: str) -> dict[str, str]:
    """What the program gets."""
    return {**os.environ, "TRIREME_ENGINES": str(engines), "TRIREME_HOME": str(engines.parent / "home"), **more}


def alone(engines: Path, program: Path, script: str) -> str:
    """What a script says that has processes and mounts of its own."""
    enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script, str(program)]
    done = subprocess.run(enter, env=environment(engines), capture_output=True, text=True, timeout=1200)
    return done.stdout + done.stderr


def test_a_disk_that_is_too_small_is_said_and_nothing_is_begun(program: Path, engines: Path) -> None:
    told = alone(engines, program, _SMALL)
    assert "it needs 800 MB, and " in told
    assert "ended with 1\nrunning: /proc/1\n" in told


def test_a_disk_that_gets_full_leaves_no_half_engine_and_no_process(program: Path, engines: Path) -> None:
    told = alone(engines, program, _FILLED)
    assert "trireme: Install the embedded engine: the disk " in told, told
    assert " full" in told
    assert "Traceback" not in told
    code, size, info, _, running = told.partition("ended with ")[2].splitlines()[:5]
    assert code == "1"
    assert int(size) <= 1
    assert info.endswith(_NOT_INSTALLED)
    assert running == "running: /proc/1"


def test_without_a_network_that_is_said_and_nothing_is_left(program: Path, engines: Path) -> None:
    lines = {name: value for name, value in environment(engines, **_NO_INDEX).items() if name != "PIP_FIND_LINKS"}
    command = ["unshare", "--net", str(program), "engine", "install"]
    done = subprocess.run(command, env=lines, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 1
    assert "this machine reaches no package index over the network" in done.stderr
    assert done.stderr.count("\n") == 1
    assert of(engines) == []
    told = subprocess.run([program, "engine", "info"], env=lines, capture_output=True, text=True, timeout=300).stdout
    assert _NOT_INSTALLED in told


def test_what_was_killed_halfway_is_repaired_by_the_next(program: Path, engines: Path) -> None:
    env = environment(engines)
    first = subprocess.Popen([program, "engine", "install"], env=env, stdout=subprocess.DEVNULL)
    while not any(engines.glob("*/venv/lib/python3.*/site-packages/nvidia_pytriton.libs/*")):
        assert first.poll() is None, "it ended before it was killed"
        select.select([], [], [], 0.1)
    helpers = [os.pidfd_open(number) for number in of(engines)]
    assert helpers
    first.kill()
    first.wait()
    for helper in helpers:
        # Readable once that process has ended.
        assert select.select([helper], [], [], 60)[0]
        os.close(helper)
    for words, end in ((("info",), 1), (("install",), 0), (("check",), 0), (("info",), 0)):
        done = subprocess.run([program, "engine", *words], env=env, capture_output=True, text=True, timeout=1200)
        assert done.returncode == end, done.stdout + done.stderr


def of(engines: Path) -> list[int]:
    """The processes that run out of the engine's folder."""
    return sorted(_running(str(engines)))


def _running(folder: str) -> Iterator[int]:
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if folder in words:
            yield int(line.parent.name)
