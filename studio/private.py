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
