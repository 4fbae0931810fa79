"""The log of the studio: one file of bounded size that several studios may write to, readable by its owner alone."""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from pathlib import Path

from studio import disk, private
from studio.app import notices
from studio.locking import QUICK, try_lock
from studio.paths import state_dir

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
_LARGEST = 2 << 20
_HELD = 1000
"""So many records wait for a disk that can be written to again."""
_OPEN = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


def log_file() -> Path:
    """Where the studio logs what it does."""
    return state_dir() / "studio.log"


class LogFile(logging.Handler):
    """Appends each record to the file; a full file becomes `studio.log.1`, in place of the one before.

    The file is opened for each record, so that a rotation by another studio, or a folder that can be written to again,
    is taken as it is. What cannot be written goes to standard error and waits for the next record that can, and the
    person is told once.
    """

    def __init__(self, largest: int = _LARGEST) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(_FORMAT))
        self.problem = ""
        """Why the latest record could not be written; empty where it was."""
        self._largest = largest
        self._is_told = False
        self._unwritten: deque[str] = deque(maxlen=_HELD)

    def emit(self, record: logging.LogRecord) -> None:
        line = ""
        try:
            line = self.format(record)
            lines = [*self._unwritten, line]
            text = "".join(f"{each}\n" for each in lines)
            _append(log_file(), text.encode("utf-8", "backslashreplace"), self._largest)
            self._unwritten.clear()
            self.problem, self._is_told = "", False
        except OSError as error:
            self._fail(line, error)
        except Exception:  # noqa: BLE001 - a record that cannot be formatted must not end what logged it
            self.handleError(record)

    def _fail(self, line: str, error: OSError) -> None:
        self.problem = disk.reason(error)
        self._unwritten.append(line)
        if sys.stderr is not None:
            sys.stderr.write(line + "\n")
        if not self._is_told:
            self._is_told = True
            text = f"The log cannot be written to {log_file()}"
            detail = f"It could not be written: {self.problem}. Make room there or allow writing to that folder."
            notices.notices().post_soon(notices.Notice("warning", text, detail))


def _append(path: Path, data: bytes, largest: int) -> None:
    private.folder(path.parent)
    descriptor = os.open(path, _OPEN, 0o600)
    try:
        # Only one of two studios moves the full file away; where the other was stopped in that, the file grows on.
        is_ours = try_lock(descriptor, QUICK)
        is_full = os.fstat(descriptor).st_size + len(data) > largest
        if is_ours and is_full and os.path.samestat(os.fstat(descriptor), path.stat()):
            path.replace(path.with_name(f"{path.name}.1"))
            fresh = os.open(path, _OPEN, 0o600)
            os.close(descriptor)
            descriptor = fresh
        os.fchmod(descriptor, 0o600)
        _write(descriptor, data)
    finally:
        os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
