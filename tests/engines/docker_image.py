"""A real Docker engine for the tests, and an image of a real Triton made on the spot, with no registry.

The engine is the one at hand, or, for root, one of our own: its data, socket and process id lie in a cache folder, so
that nothing else on the machine is disturbed and the image is there the next time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import platformdirs

from studio.engines.docker.connection import available
from studio.engines.install import installed_files

IMAGE = "trireme/tritonserver:local"
_BASE = "trireme/debian:local"
_SUITE = "bookworm"
# Triton starts the stub of a Python model by bash.
_PACKAGES = "python3,libpython3.11,python3-numpy,libstdc++6,bash,dash,coreutils,base-files"
_LIBRARIES = "/usr/lib/x86_64-linux-gnu"
# The packages are unpacked and not set up, which would take most of the time: nobody linked BLAS, nor compiled Python.
_DOCKERFILE = f"""\
FROM {_BASE}
COPY . /opt/tritonserver/
ENV PATH=/opt/tritonserver/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV LD_LIBRARY_PATH=/opt/tritonserver/lib:{_LIBRARIES}/blas:{_LIBRARIES}/lapack
RUN python3 -c "import importlib.util, json, numpy, asyncio, inspect, multiprocessing, tempfile"
"""


@contextmanager
def docker_engine() -> Iterator[str]:
    """The endpoint of a Docker engine. One that we start is shared by all runs of the tests; the last one stops it."""
    there = available()
    if not there.problem:
        yield there.endpoint
        return
    if os.getuid() != 0 or shutil.which("dockerd") is None:
        raise RuntimeError("no Docker engine answers, and only root with dockerd installed can start one")
    # dockerd keeps its socket's path short: Unix allows 107 bytes.
    home = _cache() / "docker"
    home.mkdir(parents=True, exist_ok=True)
    endpoint = f"unix://{home}/docker.sock"
    with (home / "users.lock").open("w") as users:
        with _turn("docker"):
            if not answers(endpoint):
                _start(home, endpoint)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield endpoint
        finally:
            with _turn("docker"):
                if _is_last(users):
                    _stop(home)


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("trireme-tests"))


@contextmanager
def _turn(name: str) -> Iterator[None]:
    """One run of the tests after the other."""
    with (_cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(home: Path, endpoint: str) -> None:
    # It outlives the run that starts it where another one uses it.
    with (home / "dockerd.log").open("wb") as log:
        command = ["setsid", "--fork", *_daemon(home, endpoint)]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=True)
    wait_for(endpoint, home / "dockerd.log")


def wait_for(endpoint: str, log: Path, seconds: float = 90) -> None:
    """Wait until an engine answers."""
    deadline = time.monotonic() + seconds
    while not answers(endpoint):
        if time.monotonic() > deadline:
            text = log.read_text("utf-8", "replace") if log.exists() else ""
            raise RuntimeError("the engine did not start:\n" + text[-2000:])
        time.sleep(0.2)


def _stop(home: Path) -> None:
    pid = int((home / "dockerd.pid").read_text("ascii"))
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _daemon(home: Path, endpoint: str) -> list[str]:
    return [
        "dockerd",
        f"--host={endpoint}",
        f"--data-root={home}/data",
        f"--exec-root={home}/run",
        f"--pidfile={home}/dockerd.pid",
    ]


def answers(endpoint: str) -> bool:
    """Whether a Docker engine answers there."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(10)
        try:
            probe.connect(endpoint.removeprefix("unix://"))
            probe.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in probe.recv(64)
        except OSError:
            return False


def build_image(endpoint: str, scratch: Path) -> str:
    """The image's name; takes about half a minute the first time, which is kept for later runs."""
    environment = os.environ | {"DOCKER_HOST": endpoint, "DOCKER_BUILDKIT": "0"}
    with _turn("image"):
        if not _run(["docker", "image", "inspect", IMAGE], environment, check=False):
            _build(scratch, environment)
    return IMAGE


def _build(scratch: Path, environment: dict[str, str]) -> None:
    root = scratch / "rootfs.tar"
    _run(["mmdebstrap", "--variant=extract", f"--include={_PACKAGES}", _SUITE, str(root)], environment)
    _run(["docker", "import", str(root), _BASE], environment)
    root.unlink()
    context = scratch / "context"
    _server(context)
    _run(["docker", "build", "--tag", IMAGE, str(context)], environment)


def _server(context: Path) -> None:
    """The server as the official image lays it out: bin, lib, backends, caches."""
    files, _ = installed_files()
    for source, name in (
        (files.triton / "bin", "bin"),
        (files.libraries, "lib"),
        (files.triton / "backends", "backends"),
        (files.triton / "caches", "caches"),
    ):
        shutil.copytree(source, context / name, ignore=shutil.ignore_patterns("__pycache__"))
    stub = files.triton / "python_backend_stubs" / "3.11" / "triton_python_backend_stub"
    shutil.copy2(stub, context / "backends" / "python" / stub.name)
    (context / "Dockerfile").write_text(_DOCKERFILE, "utf-8")


def _run(command: list[str], environment: dict[str, str], check: bool = True) -> bool:
    done = subprocess.run(command, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise RuntimeError(f"{command[:2]} failed:\n" + done.stderr.decode("utf-8", "replace")[-2000:])
    return done.returncode == 0
