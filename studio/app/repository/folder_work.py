"""Changes to the folders of models: each runs in a task with progress, is told, and offers a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.tasks import TaskContext
from studio.core.config.draft import Draft
from studio.core.files.model_file import belongings
from studio.core.files.repository import ModelFolder, Repository
from studio.core.files.saving import Stamp
from studio.core.graph.positions import rename_in_positions
from studio.core.operations import models, renaming, trash
from studio.core.operations.copying import Told
from studio.core.operations.renaming import Renamed, Uses, rename_steps
from studio.core.operations.trash import Trashed
from studio.core.operations.writing import File, write_model
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.app.session import Session

T = TypeVar("T")
Done = Callable[[], object]
Stamps = Mapping[str, Stamp | None]


@dataclass(slots=True)
class _Gone:
    """What was put into the trash, and why the rest of it was not."""

    kept: list[Trashed] = field(default_factory=list)
    failure: Failure | None = None


class FolderWork(QObject):
    """The one door to changes of models' folders. UI thread only."""

    progressed = Signal(float, str)
    """How far the latest work is, from 0 to 1; exactly 1 at its end."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._task: tasks.Task[object] | None = None

    def cancel(self) -> None:
        """Leaves the copy that is under way; nothing of it stays."""
        if self._task is not None and self._task.running:
            self._task.cancel()
            self.progressed.emit(1.0, "Cancelled")

    def make(self, name: str, files: Iterable[File], made: Done) -> None:
        """Makes a model of texts; `made` comes before the repository is read again."""
        repository, there = self._repository(), tuple(files)

        def finished(_: Path) -> None:
            made()
            self._session.rescan()

        tasks.run(self, lambda _: write_model(repository.path, name, there), finished)

    def duplicate(self, folder: ModelFolder, name: str, done: Done | None = None) -> None:
        """Copies a model as it is on disk."""
        self._copy(
            lambda told: models.duplicate(folder, name, told),
            f"{name} is a copy of {folder.name}",
            done,
        )

    def add_version(
        self, folder: ModelFolder, number: int, files: Sequence[Path] = (), name: str = "", done: Done | None = None
    ) -> None:
        """Makes a version of files. The first is the model, saved under the name, and brings its weights along."""
        self._copy(
            lambda told: models.add_version(folder, number, belongings(files, name), told),
            f"{folder.name} has a version {number} now",
            done,
        )

    def copy_version(self, folder: ModelFolder, source: int, number: int, done: Done | None = None) -> None:
        """Makes a version that is a copy of another one."""
        self._copy(
            lambda told: models.copy_version(folder, source, number, told),
            f"Version {number} of {folder.name} is a copy of version {source}",
            done,
        )

    def find_uses(self, folder: ModelFolder, found: Callable[[Uses], object]) -> None:
        """Looks up what a rename of a model would change."""
        repository = self._repository()
        tasks.run(self, lambda c: renaming.find_uses(folder, repository, c.raise_if_cancelled), found, key="uses")

    def rename(self, uses: Uses, new: str, done: Done | None = None) -> None:
        """Renames a model with all that names it, in the files and in what is being edited."""

        def work(_: TaskContext) -> Renamed:
            renamed = renaming.rename(uses, new)
            rename_in_positions(renamed.folder.parent, renamed.old, new)
            return renamed

        self._moving(work, lambda renamed, known: self._renamed(renamed, known, done))

    def _moving(self, work: Callable[[TaskContext], T], done: Callable[[T, Stamps], object]) -> None:
        """Runs what moves folders; `done` gets its result, and what the open models' files were when it began."""
        known = {name: model.stamp for name, model in self._session.models().items()}
        looking = self._session.looking
        looking.hold()

        def moved(result: T) -> None:
            try:
                done(result, known)
            finally:
                looking.release()

        def failed(failure: Failure) -> None:
            looking.release()
            notices.post_failure(failure)

        tasks.run(self, work, moved, failed)

    def to_trash(self, paths: Sequence[Path], what: str) -> None:
        """Moves folders of the repository to the trash; `what` names them."""
        repository = self._repository()
        for path in paths:
            if path.parent == repository.path:
                self._session.close_model(path.name)
        tasks.run(
            self,
            lambda context: _put_away(paths, repository, context),
            lambda gone: self._put_away(gone, what),
            progress=self.progressed.emit,
        )

    def _repository(self) -> Repository:
        found = self._session.repository
        if found is None:
            raise AppError("Change a model's folder", "no repository is open.", "Open one.")
        return found

    def _copy(self, work: Callable[[Told], object], said: str, done: Done | None) -> None:
        def told(context: TaskContext) -> Told:
            def tell(fraction: float, text: str) -> None:
                context.raise_if_cancelled()
                # The end is told with the result.
                context.progress(min(fraction, 0.99), f"Copying {text}")

            return tell

        def finished(_: object) -> None:
            self.progressed.emit(1.0, "")
            notices.post("success", said)
            self._session.rescan(done)

        def failed(failure: Failure) -> None:
            self.progressed.emit(1.0, "")
            notices.post_failure(failure)

        self._task = tasks.run(self, lambda context: work(told(context)), finished, failed, self.progressed.emit)

    # Renaming

    def _renamed(self, renamed: Renamed, known: Stamps, done: Done | None) -> None:
        undo = ("Undo", lambda: self._undo(renamed))
        others = len({each.model for each in renamed.files} - {renamed.old, renamed.new})
        detail = f"{others} ensemble{'s' if others > 1 else ''} that use{'' if others > 1 else 's'} it followed."
        notices.post("success", f"{renamed.old} is now {renamed.new}", detail if others else "", (undo,))
        stamps = {each.path: (each.after, each.stamp) for each in renamed.files}
        self._follow(renamed.old, renamed.new, stamps, known)
        self._move_open(renamed.old, renamed.new, done)

    def _undo(self, renamed: Renamed) -> None:
        def work(_: TaskContext) -> dict[Path, tuple[bytes, Stamp]]:
            files = renaming.undo(renamed)
            rename_in_positions(renamed.folder.parent, renamed.new, renamed.old)
            return {each.path: (each.after, each.stamp) for each in files}

        def undone(stamps: dict[Path, tuple[bytes, Stamp]], known: Stamps) -> None:
            notices.post("success", f"{renamed.new} is {renamed.old} again")
            self._follow(renamed.new, renamed.old, stamps, known)
            self._move_open(renamed.new, renamed.old, None)

        self._moving(work, undone)

    def _follow(self, old: str, new: str, stamps: dict[Path, tuple[bytes, Stamp]], known: Stamps) -> None:
        """Brings along the open models that use the model."""
        title = f"Rename {old} to {new}"
        for model in self._session.models().values():
            if model.name == old:
                continue
            if model.path in stamps and model.stamp == known.get(model.name):
                data, stamp = stamps[model.path]
                model.follow(title, data, stamp, lambda draft: rename_steps(draft, old, new))
            elif model.path in stamps or model.is_unsaved:
                # What was saved while the files were renamed is newer than the rename.
                model.edit(title, lambda draft: rename_steps(draft, old, new))

    def _move_open(self, old: str, new: str, done: Done | None) -> None:
        """Brings along the model itself: it is closed under its old name, and opened under the new one."""
        own = self._session.models().get(old)
        pending = own.draft if own is not None and own.is_unsaved else None
        was_open = own is not None
        self._session.close_model(old)

        def then() -> None:
            if was_open:
                self._reopen(new, pending)
            if done is not None:
                done()

        self._session.rescan(then)

    def _reopen(self, name: str, pending: Draft | None) -> None:
        """Opens a renamed model again, with what was not saved."""
        try:
            model = self._session.open_model(name)
        except AppError as failure:
            notices.post_failure(failure)
            return
        if pending is not None:
            text = pending.set("name", name) if pending.has("name") and pending.document.ok else pending
            model.edit("Edits from before the rename", lambda draft: draft.with_text(text.document.text))

    # Trash

    def _put_away(self, gone: _Gone, what: str) -> None:
        self.progressed.emit(1.0, "")
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

        tasks.run(self, work, done, failed)


def _put_away(paths: Iterable[Path], repository: Repository, context: TaskContext) -> _Gone:
    gone = _Gone()
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
