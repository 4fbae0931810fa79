"""The saved requests of what is in front: listed, watched, kept, renamed and removed. The disk is for tasks alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from studio.app import notices, tasks
from studio.app.requests.chosen_environments import chosen_environment, remember_environment
from studio.app.tasks import Task
from studio.core.failure import CoreError
from studio.core.saved_requests.environments import Environments, is_alike
from studio.core.saved_requests.exporting import export
from studio.core.saved_requests.folder import RequestFile, RequestFolder
from studio.core.saved_requests.moving import Removed, copy, remove_all, rename, restore_all
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.saved_requests.listing import Listed
    from studio.core.saved_requests.renewing import Written

_QUIET_MS = 200
_MOST_WATCHED = 1000
Failed = Callable[[Failure], object]


class SavedRequests(QObject):
    """The requests under one folder. UI thread only."""

    changed = Signal(object)
    """tuple[str, ...]: their names, when one came, went or was written, by whomever."""
    moved = Signal(object)
    """Path | None: the folder that is followed from now on."""
    environment_changed = Signal()
    """Another environment is chosen, or there are others."""
    variables_changed = Signal(object)
    """frozenset[str]: the variables that have another value now, or none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: RequestFolder | None = None
        self.names: tuple[str, ...] = ()
        self.entries: dict[str, Listed] = {}
        """What is known of each, by its name."""
        self.environments: Environments = {}
        self.environments_problem = ""
        """Why the file with the values of variables cannot be used; empty where it can."""
        self.environment = ""
        """The environment that gives variables their values; empty for none."""
        self._chosen = ""
        """The one that was chosen, whether or not the file has it at the moment."""
        self._told: Mapping[str, Any] = {}
        """The values of variables as they were told last."""
        self._watch = QFileSystemWatcher(self)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._watch.directoryChanged.connect(lambda _: self._quiet.start())
        self._watch.fileChanged.connect(lambda _: self._quiet.start())
        self._quiet.timeout.connect(self.refresh)

    def follow(self, root: Path | None) -> None:
        """The requests of this folder from now on, none where it is None; it need not be there yet."""
        self.folder = RequestFolder(root) if root is not None else None
        self._set_watched(())
        self.environment = ""
        self._chosen = chosen_environment(root) if root is not None else ""
        self.moved.emit(root)
        self._set(_Found())
        self.refresh()

    @property
    def variables(self) -> Mapping[str, Any]:
        """The values of variables that hold now."""
        return self.environments.get(self.environment, {})

    def choose_environment(self, name: str) -> None:
        """Take the values of variables from another environment, from none where the name is empty."""
        if self.folder is None or name == self.environment == self._chosen:
            return
        self.environment = self._chosen = name
        remember_environment(self.folder.root, name)
        self._tell_environment()
        self.refresh()

    def save_environments(
        self,
        given: Environments,
        done: Callable[[None], object] | None = None,
        failed: Failed | None = None,
        read: Environments | None = None,
    ) -> Task[None] | None:
        """Keep the values of variables, in place of all that were kept; fails where that is no more what was `read`."""
        return self._do(lambda folder: folder.write_environments(given, read), done, failed)

    def export(self, target: Path, done: Callable[[int], object]) -> Task[int] | None:
        """Copy all of them to a folder; `done` gets how many files that were."""
        return self._do(lambda folder: export(folder, target), done, None, is_change=False)

    def refresh(self) -> None:
        """Look for them again."""
        folder = self.folder
        if folder is None:
            return

        before, environment = self.entries, self._chosen

        def found(all_: _Found) -> None:
            if folder is self.folder and environment == self._chosen:
                self._set(all_)

        tasks.run(self, lambda _: _look(folder, before, environment), found, key="list")

    def read(
        self, name: str, done: Callable[[RequestFile], object], failed: Failed | None = None
    ) -> Task[RequestFile] | None:
        """Read one kept request from its file."""
        return self._do(lambda folder: folder.read(name), done, failed, is_change=False)

    def save(
        self,
        name: str,
        written: Written,
        done: Callable[[None], object] | None = None,
        failed: Failed | None = None,
        known: Iterable[Mapping[str, Any]] | None = None,
    ) -> Task[None] | None:
        """Keep a request under a name, in place of what has it; fails where that is nothing that is `known` of it."""
        return self._do(lambda folder: folder.write(name, written.tree, written.files, known), done, failed)

    def change(
        self, work: Callable[[RequestFolder], tasks.T], done: Callable[[tasks.T], object] | None = None
    ) -> Task[tasks.T] | None:
        """Change several files in one go."""
        return self._do(work, done, None)

    def bound(self, folder: RequestFolder, title: str, work: Callable[[], object]) -> notices.Action:
        """A button that does this while the folder is the one that is followed, and else says so."""

        def press() -> None:
            if self.folder == folder:
                work()
                return
            why = f"it is about the requests in {folder.root}, and others are open."
            notices.post_failure(CoreError(title, why, "Open those again first."), ((title, press),))

        return title, press

    def rename(
        self, old: str, new: str, done: Callable[[None], object] | None = None, failed: Failed | None = None
    ) -> Task[None] | None:
        """Give a request another name; `a/b` is in the folder `a`."""
        return self._do(lambda folder: rename(folder, old, new), done, failed)

    def duplicate(self, old: str, new: str, done: Callable[[None], object]) -> Task[None] | None:
        """Copy a request, with the tensors that are its own."""
        return self._do(lambda folder: copy(folder, old, new), done, None)

    def remove(
        self,
        names: Iterable[str],
        done: Callable[[tuple[Removed, ...]], object] | None = None,
        failed: Failed | None = None,
    ) -> Task[tuple[Removed, ...]] | None:
        """Remove requests, all of them or none; `done` gets what brings them back."""
        wanted = tuple(names)
        return self._do(lambda folder: remove_all(folder, wanted), done, failed)

    def restore(
        self,
        removed: Iterable[Removed],
        done: Callable[[None], object] | None = None,
        failed: Failed | None = None,
    ) -> Task[None] | None:
        """Bring requests back that were removed, but for those whose names are taken by now."""
        wanted = tuple(removed)
        return self._do(lambda folder: restore_all(folder, wanted), done, failed)

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

    def _set(self, found: _Found) -> None:
        self._set_watched(found.watched)
        others = (found.environments, found.problem) != (self.environments, self.environments_problem)
        self.environments, self.environments_problem = found.environments, found.problem
        environment = self._chosen if self._chosen in self.environments else ""
        others, self.environment = others or environment != self.environment, environment
        self.entries = {each.name: each for each in found.entries}
        self.names = tuple(self.entries)
        if others:
            self._tell_environment()
        self.changed.emit(self.names)

    def _tell_environment(self) -> None:
        self.environment_changed.emit()
        if self.environments_problem:
            # Most often it is half written: the values are not other ones for that.
            return
        before, now = self._told, self.variables
        self._told = now
        if others := _other_values(before, now):
            self.variables_changed.emit(others)

    def _set_watched(self, wanted: Iterable[str]) -> None:
        before = {*self._watch.files(), *self._watch.directories()}
        now = set(wanted)
        if gone := before - now:
            self._watch.removePaths(list(gone))
        if new := now - before:
            self._watch.addPaths(list(new))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look at the folder found."""

    entries: tuple[Listed, ...] = ()
    watched: tuple[str, ...] = ()
    environments: Environments = field(default_factory=dict)
    problem: str = ""


def _other_values(before: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    one, other = ({name: {"value": value} for name, value in each.items()} for each in (before, now))
    return frozenset(
        name for name in {*before, *now} if not is_alike({name: one.get(name, {})}, {name: other.get(name, {})})
    )


def _look(folder: RequestFolder, before: Mapping[str, Listed], environment: str) -> _Found:
    """Reads it; on a worker."""
    from studio.core.saved_requests.listing import listing

    environments, problem = _environments(folder)
    entries = listing(folder, before, environments.get(environment, {}))
    return _Found(entries, tuple(_watched(folder.root)), environments, problem)


def _environments(folder: RequestFolder) -> tuple[Environments, str]:
    try:
        return folder.environments(), ""
    except CoreError as error:
        return {}, error.reason


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
