"""The saved requests of what is in front: listed, watched, kept, renamed and removed. The disk is for tasks alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from studio.app import notices, tasks
from studio.app.tasks import Task
from studio.core.saved_requests.folder import RequestFile, RequestFolder
from studio.core.saved_requests.moving import Removed, remove, rename, restore
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.saved_requests.renewing import Written

_QUIET_MS = 200
_MOST_WATCHED = 1000
Failed = Callable[[Failure], object]


class SavedRequests(QObject):
    """The requests under one folder. UI thread only."""

    changed = Signal(object)
    """tuple[str, ...]: their names, when one came, went or was written, by whomever."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: RequestFolder | None = None
        self.names: tuple[str, ...] = ()
        self._watch = QFileSystemWatcher(self)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._watch.directoryChanged.connect(lambda _: self._quiet.start())
        self._watch.fileChanged.connect(lambda _: self._quiet.start())
        self._quiet.timeout.connect(self.refresh)

    def follow(self, root: Path | None) -> None:
        """The requests of this folder from now on, none where it is None; it need not be there yet."""
        self.folder = RequestFolder(root) if root is not None else None
        self._set_watched(())
        self._set((), ())
        self.refresh()

    def refresh(self) -> None:
        """Look for them again."""
        folder = self.folder
        if folder is None:
            return

        def work(_: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
            return folder.names(), tuple(_watched(folder.root))

        def found(both: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
            if folder is self.folder:
                self._set(*both)

        tasks.run(self, work, found, key="list")

    def read(
        self, name: str, done: Callable[[RequestFile], object], failed: Failed | None = None
    ) -> Task[RequestFile] | None:
        """Read one kept request from its file."""
        return self._do(lambda folder: folder.read(name), done, failed, is_change=False)

    def save(
        self, name: str, written: Written, done: Callable[[None], object] | None = None, failed: Failed | None = None
    ) -> Task[None] | None:
        """Keep a request under a name, in place of what has it."""
        return self._do(lambda folder: folder.write(name, written.tree, written.files), done, failed)

    def rename(
        self, old: str, new: str, done: Callable[[None], object] | None = None, failed: Failed | None = None
    ) -> Task[None] | None:
        """Give a request another name; `a/b` is in the folder `a`."""
        return self._do(lambda folder: rename(folder, old, new), done, failed)

    def remove(
        self,
        names: Iterable[str],
        done: Callable[[tuple[Removed, ...]], object] | None = None,
        failed: Failed | None = None,
    ) -> Task[tuple[Removed, ...]] | None:
        """Remove requests; `done` gets what brings them back."""
        wanted = tuple(names)
        return self._do(lambda folder: tuple(remove(folder, name) for name in wanted), done, failed)

    def restore(
        self,
        removed: Iterable[Removed],
        done: Callable[[None], object] | None = None,
        failed: Failed | None = None,
    ) -> Task[None] | None:
        """Bring requests back that were removed."""
        wanted = tuple(removed)

        def work(folder: RequestFolder) -> None:
            for each in wanted:
                restore(folder, each)

        return self._do(work, done, failed)

    # Inside

    def _do(
        self,
        work: Callable[[RequestFolder], tasks.T],
        done: Callable[[tasks.T], object] | None,
        failed: Failed | None,
        *,
        is_change: bool = True,
    ) -> Task[tasks.T] | None:
        folder = self.folder
        if folder is None:
            return None

        def over(result: tasks.T) -> None:
            if is_change:
                self.refresh()
            if done is not None:
                done(result)

        def not_done(failure: Failure) -> None:
            self.refresh()
            (failed or notices.post_failure)(failure)

        return tasks.run(self, lambda _: work(folder), over, not_done)

    def _set(self, names: tuple[str, ...], watched: tuple[str, ...]) -> None:
        self._set_watched(watched)
        self.names = names
        self.changed.emit(names)

    def _set_watched(self, wanted: Iterable[str]) -> None:
        before = {*self._watch.files(), *self._watch.directories()}
        now = set(wanted)
        if gone := before - now:
            self._watch.removePaths(list(gone))
        if new := now - before:
            self._watch.addPaths(list(new))


def _watched(root: Path) -> list[str]:
    """What tells of a change: the folders and files of requests; the nearest folder above where there is none yet."""
    if not root.is_dir():
        above = next((each for each in root.parents if each.is_dir()), None)
        return [str(above)] if above is not None else []
    found = []
    for folder, _, files in os.walk(root):
        found += [folder, *(os.path.join(folder, name) for name in files if name.endswith(".json"))]  # noqa: PTH118
        if len(found) > _MOST_WATCHED:
            break
    return found[:_MOST_WATCHED]
