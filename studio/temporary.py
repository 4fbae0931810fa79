"""Temporary files and folders beside what they will replace, and the removal of those that a killed process left.

Each name carries the process that made it and the moment when that process began, and each is locked for as long as
it is at work: a process number alone may be another one's by now, or of a container of its own.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from studio.locking import try_lock

_MARK = ".trireme-"
_NAME = re.compile(r"\.trireme-(\d+)(?:-(\d+))?-[0-9a-f]{16}\.(?:tmp|new)")
_STALE_SECONDS = 3600
"""How old a temporary must be where its file system knows no locks, as some on a network do not."""


@contextmanager
def file(folder: Path, mode: int = 0o666) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in that folder, of this mode from its first byte; gone afterwards unless it was renamed."""
    path = folder / _name("tmp")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as opened:
            _hold(opened.fileno())
            yield opened, path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of what is at a path once it was written whole. Raises OSError.

    A device or a pipe there is refused, for a file would take its place.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EISDIR if path.is_dir() else 0, "it is a pipe or a device, not a file")
    with file(path.parent) as (opened, made):
        yield opened
        opened.flush()
        made.replace(path)


@contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A new folder there, which nobody else may look into; gone afterwards with all that is still in it."""
    path = parent / _name("new")
    path.mkdir(0o700)
    handle = -1
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        _hold(handle)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def is_temporary(name: str) -> bool:
    """Whether a name is one that this module gives."""
    return name.startswith(_MARK) and _NAME.fullmatch(name) is not None


def sweep(place: Path) -> int:
    """Remove what processes that are gone left in that folder, and say how many. What cannot be removed stays."""
    try:
        with os.scandir(place) as entries:
            found = [Path(each.path) for each in entries if is_temporary(each.name)]
    except OSError:
        return 0
    return sum(map(_removed, found))


def _removed(path: Path) -> bool:
    with suppress(OSError):
        status = path.lstat()
        if status.st_uid == os.geteuid() and _is_abandoned(path, status):
            if stat.S_ISDIR(status.st_mode):
                shutil.rmtree(path)
            else:
                path.unlink()
            return True
    return False


def _is_abandoned(path: Path, status: os.stat_result) -> bool:
    match = _NAME.fullmatch(path.name)
    if match is None or _lives(int(match[1]), match[2] or ""):
        return False
    if not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)):
        return False
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return try_lock(handle)
    except OSError:
        return time.time() - status.st_mtime > _STALE_SECONDS
    finally:
        os.close(handle)


def _name(ending: str) -> str:
    pid = os.getpid()
    began = _began(pid)
    return f"{_MARK}{pid}{f'-{began}' if began else ''}-{secrets.token_hex(8)}.{ending}"


def _lives(pid: int, began: str) -> bool:
    """Whether the process that a name tells of is still there. Without a beginning any of that number will do."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    now = _began(pid)
    return not began or not now or now == began


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine did; "" where the system does not tell."""
    try:
        words = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return ""
    # The program's name, in brackets, may hold anything.
    after = words.rpartition(b")")[2].split()
    return str(int(after[19])) if len(after) > 19 else ""


def _hold(handle: int) -> None:
    # Some network file systems know no locks; the name tells the process all the same.
    with suppress(OSError):
        try_lock(handle)
