"""Files and folders of the studio's own, which nobody but the person may read: from their first byte on."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from studio import temporary

_FILE = 0o600
_FOLDER = 0o700
_MOST_BROKEN = 5


def folder(path: Path) -> Path:
    """Make a folder of ours where it is not there yet, closed to others, and every one above it that is missing."""
    missing = [path]
    while not missing[-1].parent.is_dir() and missing[-1].parent != missing[-1]:
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        if each.exists() and not each.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(each))
        each.mkdir(_FOLDER, exist_ok=True)
    status = path.stat()
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) & ~_FOLDER:
        # An older studio made it as the system makes folders.
        path.chmod(_FOLDER)
    return path


def write(path: Path, data: bytes, *, sync: bool = False) -> None:
    """Write a file of ours in one step; its folder is made. Raises OSError, and the old file then stands.

    `sync` waits until it is safe on the disk, which may take longer than the UI thread has.
    """
    folder(path.parent)
    with temporary.file(path.parent, _FILE) as (file, place):
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())
        place.replace(path)


def opened(path: Path, mode: str = "ab") -> BinaryIO:
    """A file of ours opened to be written on; its folder is made. Raises OSError."""
    folder(path.parent)
    found = open(path, mode, opener=opener)  # noqa: SIM115 - the caller closes it
    os.fchmod(found.fileno(), _FILE)
    # The mode is one for bytes.
    return cast(BinaryIO, found)


def opener(path: str, flags: int) -> int:
    """For `open`: what it makes is closed to others."""
    return os.open(path, flags | os.O_CLOEXEC, _FILE)


def aside(path: Path) -> Path:
    """A name to keep a broken file of ours under: a free one of a few, else that of the oldest."""
    names = ["broken", *(f"broken.{number}" for number in range(2, _MOST_BROKEN + 1))]
    places = [path.with_suffix(f".{name}{path.suffix}") for name in names]
    free = [place for place in places if not place.exists()]
    return free[0] if free else min(places, key=lambda place: place.stat().st_mtime_ns)
