"""A Docker engine of a test's own: with a hook for GPUs on its PATH, with little room, to be hung or killed."""

from __future__ import annotations

import itertools
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import docker

from tests.engines.docker_image import answers

_NUMBERS = itertools.count()


class OwnDocker:
    """One dockerd, its socket below `home`, its data in `data`. Only root can start one."""

    def __init__(
        self, home: Path, data: Path, options: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.endpoint = f"unix://{home}/docker.sock"
        self._home = home
        self._log = home / "dockerd.log"
        self._environment = dict(environment or os.environ)
        self._command = [
            "dockerd",
            f"--host={self.endpoint}",
            f"--data-root={data}",
            f"--exec-root={home}/run",
            f"--pidfile={home}/dockerd.pid",
            *("--iptables=false", "--ip6tables=false", "--ip-forward=false"),
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )
        deadline = time.monotonic() + 90
        while not answers(self.endpoint):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError("dockerd did not start:\n" + self._log.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP hangs it, SIGCONT lets it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL leaves its containers running."""
        if self._process is None or self._process.poll() is not None:
            return
        # One that is told to end ends its containerd itself.
        with self._containerd() if how is signal.SIGKILL else nullcontext(lambda: None) as wait_for_it:
            self._process.send_signal(how)
            self._process.wait(60)
            wait_for_it()

    @contextmanager
    def _containerd(self) -> Iterator[Callable[[], object]]:
        """Waits for the containerd that it started, which the next one would take for its own.

        That even where it is dead and the system's first process has not asked for it yet.
        """
        file = self._home / "run" / "containerd" / "containerd.pid"
        handle = os.pidfd_open(int(file.read_text("ascii")))
        try:
            yield lambda: select.select([handle], [], [], 60)
        finally:
            os.close(handle)
            file.unlink(missing_ok=True)

    def client(self) -> docker.DockerClient:
        """A client of it."""
        return docker.DockerClient(base_url=self.endpoint)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose sockets have short names: Unix allows 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="trd-", dir="/tmp"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size, in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def bridge() -> Iterator[tuple[str, ...]]:
    """A network of its own; gives dockerd's option for it.

    Without any dockerd would remove docker0, which is another engine's.
    """
    number = os.getpid() * 8 + next(_NUMBERS)
    name, address = f"trireme{number % 10**7}", f"172.31.{number % 250}.1/24"
    subprocess.run(["ip", "link", "add", "name", name, "type", "bridge"], check=True)
    try:
        subprocess.run(["ip", "addr", "add", address, "dev", name], check=True)
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
        yield (f"--bridge={name}",)
    finally:
        subprocess.run(["ip", "link", "del", name], check=True)
