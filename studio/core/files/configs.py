"""Reading configurations: the one way in which a file becomes a draft, and the one rule of when that is still true."""

from __future__ import annotations

import os
import time
from pathlib import Path

from studio.core.config.draft import Draft, read_draft
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.reading import LARGEST, Stamp, is_missing, read_unstamped, stamp_of
from studio.value_class import dataclass, replace

_COARSEST_NS = 2_000_000_000
"""File systems tell times apart that are so far from each other; the coarsest is FAT."""

Mark = tuple[int, int, int, int, int]
"""Which file it is, its size, and when it and its entry were last changed: no program can set the last of these."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One configuration as it was read. `mtime_ns` is None where there is none, `problem` why it could not be."""

    data: bytes = b""
    mtime_ns: int | None = None
    text: Draft | None = None
    problem: str = ""
    mark: Mark | None = None
    """What every change of the file changes; None where one could come that does not, for want of a finer clock."""

    @property
    def stamp(self) -> Stamp | None:
        """What the file was when it was read; None where there is none."""
        return None if self.mtime_ns is None else stamp_of(self.mtime_ns, self.data)

    def is_like(self, other: Read) -> bool:
        """Whether nothing changed from one reading to the other."""
        return self.text is other.text and self.problem == other.problem


def read_config(path: Path, limit: int, bounds: Bounds, before: Read | None = None) -> Read:
    """One configuration as it is on disk now. What was read of it `before` is taken where that is still true."""
    mark, is_settled = _mark(path)
    if before is not None and before.text is not None and before.mark == mark and mark and mark[2] <= limit:
        return before
    try:
        data, mtime_ns = read_unstamped(path, limit, bounds)
    except CoreError as failure:
        return Read() if is_missing(failure) else Read(problem=failure.reason)
    lasting = mark if is_settled else None
    if before is not None and before.text is not None and before.data == data:
        return replace(before, mark=lasting)
    return Read(data, mtime_ns, read_draft(data), mark=lasting)


def _mark(path: Path) -> tuple[Mark | None, bool]:
    """What a file is now, and whether any later change would be seen by that."""
    settled = time.time_ns() - _COARSEST_NS
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for each of thousands
    except OSError:
        return None, False
    mark = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return mark, max(found.st_mtime_ns, found.st_ctime_ns) < settled


class ConfigReader:
    """Reads configurations, and each again only where its file changed. Any thread."""

    def __init__(self, limit: int = LARGEST) -> None:
        self._limit = limit
        self._known: dict[tuple[Path, Bounds], Read] = {}

    def draft(self, path: Path, bounds: Bounds) -> Draft | None:
        """The text of a file; None where it cannot be read, or lies elsewhere, which a rule of its own tells."""
        found = read_config(path, self._limit, bounds, self._known.get((path, bounds)))
        self._known[path, bounds] = found
        return found.text
