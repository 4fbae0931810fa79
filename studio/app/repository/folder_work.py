"""Changes to the folders of models: each runs in a task with progress, is told, and offers a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.notices import Action
from studio.app.progress import reporter
from studio.app.repository.holder import Holder
from studio.app.repository.losses import would_lose
from studio.app.repository.renames import Renames
from studio.app.serving.loading import after_creation
from studio.app.tasks import Task, TaskContext
from studio.core.checking.findings import FileMove, MakeFolder
from studio.core.files.model_file import belongings
from studio.core.files.repository import ModelFolder, Repository
from studio.core.new_model.creation import create, make_repository
from studio.core.new_model.proposal import Proposal
from studio.core.operations import models, moving, trash
from studio.core.operations.renaming import Uses
from studio.core.operations.trash import Trashed
from studio.core.operations.writing import File, write_model
from studio.core.progress import Progress
from studio.failure import Failure

T = TypeVar("T")
Done = Callable[[], object]
Failed = Callable[[Failure], object]


@dataclass(slots=True)
class _Trash:
    """What was put into the trash, and why the rest of it was not."""

    kept: list[Trashed] = field(default_factory=list)
    failure: Failure | None = None


class FolderWork(QObject):
    """The one door to changes of models' folders. UI thread only."""

    progressed = Signal(float, str)
    """How far the latest work is, from 0 to 1; exactly 1 at its end."""

    def __init__(self, session: Holder, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._renames = Renames(session, self)
        self._task: Task[object] | None = None

    def cancel(self) -> None:
        """Leaves the copy that is under way; nothing of it stays."""
        if self._task is not None and self._task.running:
            self._task.cancel()
            self.progressed.emit(1.0, "Cancelled")

    # New models

    def create(
        self,
        owner: QObject,
        proposal: Proposal,
        place: Path,
        done: Callable[[Path], object],
        failed: Failed,
        progress: Progress,
    ) -> Task[Path]:
        """Makes a model of what was proposed; the repository's folder is made where there is none.

        Cancelled, or once its owner is gone, it leaves nothing. Who asked shows the model, then calls `announce`.
        """
        return tasks.run(owner, lambda context: _create(proposal, place, context), done, failed, progress, key="create")

    def make(self, name: str, files: Iterable[File], made: Done) -> None:
        """Makes a model of texts, and says so; `made` comes before the repository is read again."""
        repository, there = self._repository(), tuple(files)

        def finished(_: Path) -> None:
            self.announce(name)
            made()
            self._session.rescan()

        self._run(lambda _: write_model(repository.path, name, there), finished)

    def announce(self, name: str) -> None:
        """Says that a model is there, and offers what a server that runs can do with it, and a way back."""
        repository = self._repository()
        detail, actions = after_creation(self._session.server.current, repository.path, name)
        undo = self._undo_by_trash(repository.path / name)
        notices.post("success", f"{name} was created", detail, (*actions, undo))

    # Copies

    def duplicate(self, folder: ModelFolder, name: str, done: Done | None = None) -> None:
        """Copies a model as it is on disk."""
        self._copy(
            lambda progress: models.duplicate(folder, name, progress),
            folder.path.with_name(name),
            f"{name} is a copy of {folder.name}",
            done,
        )

    def add_version(
        self, folder: ModelFolder, number: int, files: Sequence[Path] = (), name: str = "", done: Done | None = None
    ) -> None:
        """Makes a version of files. The first is the model, saved under the name, and brings its weights along."""
        self._copy(
            lambda progress: models.add_version(folder, number, belongings(files, name), progress),
            folder.path / str(number),
            f"{folder.name} has a version {number} now",
            done,
        )

    def copy_version(self, folder: ModelFolder, source: int, number: int, done: Done | None = None) -> None:
        """Makes a version that is a copy of another one."""
        self._copy(
            lambda progress: models.copy_version(folder, source, number, progress),
            folder.path / str(number),
            f"Version {number} of {folder.name} is a copy of version {source}",
            done,
        )

    # Renames

    def find_uses(self, folder: ModelFolder, found: Callable[[Uses], object]) -> None:
        """Looks up what a rename of a model would change."""
        self._renames.find_uses(folder, self._repository(), found)

    def rename(self, uses: Uses, new: str, done: Done | None = None) -> None:
        """Renames a model with all that names it, in the files and in what is being edited."""
        if not would_lose(self._session, [uses.folder.path], f"Rename {uses.folder.name}"):
            self._renames.rename(uses, new, done)

    # Mending

    def move(self, wanted: FileMove, title: str) -> None:
        """Moves a file or folder, or puts it into the trash; `title` says what was done."""
        target = wanted.target
        if would_lose(self._session, [wanted.source], title, models=True):
            return
        if target is None:
            self.to_trash([wanted.source], wanted.source.name)
            return

        def moved(_: object) -> None:
            back = FileMove(target, wanted.source)
            undo = ("Move back", lambda: self.move(back, f"Moved {wanted.source.name} back"))
            notices.post("success", title, f"It is now {target}.", (undo,))
            self._session.rescan()

        self._run(lambda _: moving.move(wanted.source, target), moved)

    def make_folder(self, wanted: MakeFolder, title: str) -> None:
        """Makes a folder; `title` says what was done."""

        def made(_: object) -> None:
            undo = ("Take it away", lambda: self._remove_folder(wanted.path))
            notices.post("success", title, f"{wanted.path} is there now.", (undo,))
            self._session.rescan()

        self._run(lambda _: moving.make_folder(wanted.path), made)

    def _remove_folder(self, path: Path) -> None:
        self._run(lambda _: moving.remove_folder(path), lambda _: self._session.rescan())

    # Trash

    def to_trash(self, paths: Sequence[Path], what: str) -> None:
        """Moves files or folders of the repository to the trash; `what` names them."""
        repository = self._repository()
        if would_lose(self._session, paths, f"Move {what} to the trash"):
            return
        for path in paths:
            if path.parent == repository.path:
                self._session.close_model(path.name)
        self._run(
            lambda context: _put_away(paths, repository, context),
            lambda gone: self._tell_trash(gone, what),
        )

    def _tell_trash(self, gone: _Trash, what: str) -> None:
        if gone.failure is not None:
            notices.post_failure(gone.failure)
        back = [each for each in gone.kept if each.kept is not None]
        if gone.kept:
            undo = (("Restore", lambda: self._restore(back, what)),) if back else ()
            notices.post("success", f"{what} {'is' if len(gone.kept) == 1 else 'are'} in the trash", "", undo)
        self._session.rescan()

    def _restore(self, gone: Sequence[Trashed], what: str) -> None:
        repository = self._repository()

        def work(_: TaskContext) -> None:
            for each in reversed(gone):
                trash.restore(each, repository.path, _inside(repository, each))

        def done(_: object) -> None:
            notices.post("success", f"{what} {'is' if len(gone) == 1 else 'are'} back")
            self._session.rescan()

        def failed(failure: Failure) -> None:
            notices.post_failure(failure)
            self._session.rescan()

        self._run(work, done, failed)

    # Inside

    def _repository(self) -> Repository:
        found = self._session.repository
        if found is None:
            raise AppError("Change a model's folder", "no repository is open.", "Open one.")
        return found

    def _undo_by_trash(self, path: Path) -> Action:
        """Takes back what was made, which the trash then offers to restore; not over edits that were not saved."""

        def undo() -> None:
            model = self._session.models().get(path.name)
            if model is not None and model.folder.path == path and model.is_unsaved:
                reason = f"{path.name} has edits that are not saved."
                notices.post_failure(AppError(f"Take {path.name} away", reason, "Save or undo them first."))
            elif self._session.repository is not None:
                self.to_trash([path], path.name if path.parent == self._session.repository.path else _version(path))

        return ("Undo", undo)

    def _copy(self, work: Callable[[Progress], object], made: Path, said: str, done: Done | None) -> None:
        def finished(_: object) -> None:
            notices.post("success", said, "", (self._undo_by_trash(made),))
            self._session.rescan(done)

        self._task = self._run(lambda context: work(reporter(context, "Copying ")), finished)

    def _run(
        self, work: Callable[[TaskContext], T], done: Callable[[T], object], failed: Failed = notices.post_failure
    ) -> Task[T]:
        """Runs work in a task, and tells its progress to the end however it ends."""

        def finished(result: T) -> None:
            self.progressed.emit(1.0, "")
            done(result)

        def not_done(failure: Failure) -> None:
            self.progressed.emit(1.0, "")
            failed(failure)

        return tasks.run(self, work, finished, not_done, self.progressed.emit)


def _create(proposal: Proposal, place: Path, context: TaskContext) -> Path:
    is_new = not place.is_dir()
    if is_new:
        make_repository(place)
    try:
        return create(proposal, place, reporter(context))
    except BaseException:
        if is_new:
            # Only while nothing is in it.
            with suppress(OSError):
                place.rmdir()
        raise


def _put_away(paths: Iterable[Path], repository: Repository, context: TaskContext) -> _Trash:
    gone = _Trash()
    for path in paths:
        context.progress(0.5, f"Moving {path.name} to the trash")
        try:
            gone.kept.append(trash.to_trash(path, repository.path))
        except Failure as failure:
            gone.failure = failure
            break
    return gone


def _inside(repository: Repository, gone: Trashed) -> Path:
    """A version's folder, for a repository that has no place beside it."""
    found = (version.path for model in repository.models for version in model.versions)
    return next(found, gone.original.parent)


def _version(path: Path) -> str:
    return f"Version {path.name} of {path.parent.name}"
