"""The further repositories of a server: what changes in them concerns the one that is open too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app.repository.watch import RepositoryWatch
from studio.app.settings import settings
from studio.core.files.repository import Repository


class OtherRepositories(QObject):
    """Watches them on disk. UI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watches: dict[Path, RepositoryWatch] = {}
        self._known: dict[Path, Repository] = {}

    def watch(self, wanted: Iterable[str], found: Iterable[Repository] = (), seconds: float = 0.0) -> None:
        """Watch these from now on, as they were `found`; one that was not is looked for by the clock.

        `seconds` is how long it takes to check again, which looking by the clock has regard for.
        """
        paths, read = {Path(each) for each in wanted}, {each.path: each for each in found}
        for path in self._watches.keys() - paths:
            gone = self._watches.pop(path)
            gone.watch(None)
            gone.deleteLater()
        for path in paths:
            watch, now = self._watches.get(path) or self._begin(path), read.get(path)
            if now is None or now != self._known.get(path):
                watch.watch(now, seconds)
            if now is None:
                watch.look_by_clock()
        self._known = read

    def _begin(self, path: Path) -> RepositoryWatch:
        made = self._watches[path] = RepositoryWatch(settings().get("poll_seconds"), self)
        made.changed.connect(self.changed)
        return made
