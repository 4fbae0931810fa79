"""Where the bytes of a recording are: files one after the other, or what was kept of them."""

from __future__ import annotations

import bisect
import errno
import io
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

_NUMBERED = re.compile(r"(.+)\.(\d{1,9})")


class Source(Protocol):
    """The bytes of one file."""

    @property
    def name(self) -> str:
        """What people call it."""

    def open(self) -> BinaryIO:
        """To read it from its beginning. Raises OSError."""


class FileSource:
    """A file on the disk, which is opened whenever something of it is wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._path.name

    def open(self) -> BinaryIO:
        """To read it from its beginning. Raises OSError, for a pipe or a device too: those may never answer."""
        handle = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        mode = os.fstat(handle).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(handle, "rb")
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self._path))
        raise OSError("it is a pipe or a device, not a file")


class MemorySource:
    """What a file held; the file may be gone."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data

    def open(self) -> BinaryIO:
        """To read it from its beginning."""
        return io.BytesIO(self._data)


class Sources:
    """Files as one row of bytes, each where the one before ends."""

    def __init__(self) -> None:
        self.bases: list[int] = []
        self._sources: list[Source] = []

    def add(self, source: Source, base: int) -> None:
        """The next file, which begins there."""
        self._sources.append(source)
        self.bases.append(base)

    def read(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """What stands from a place to a place, all of it in one file. Raises OSError."""
        number = bisect.bisect_right(self.bases, ranges[0][0]) - 1
        base, found = self.bases[number], []
        with self._sources[number].open() as file:
            for begin, end in ranges:
                file.seek(begin - base)
                found.append(file.read(end - begin))
        return found

    def name_at(self, place: int) -> str:
        """The name of the file in which a place is."""
        return self._sources[bisect.bisect_right(self.bases, place) - 1].name


def trace_files(path: Path) -> tuple[Path, ...]:
    """The files that a server wrote beside each other: `t.json`, `t.json.0`, `t.json.1` …, in their order.

    Any of them stands for all, and so does the name without a number where no such file is. Raises OSError.
    """
    match = _NUMBERED.fullmatch(path.name)
    stem = match[1] if match else path.name
    found = {}
    for each in path.parent.iterdir():
        number = -1 if each.name == stem else numbered(each.name, stem)
        if number is not None:
            found[number] = each
    return tuple(found[number] for number in sorted(found)) or (path,)


def numbered(name: str, stem: str) -> int | None:
    """The number of a file of those that a server names `stem.0`, `stem.1` …; None for any other."""
    match = _NUMBERED.fullmatch(name)
    return int(match[2]) if match and match[1] == stem else None


def is_complete(data: bytes) -> bool:
    """Whether a file was written to its end."""
    return data.rstrip().endswith(b"]")
