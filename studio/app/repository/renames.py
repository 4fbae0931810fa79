"""Renaming a model with all that names it: in the files, and in what is being edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.editing.open_model import OpenModel
from studio.app.failure import AppError
from studio.app.repository.holder import Holder
from studio.app.tasks import TaskContext
from studio.core.files.reading import Stamp
from studio.core.files.repository import ModelFolder, Repository
from studio.core.graph.positions import rename_in_positions
from studio.core.operations import renaming
from studio.core.operations.renaming import Renamed, Uses, rename_steps
from studio.failure import Failure

T = TypeVar("T")
Done = Callable[[], object]
Stamps = Mapping[str, Stamp | None]


class Renames(QObject):
    """Renames models in tasks, and brings along what is open. UI thread only."""

    def __init__(self, session: Holder, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def find_uses(self, folder: ModelFolder, repository: Repository, found: Callable[[Uses], object]) -> None:
        """Looks up what a rename of a model would change."""
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
        disk_checks = self._session.disk_checks
        disk_checks.hold()

        def moved(result: T) -> None:
            try:
                done(result, known)
            finally:
                disk_checks.release()

        def failed(failure: Failure) -> None:
            disk_checks.release()
            notices.post_failure(failure)

        tasks.run(self, work, moved, failed)

    def _renamed(self, renamed: Renamed, known: Stamps, done: Done | None) -> None:
        undo = ("Undo", lambda: self._undo(renamed))
        others = len({each.model for each in renamed.files} - {renamed.old, renamed.new})
        detail = f"{others} ensemble{'s' if others > 1 else ''} that use{'' if others > 1 else 's'} it followed."
        notices.post("success", f"{renamed.old} is now {renamed.new}", detail if others else "", (undo,))
        stamps = {each.path: (each.after, each.stamp) for each in renamed.files}
        self._follow(renamed.folder.parent, (renamed.old, renamed.new), stamps, known)
        self._move_open(renamed.folder.with_name(renamed.old), renamed.folder, done)

    def _undo(self, renamed: Renamed) -> None:
        def work(_: TaskContext) -> dict[Path, tuple[bytes, Stamp]]:
            files = renaming.undo(renamed)
            rename_in_positions(renamed.folder.parent, renamed.new, renamed.old)
            return {each.path: (each.after, each.stamp) for each in files}

        def undone(stamps: dict[Path, tuple[bytes, Stamp]], known: Stamps) -> None:
            notices.post("success", f"{renamed.new} is {renamed.old} again")
            self._follow(renamed.folder.parent, (renamed.new, renamed.old), stamps, known)
            self._move_open(renamed.folder, renamed.folder.with_name(renamed.old), None)

        self._moving(work, undone)

    def _follow(
        self, repository: Path, names: tuple[str, str], stamps: dict[Path, tuple[bytes, Stamp]], known: Stamps
    ) -> None:
        """Brings along the open models that use the model, unless another repository was opened meanwhile."""
        old, new = names
        title = f"Rename {old} to {new}"
        for model in self._session.models().values():
            if model.name == old or model.folder.path.parent != repository:
                continue
            if model.path in stamps and model.stamp == known.get(model.name):
                data, stamp = stamps[model.path]
                model.follow(title, data, stamp, lambda draft: rename_steps(draft, old, new))
            elif model.path in stamps or model.is_unsaved:
                # What was saved while the files were renamed is newer than the rename.
                model.edit(title, lambda draft: rename_steps(draft, old, new))

    def _move_open(self, source: Path, target: Path, done: Done | None) -> None:
        """Brings along the model itself, before anybody can ask what is unsaved; then the repository is read again."""
        own = self._session.models().get(source.name)
        if own is not None and own.folder.path == source:
            self._reopen(own, target)
        self._session.rescan(done)

    def _reopen(self, own: OpenModel, target: Path) -> None:
        """Opens a renamed model under its new name, with what was not saved; where that fails the old one stays."""
        old, new = own.name, target.name
        try:
            model = self._session.open_model(
                new, replace(own.folder, name=new, path=target, config_path=target / own.path.name)
            )
        except AppError as failure:
            notices.post_failure(failure)
            return
        pending = own.draft if own.is_unsaved else None
        self._session.close_model(old, new)
        if pending is not None:
            text = pending.set("name", new) if pending.has("name") and pending.document.ok else pending
            model.edit("Edits from before the rename", lambda draft: draft.with_text(text.document.text))
