"""Runs pip in another environment, heard line by line and stopped at once when asked."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio import disk
from studio.core.progress import Progress
from studio.engines.failure import EngineError
from studio.environment import tool_environment

Cancelled = Callable[[], bool]

# Sizes in MB of the wheels that matter, so that the bar moves evenly over them.
_WEIGHTS = {"nvidia-pytriton": 55.0, "numpy": 18.0, "onnxruntime": 24.0, "pillow": 7.0, "sympy": 6.0}
_DOWNLOADED = 0.75
_ATTEMPT = "Install the embedded engine"


class InstallCancelled(EngineError):
    """The person asked to stop an installation."""

    def __init__(self) -> None:
        super().__init__(_ATTEMPT, "it was cancelled.", "Start it again to go on from here.")


@dataclass
class Meter:
    """Turns what pip prints into a fraction of one run."""

    packages: Sequence[str]
    progress: Progress
    _done: float = 0.0
    _current: str = ""
    _total: float = field(init=False)

    def __post_init__(self) -> None:
        self._total = sum(_weight(name) for name in self.packages) or 1.0

    def hear(self, line: str) -> None:
        if match := re.match(r"Progress (\d+) of (\d+)", line):
            self._download(int(match[1]), int(match[2]))
        elif match := re.match(r"Collecting ([\w.-]+)|Processing \S*?/?([\w.]+)-\d[^/]*\.whl", line):
            self._next((match[1] or match[2]).lower().replace("_", "-"))
        elif line.startswith("Installing collected packages"):
            self.progress(_DOWNLOADED, "Installing " + ", ".join(self.packages))
        elif line.startswith("Successfully installed"):
            self.progress(1.0, "Installed " + ", ".join(self.packages))

    def _next(self, name: str) -> None:
        if name == self._current:
            return
        if self._current:
            self._done += _weight(self._current)
        self._current = name
        self._tell(0.0, f"Looking for {name}")

    def _download(self, done: int, total: int) -> None:
        share = done / total if total else 0.0
        text = f"Downloading {self._current}: {done / 1e6:.1f} of {total / 1e6:.1f} MB"
        self._tell(share * _weight(self._current), text)

    def _tell(self, now: float, text: str) -> None:
        self.progress(min((self._done + now) / self._total, 1.0) * _DOWNLOADED, text)


def _weight(name: str) -> float:
    return _WEIGHTS.get(name.lower(), 1.0)


def pip_install(
    python: Path, arguments: Sequence[str], packages: Sequence[str], progress: Progress, cancelled: Cancelled
) -> None:
    """Install into the environment of `python`; raises with the end of pip's own words when it fails."""
    meter = Meter(packages, progress)
    command = [str(python), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    run(command + list(arguments) + list(packages), meter.hear, cancelled)


def run(command: Sequence[str], heard: Callable[[str], None], cancelled: Cancelled) -> None:
    """Run a command to its end, passing on its lines; raises when it fails or is cancelled."""
    tail: deque[str] = deque(maxlen=12)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(_ATTEMPT, f"{command[0]} could not be started: {disk.reason(error)}.") from error
    with process:
        try:
            for line in _lines(process, cancelled):
                tail.append(line)
                heard(line)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise EngineError(_ATTEMPT, _why(tail), "Check the network and the free disk space, then start it again.")


def _lines(process: subprocess.Popen[bytes], cancelled: Cancelled) -> Iterator[str]:
    """The lines of a process as they come, looking ten times a second whether to stop."""
    assert process.stdout is not None  # noqa: S101 — stdout is a pipe by construction
    pending = b""
    while True:
        if cancelled():
            raise InstallCancelled
        if not select.select([process.stdout], [], [], 0.1)[0]:
            continue
        data = os.read(process.stdout.fileno(), 65536)
        *lines, pending = (pending + data).replace(b"\r", b"\n").split(b"\n")
        yield from (line.decode("utf-8", "replace").strip() for line in lines if line.strip())
        if not data:
            return


def _why(tail: Sequence[str]) -> str:
    errors = [line for line in tail if line.startswith("ERROR")]
    return (errors[0] if errors else tail[-1] if tail else "pip failed without a word.").removeprefix("ERROR: ")


def _environment() -> dict[str, str]:
    """Ours without what would make pip install elsewhere; the person's own index settings stay."""
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in tool_environment().items() if name not in elsewhere}
    return kept | {"PYTHONUNBUFFERED": "1"}
