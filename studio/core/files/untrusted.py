"""Opening files that nobody vouches for: the one place that decides what of a repository is read."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.files.bounds import EVERYWHERE, Bounds, LeadsOut

if TYPE_CHECKING:
    from typing import BinaryIO

_KERNEL = Bounds(("/proc", "/sys"))
"""What the system makes up when it is read: a process's secrets, or an action."""
_LOOK = getattr(os, "O_PATH", 0)
"""Linux can take hold of a file without opening it."""


_TRIES = 100
_GONE = " (deleted)"
"""What Linux adds to the path of a file that has none any more."""


class _Changed(Exception):
    """Another file was put in its place between the look at it and the opening, as every save does."""


def open_plain(path: Path, bounds: Bounds = EVERYWHERE) -> BinaryIO:
    """A plain file opened for reading. Raises OSError for anything else, without ever waiting for a pipe.

    Raises LeadsOut where the path leads out of the bounds. What is judged is what is opened, however fast somebody
    changes a link meanwhile.
    """
    for _ in range(_TRIES):
        with suppress(_Changed):
            return _opened_once(path, bounds)
    raise OSError(errno.ESTALE, "it changes all the time", str(path))


def _opened_once(path: Path, bounds: Bounds) -> BinaryIO:
    if not _LOOK:
        return _opened(path, os.path.realpath(path, strict=True), path.stat(), bounds)
    handle = os.open(path, _LOOK | os.O_CLOEXEC)
    try:
        return _opened(path, _real(handle, path), os.fstat(handle), bounds)
    finally:
        os.close(handle)


def _real(handle: int, path: Path) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - asked for each file of thousands
    except OSError:
        return os.path.realpath(path, strict=True)


def _opened(path: Path, real: str, status: os.stat_result, bounds: Bounds) -> BinaryIO:
    if not status.st_nlink and real.endswith(_GONE):
        raise _Changed
    if not bounds.holds(real):
        raise LeadsOut(path, Path(real))
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode) or _KERNEL.holds(real):
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
    try:
        file = open(real, "rb", opener=_without_waiting)  # noqa: SIM115 - Path.open takes no opener
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            raise _Changed from error
        raise
    if os.path.samestat(os.fstat(file.fileno()), status):
        return file
    file.close()
    raise _Changed


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
