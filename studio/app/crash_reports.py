"""The report that a studio leaves behind where it is ended by a fault: the stacks of its threads, a file a process.

A running studio holds a lock on its report, which the system lets go of however the process ends. A report that
nobody holds and that has stacks in it is a crash.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import platform
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from studio import __version__, private
from studio.locking import try_lock
from studio.paths import state_dir

_RUNNING = ".running"
_KEPT = 5
_STARTING_SECONDS = 60
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Crash:
    """A studio that a fault ended. `time` is in seconds since the epoch, `cause` what the system called it."""

    report: Path
    time: float
    cause: str


class OwnReport:
    """The report of this process, empty but for its head as long as nothing goes wrong. Raises OSError."""

    def __init__(self) -> None:
        folder = private.folder(reports_dir())
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_RUNNING}"
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try_lock(descriptor)
        self._file: TextIO = os.fdopen(descriptor, "w", encoding="utf-8")
        self._file.write(_head())
        self._file.flush()
        faulthandler.enable(self._file)

    def close(self) -> None:
        """The process ends as it should: nothing is left."""
        faulthandler.disable()
        self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def reports_dir() -> Path:
    """Where the reports are."""
    return state_dir() / "crashes"


def take() -> list[Crash]:
    """The crashes that nobody was told of yet, the latest first. Each is given once, to one studio."""
    found = [crash for path in sorted(reports_dir().glob(f"*{_RUNNING}")) if (crash := _claimed(path))]
    for old in sorted(reports_dir().glob("*.txt"), key=lambda path: path.name)[:-_KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return sorted(found, key=lambda each: -each.time)


def _claimed(path: Path) -> Crash | None:
    """The crash that a report tells of, which is renamed by that; a report without any is removed."""
    try:
        with path.open("rb") as file:
            if not try_lock(file.fileno()):
                # A studio that runs holds it.
                return None
            when = os.fstat(file.fileno()).st_mtime
            text = file.read(_LARGEST).decode("utf-8", "replace")
            stacks = text.partition("\n\n")[2]
            if stacks:
                stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(when))
                told = path.with_name(f"{stamp}-{path.stem}.txt")
                path.rename(told)
                return Crash(told, when, _cause(stacks))
            if text or time.time() - when > _STARTING_SECONDS:
                path.unlink(missing_ok=True)
    except OSError:
        # Taken by one that starts at this moment.
        return None
    return None


def _head() -> str:
    qt = sys.modules.get("PySide6")
    parts = (
        f"Trireme {__version__}",
        f"Python {platform.python_version()}",
        f"PySide {getattr(qt, '__version__', 'not loaded')}",
        platform.platform(),
        f"started {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
    )
    return "\n".join(parts) + "\n\n"


def _cause(stacks: str) -> str:
    """What faulthandler names in its first line, as in "Fatal Python error: Segmentation fault"."""
    return stacks.splitlines()[0].removeprefix("Fatal Python error: ").strip()
