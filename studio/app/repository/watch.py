"""Tells that something in a repository may have changed on disk. What changed is for a new scan to find out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from studio.core.files.repository import Link, Repository

_QUIET_MS = 200
_MOST_PATHS = 6000
_AT_ONCE = 400
_REST = 20
"""Looking by the clock takes one part in so many of the time at most."""


class RepositoryWatch(QObject):
    """Watches the folders and configurations of one repository; looks by the clock where the system cannot tell."""

    changed = Signal()

    def __init__(self, poll_seconds: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._poll_seconds = poll_seconds
        self._files = QFileSystemWatcher(self)
        self._files.directoryChanged.connect(self._stir)
        self._files.fileChanged.connect(self._stir)
        # Programs write in several steps; one signal follows the last of them.
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self.changed)
        self._root = ""
        self._watched: dict[str, tuple[int, int] | None] = {}
        """What each path was when the system began to watch it: it follows that, wherever it is moved to."""
        self._waiting: list[str] = []
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._add_some)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self.changed)

    @property
    def polls(self) -> bool:
        """Whether it looks by the clock since the system does not tell of every change."""
        return self._poll.isActive()

    def watch(self, repository: Repository | None, seconds: float = 0.0, project: Path | None = None) -> None:
        """Watch this one from now on, none where it is None, with the file of its project where it has one.

        `seconds` is how long it took to read.
        """
        self._root = str(repository.path) if repository else ""
        wanted = set(islice(_paths(repository), _MOST_PATHS + 1)) if repository else set()
        if project is not None:
            wanted.add(str(project))
        before = {*self._files.files(), *self._files.directories()}
        if gone := before - wanted:
            self._files.removePaths(list(gone))
        # The system forgets a file that was replaced: it is not among `before` then, and is added again.
        kept = before & wanted
        self._watched = {path: was for path, was in self._watched.items() if path in kept}
        self._waiting = sorted(wanted, key=len)[:_MOST_PATHS]
        self._poll.stop()
        self._poll.setInterval(int(1000 * max(self._poll_seconds, _REST * seconds)))
        if len(wanted) > _MOST_PATHS:
            self._poll.start()
        self._add_some()

    def _add_some(self) -> None:
        """Some paths at a time: each takes the system a moment, and thousands would stall the window."""
        some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        now = {path: _identity(path) for path in some}
        fresh = [path for path in some if path not in self._watched or self._watched[path] != now[path]]
        if moved := [path for path in fresh if path in self._watched]:
            # Another folder has the name of one that is watched; what was changed in it meanwhile nobody told.
            self._files.removePaths(moved)
            self._quiet.start()
        self._watched |= now
        if fresh and self._files.addPaths(fresh):
            self._poll.start()
        if self._waiting:
            self._more.start()

    def look_by_clock(self) -> None:
        """The repository could not be read: it is looked for until it is watched again."""
        self._poll.start()

    def _stir(self, path: str) -> None:
        # The folder around the repository tells of much else.
        is_around = self._root.startswith(path.rstrip(os.sep) + os.sep)
        if is_around and _identity(self._root) == self._watched.get(self._root):
            return
        self._quiet.start()


def _identity(path: str) -> tuple[int, int] | None:
    """Which file or folder it is that has this name now."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked for each of thousands
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _paths(repository: Repository) -> Iterator[str]:
    yield str(repository.path)
    around = repository.path.parent
    if around != repository.path and os.access(around, os.R_OK):
        # It tells where the repository itself is replaced.
        yield str(around)
    for model in repository.folders:
        if model.link is Link.OUTSIDE or model.unread:
            continue
        yield str(model.path)
        if model.config_path:
            yield str(model.config_path)
        yield from (str(version.path) for version in model.versions if version.link is not Link.OUTSIDE)
