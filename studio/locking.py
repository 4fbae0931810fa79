"""Locks between processes, which the system lets go of however a process ends."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10.0
"""Seconds that are waited for another process; whoever holds a lock this long hangs, or was stopped."""
QUICK = 0.08
"""Seconds that the UI thread may wait."""
_LOOK_SECONDS = 0.002


def try_lock(handle: int, patience: float = 0.0) -> bool:
    """Lock an open file or folder until it is closed; false where another one holds it so many seconds on.

    Raises OSError where the file system knows no locks, as some on a network do not.
    """
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_LOOK_SECONDS)
        else:
            return True


@contextmanager
def locked(folder: Path, patience: float = PATIENCE) -> Iterator[int]:
    """Hold a folder, so that reading, changing and writing a file in it are one step; gives its file descriptor.

    It must not be asked twice. Raises BlockingIOError where another process does not let go in time.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _taken(handle, patience):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(folder))
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int, patience: float) -> bool:
    try:
        return try_lock(handle, patience)
    except OSError:
        # Without locks what should be one step is a short one.
        return True
