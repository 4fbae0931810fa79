"""What the files beside a configuration tell a rule. Nothing is executed, and no file is read twice unchanged."""

from __future__ import annotations

import os
import stat
from _thread import allocate_lock  # without the rest of `threading`
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.artifacts import reader
from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import reading
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds, LeadsOut
from studio.core.files.untrusted import open_plain
from studio.named_tuple import NamedTuple

if TYPE_CHECKING:
    from typing import TypeVar

    from studio.core.python.source import Source

    _T = TypeVar("_T")

_MOST_KEPT = 4096


class Stamped(NamedTuple):
    """A file's state: what is known of it holds while this does."""

    modified_ns: int
    size: int


def _kept(read: Callable[[Path, Bounds], _T]) -> Callable[[Path, Stamped, Bounds], _T]:
    """The reading of a file, remembered as long as the file in this state, and what may be read, are the same."""
    readings: OrderedDict[tuple[str, Bounds], tuple[Stamped, _T]] = OrderedDict()
    lock = allocate_lock()

    def get(path: Path, stamp: Stamped, bounds: Bounds) -> _T:
        key = (str(path), bounds)
        with lock:
            known = readings.get(key)
        if known and known[0] == stamp:
            return known[1]
        found = read(path, bounds)
        with lock:
            readings[key] = (stamp, found)
            while len(readings) > _MOST_KEPT:
                readings.popitem(last=False)
        return found

    return get


def _artifact(path: Path, bounds: Bounds) -> Artifact | CoreError | None:
    """A model file's interface, why it has none, or None where there is no reader for it.

    Weights are read wherever a link of that name leads, as many people keep them in a store of their own. What tells in
    words, such as code, is read in the bounds only, and so is every folder.
    """
    read = reader(path)
    if read is None:
        return None
    try:
        if path.suffix == ".py":
            from studio.core.artifacts.python import read_python

            return read_python(path, bounds)
        with reading(path, "model file"):
            target = bounds.outside(path if path.suffix in _WORDS or path.is_dir() else path.parent)
            if target is not None:
                raise LeadsOut(path, target)
        return read(path)
    except CoreError as failure:
        return failure


_WORDS = frozenset({".json", ".txt"})
_artifact_of = _kept(_artifact)


def _source(path: Path, bounds: Bounds) -> Source:
    # What reads Python is loaded for Python models only.
    from studio.core.python.source import read_source

    return read_source(path, bounds)


_source_of = _kept(_source)


class Files:
    """The files of a repository as a rule may ask for them, during one check.

    What lies out of the bounds is looked at as the server will find it, there or not and how large, and never opened.
    """

    __slots__ = ("_bounds", "_known", "_outside")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._known: dict[str, os.stat_result | None] = {}
        self._outside: dict[str, Path | None] = {}

    def outside(self, path: Path) -> Path | None:
        """Where a path leads that leads out of what may be read; None for one that stays inside."""
        key = str(path)
        if key not in self._outside:
            self._outside[key] = self._bounds.outside(path)
        return self._outside[key]

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
            with open_plain(path, self._bounds) as file:
                # Room is made for all that is asked for, which takes longer than reading a small file.
                return file.read(min(count, size))
        except OSError:
            return b""

    def artifact(self, path: Path) -> Artifact | CoreError | None:
        """What a model file says of itself; None for an empty one, one that is missing, or of an unknown kind."""
        stamp = self._stamp(path)
        return _artifact_of(path, stamp, self._bounds) if stamp else None

    def source(self, path: Path) -> Source | None:
        """A Python model as its syntax tree tells; None where there is no such file."""
        found = self._status(path)
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        return _source_of(path, Stamped(found.st_mtime_ns, found.st_size), self._bounds)

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
