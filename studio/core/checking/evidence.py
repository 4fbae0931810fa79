"""What the files beside a configuration tell a rule. Nothing is executed, and no file is read twice unchanged."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from studio.core.artifacts import reader
from studio.core.artifacts.artifact import Artifact
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain
from studio.core.python.source import Source, read_source

_T = TypeVar("_T")
_KEPT = 4096


class Stamped(NamedTuple):
    """A file's state: what is known of it holds while this does."""

    modified_ns: int
    size: int


class _Store(Generic[_T]):
    """The last readings of files, each good as long as its file is the same."""

    def __init__(self, read: Callable[[Path], _T]) -> None:
        self._read = read
        self._kept: OrderedDict[str, tuple[Stamped, _T]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, stamp: Stamped) -> _T:
        """What the file says now."""
        key = str(path)
        with self._lock:
            known = self._kept.get(key)
        if known and known[0] == stamp:
            return known[1]
        found = self._read(path)
        with self._lock:
            self._kept[key] = (stamp, found)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def _artifact(path: Path) -> Artifact | CoreError | None:
    """A model file's interface, why it has none, or None where there is no reader for it."""
    read = reader(path)
    if read is None:
        return None
    try:
        return read(path)
    except CoreError as failure:
        return failure


_ARTIFACTS: _Store[Artifact | CoreError | None] = _Store(_artifact)
_SOURCES: _Store[Source] = _Store(read_source)


class Files:
    """The files of a repository as a rule may ask for them, during one check."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, os.stat_result | None] = {}

    def exists(self, path: Path) -> bool:
        """Whether there is such a file or folder."""
        return self._status(path) is not None

    def size(self, path: Path) -> int | None:
        """The bytes of a plain file; None where there is none."""
        found = self._status(path)
        return found.st_size if found and stat.S_ISREG(found.st_mode) else None

    def is_folder(self, path: Path) -> bool:
        """Whether it is a folder."""
        found = self._status(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def start(self, path: Path, count: int) -> bytes:
        """The first bytes of a plain file; none where it cannot be read."""
        size = self.size(path)
        if size is None:
            return b""
        try:
            with open_plain(path) as file:
                # Room is made for all that is asked for, which takes longer than reading a small file.
                return file.read(min(count, size))
        except OSError:
            return b""

    def artifact(self, path: Path) -> Artifact | CoreError | None:
        """What a model file says of itself; None for an empty one, one that is missing, or of an unknown kind."""
        stamp = self._stamp(path)
        return _ARTIFACTS.get(path, stamp) if stamp else None

    def source(self, path: Path) -> Source | None:
        """A Python model as its syntax tree tells; None where there is no such file."""
        found = self._status(path)
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        return _SOURCES.get(path, Stamped(found.st_mtime_ns, found.st_size))

    def _stamp(self, path: Path) -> Stamped | None:
        file = path / "model.onnx" if self.is_folder(path) else path
        found = self._status(file)
        if found is None or not found.st_size or not stat.S_ISREG(found.st_mode):
            return None
        return Stamped(found.st_mtime_ns, found.st_size)

    def _status(self, path: Path) -> os.stat_result | None:
        key = str(path)
        if key not in self._known:
            try:
                self._known[key] = path.stat()
            except (OSError, ValueError):
                # A name that no file can have is a file that is not there.
                self._known[key] = None
        return self._known[key]
