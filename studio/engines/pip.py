"""Runs pip in another environment, heard line by line and stopped at once when asked."""

from __future__ import annotations

import os
import re
import select
import subprocess
import tempfile
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio import disk
from studio.core.progress import Progress
from studio.engines.failure import EngineError, NoRoomOrNetwork
from studio.environment import tool_environment

Cancelled = Callable[[], bool]

# Sizes in MB of the wheels that matter, so that the bar moves evenly over them.
_WEIGHTS = {"nvidia-pytriton": 55.0, "numpy": 18.0, "onnxruntime": 24.0, "pillow": 7.0, "sympy": 6.0, "torch": 192.0}
_DOWNLOADED = 0.75
_ATTEMPT = "Install the embedded engine"
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_NO_NETWORK = (
    r"after connection broken by|NewConnectionError|ConnectTimeoutError|ProxyError|NameResolutionError"
    r"|Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection refused"
)
"""What pip prints where it reaches no index, before it says that it found no version of a package."""


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
    python: Path, requirements: Path, progress: Progress, cancelled: Cancelled, *, anew: bool = False
) -> None:
    """Install what a file names, by its hashes alone; `anew` also what seems to be there.

    Raises with what pip says where it fails.
    """
    meter = Meter(named(requirements), progress)
    command = ["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "raw"]
    # pip of Python 3.8 knows no such bar; the first that it installs is a newer pip.
    if requirements.stem == "pip":
        command = command[:-2]
    # Their own requirements are named in the same file, or are a Python client's, of which nothing is used.
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(requirements)]
    run(python, [*command, *(["--force-reinstall"] if anew else [])], meter.hear, cancelled)


def named(requirements: Path) -> tuple[str, ...]:
    """The names of the packages in a file of requirements, each once."""
    return tuple(dict.fromkeys(re.findall(r"^([\w.-]+)==", requirements.read_text("utf-8"), re.MULTILINE)))


def run(python: Path, arguments: Sequence[str], heard: Callable[[str], None], cancelled: Cancelled) -> None:
    """Run a Python to its end, passing on its lines; raises when it fails or is cancelled.

    Nothing of it outlives the studio, in whatever way that ends: the supervisor sees its standard input close.
    """
    # There are no models whose shared memory it would have to remove, and nobody asks for the process's number.
    nothing = (f"trireme_install_{uuid.uuid4().hex}_", os.devnull)
    tail: deque[str] = deque(maxlen=40)
    if cancelled():
        raise InstallCancelled
    try:
        process = subprocess.Popen(
            [str(python), "-I", "-S", str(_SUPERVISOR), *nothing, str(python), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(_ATTEMPT, f"{python} could not be started: {disk.reason(error)}.") from error
    with process:
        try:
            for line in _lines(process, cancelled):
                tail.append(line)
                heard(line)
        except BaseException:
            assert process.stdin is not None  # noqa: S101 — stdin is a pipe by construction
            process.stdin.close()
            raise
    if process.returncode:
        raise _failure(tail)


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


def _failure(tail: Sequence[str]) -> EngineError:
    """What went wrong in words: pip says much, and of a network that is not there only that it found nothing."""
    words = "\n".join(tail)
    if "Errno 28" in words or "No space left on device" in words:
        folder = tempfile.gettempdir()
        reason = f"the disk is full: the engine's own, or that of {folder}."
        return NoRoomOrNetwork(_ATTEMPT, reason, "Make room there, and start it again.")
    if "DO NOT MATCH THE HASHES" in words or "Hashes are required" in words:
        reason = "a file that came is not the one that this Trireme was made for; nothing of it was installed."
        return EngineError(_ATTEMPT, reason, "Look which package index your pip is set to use.")
    if re.search(_NO_NETWORK, words):
        reason = "this machine reaches no package index over the network."
        remedy = "Behind a proxy, set HTTPS_PROXY; for an index of your own, PIP_INDEX_URL."
        return NoRoomOrNetwork(_ATTEMPT, reason, remedy)
    return EngineError(_ATTEMPT, _why(tail), "Start it again: it goes on from what is there.")


def _why(tail: Sequence[str]) -> str:
    errors = [line for line in tail if line.startswith("ERROR")]
    return (errors[0] if errors else tail[-1] if tail else "pip failed without a word.").removeprefix("ERROR: ")


def _environment() -> dict[str, str]:
    """Ours without what would make pip install elsewhere; the person's own index settings stay."""
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in tool_environment().items() if name not in elsewhere}
    return kept | {"PYTHONUNBUFFERED": "1"}
