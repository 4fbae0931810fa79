"""Reading one file, and what tells whether it is still the one that was read."""

from __future__ import annotations

import os
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import EVERYWHERE, Bounds
from studio.core.files.untrusted import open_plain
from studio.value_class import dataclass

LARGEST = 1 << 20
"""Bytes; a larger configuration is not read unless a person wants it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was read. Two stamps of the same bytes have equal digests, whatever the time."""

    mtime_ns: int
    size: int
    digest: str


def stamp_of(mtime_ns: int, data: bytes) -> Stamp:
    """The stamp of a file that was last changed then and has these bytes."""
    # It takes a while to load, and a check makes no stamps.
    import hashlib

    return Stamp(mtime_ns, len(data), hashlib.blake2b(data, digest_size=16).hexdigest())


def content_of(stamp: Stamp | None) -> tuple[int, str] | None:
    """What two stamps of the same bytes have in common."""
    return (stamp.size, stamp.digest) if stamp else None


def is_missing(failure: CoreError) -> bool:
    """Whether a file could not be read since there is none."""
    return isinstance(failure.__cause__, (FileNotFoundError, NotADirectoryError))


def read(path: Path, limit: int = LARGEST, bounds: Bounds = EVERYWHERE) -> tuple[bytes, Stamp]:
    """A file's bytes and stamp. Raises CoreError for what is no plain file, too large, unreadable or out of bounds."""
    data, mtime_ns = read_unstamped(path, limit, bounds)
    return data, stamp_of(mtime_ns, data)


def read_unstamped(path: Path, limit: int = LARGEST, bounds: Bounds = EVERYWHERE) -> tuple[bytes, int]:
    """A file's bytes and when it was last changed, in nanoseconds. Raises CoreError as `read` does."""
    attempted = f"Read {path}"
    try:
        with open_plain(path, bounds) as file:
            status = os.fstat(file.fileno())
            # Room is made for all that is asked for, which takes longer than reading a small file.
            data = file.read(min(limit, status.st_size) + 1)
            if len(data) > status.st_size:
                data += file.read(max(0, limit + 1 - len(data)))
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.") from error
    if len(data) > limit:
        raise CoreError(attempted, f"the file is larger than {limit:,} bytes.", "Raise the limit in the settings.")
    return data, status.st_mtime_ns


def read_if_there(path: Path, bounds: Bounds = EVERYWHERE) -> tuple[bytes, Stamp] | None:
    """A file's bytes and stamp as `read` gives them; None where there is none. Raises CoreError."""
    try:
        return read(path, bounds=bounds)
    except CoreError as failure:
        if is_missing(failure):
            return None
        raise
