"""Zip archives that nobody vouches for: listed, and single members read, within limits."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studio.core.artifacts.reading import Malformed
from studio.core.files.untrusted import open_plain

_READ = 8 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, ValueError, OverflowError)


class Archive:
    """The members of a zip archive: their sizes by name, and the contents of those asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sizes = {info.filename: info.file_size for info in archive.infolist()}

    def read(self, name: str, limit: int) -> bytes:
        """A member's contents, unpacked. Raises Malformed where they are longer than `limit`, whatever is listed."""
        data = self.head(name, limit + 1)
        if len(data) > limit:
            raise Malformed(f"“{name}” is longer than the {limit:,} bytes that are read")
        return data

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of a member, unpacked."""
        if name not in self.sizes:
            raise Malformed(f"it lacks “{name}”")
        info = self._archive.getinfo(name)
        # Other methods cannot be unpacked in bounded steps.
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Malformed(f"“{name}” is packed in an unusual way")
        with self._archive.open(info) as member:
            return member.read(count)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A zip file's archive. Raises Malformed for what is none, then and while its members are read."""
    try:
        with open_plain(path) as file, zipfile.ZipFile(_LimitedFile(file)) as archive:
            yield Archive(archive)
    except Malformed:
        raise
    except _BROKEN as error:
        raise Malformed("it is no zip archive, or a damaged one") from error


class _LimitedFile:
    """A file that refuses huge reads: the table of contents of a hostile archive may claim gigabytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        """Reads like a file; raises Malformed where that would take too much memory."""
        if count < 0:
            count = max(0, os.fstat(self._file.fileno()).st_size - self._file.tell())
        if count > _READ:
            raise Malformed("its table of contents is too large")
        return self._file.read(count)
