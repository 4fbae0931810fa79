"""One text that is open: its draft, its undo stack, and the file that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from studio.app import notices
from studio.app.editing.drafts import kind_of, text_of
from studio.app.editing.history import History
from studio.app.editing.undo import FollowingStep, UndoStep
from studio.app.editing.writing import write
from studio.app.ui_thread import ui_thread
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.files.reading import Stamp, content_of, read_if_there
from studio.core.files.repository import ModelFolder
from studio.core.files.saving import Conflict, Elsewhere
from studio.failure import Failure
from studio.text.parse import render

_REMOVED = "Its text is still here. Save to write it again."
_FROM_DISK = "from disk"


class OpenText(QObject):
    """A file of a model while it is open. Every view edits through it and patches itself from `changed`."""

    changed = Signal(object, object)
    """The draft before and the draft after."""
    saved = Signal()
    unsaved_changed = Signal(bool)
    disk_changed = Signal()
    """Another program changed the file under unsaved edits, or its folder went, or that was settled: see
    `differs_on_disk` and `is_gone`."""
    decided = Signal()
    """The file was written or taken, or that was tried: what was read of it before says nothing any more."""

    def __init__(
        self,
        folder: ModelFolder,
        parse: Callable[[bytes | str], Draft],
        text: Draft | None = None,
        stamp: Stamp | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`parse` makes a draft of what the file holds. `text` and `stamp` are what was read from it; None for none."""
        super().__init__(parent)
        self.folder = folder
        self.parse = parse
        self.draft: Draft = text or parse(b"")
        self._kind = kind_of(parse)
        self.undo_stack: QUndoStack = History(self)
        self._saved: Draft = self.draft
        self._stamp = stamp
        self._agreed: set[Path] = set()
        self._was_unsaved = False
        self._differs_on_disk = False
        self._is_gone = False
        self._is_from_disk = False
        """Whether the latest step took a change from disk silently, and the person did nothing since."""
        self._asked_about: tuple[int, str] | None = None
        self._lost: Draft | None = None
        """What the file held when it went, where nothing was unsaved then."""

    @property
    def name(self) -> str:
        """What the file is called among all of the repository."""
        raise NotImplementedError

    @property
    def path(self) -> Path:
        """The file, whether it exists or not."""
        raise NotImplementedError

    @property
    def saved_draft(self) -> Draft:
        """What the file held when it was last read or written."""
        return self._saved

    @property
    def stamp(self) -> Stamp | None:
        """What the file was when it was last read or written; None where there was none."""
        return self._stamp

    @property
    def is_unsaved(self) -> bool:
        """Whether the draft is another text than the file's."""
        return text_of(self.draft) != text_of(self._saved)

    @property
    def differs_on_disk(self) -> bool:
        """Whether another program changed the file and nobody has chosen yet what to keep."""
        return self._differs_on_disk

    @property
    def is_only_lost(self) -> bool:
        """Whether nothing is unsaved in it but that its file is gone: nobody edited it."""
        return self.draft is self._lost

    @property
    def is_gone(self) -> bool:
        """Whether the model's folder is gone from the repository; a save then makes it again."""
        return self._is_gone

    @ui_thread
    def edit(self, title: str, fn: Callable[[Draft], Draft], merge: str = "") -> bool:
        """Change the draft as one step to undo; false where nothing changed or it could not be done.

        Edits of one `merge` key that follow each other closely are one step.
        """
        try:
            after = fn(self.draft)
        except Failure as failure:
            notices.post_failure(failure)
            return False
        return self._push(title, after, merge)

    @ui_thread
    def save(self) -> bool:
        """Write the file. Where another program changed it meanwhile nothing is written and `disk_changed` says so."""
        return self._write(self._stamp)

    def overwrite(self) -> bool:
        """Write the file over what another program wrote."""
        try:
            found = read_if_there(self.path, self.folder.bounds)
        except CoreError as failure:
            notices.post_failure(failure)
            return False
        return self._write(found[1] if found else None)

    def reload(self) -> bool:
        """Take the file as it is on disk, as one step to undo."""
        try:
            found = read_if_there(self.path, self.folder.bounds)
        except CoreError as failure:
            notices.post_failure(failure)
            return False
        self._adopt(*(found or (b"", None)))
        return True

    def disk(self) -> tuple[Draft, Stamp] | None:
        """The file as it is now; None where it is gone or cannot be read, which a notice tells."""
        try:
            found = read_if_there(self.path, self.folder.bounds)
        except CoreError as failure:
            notices.post_failure(failure)
            return None
        if found is None:
            notices.post("warning", f"{self.path.name} of {self.name} is gone from the disk", _REMOVED)
            return None
        return self.parse(found[0]), found[1]

    @ui_thread
    def take_merge(self, merged: Draft, theirs: Draft, stamp: Stamp) -> None:
        """Put what was merged with the file in place, as one step to undo; a save then writes over that file."""
        self._hold(stamp, theirs)
        self._push(f"Merge with the changed {self.path.name}", merged)
        self._mark_saved()

    def see_disk(self, data: bytes, stamp: Stamp | None, text: Draft | None = None) -> None:
        """What was found in the file (None: it is gone). Taken silently where nothing is unsaved.

        `text` is its draft where that was made already, as of a large file it should be on another thread.
        It must have been read after the last `decided`: nobody knows what an older reading is worth.
        """
        if content_of(stamp) == content_of(self._stamp):
            self._settle_conflict()
        elif stamp is None:
            self._lose_file()
        elif self.is_unsaved and self.draft is not self._lost and data != render(self.draft.document):
            if content_of(stamp) != self._asked_about:
                self._asked_about = content_of(stamp)
                self._ask()
        else:
            self._adopt(data, stamp, text, is_silent=True)

    def see_folder(self, found: ModelFolder | None) -> None:
        """What was found of the model's folder in the repository; None where it is gone."""
        self.folder = found or self.folder
        if self._is_gone != (found is None):
            self._is_gone = found is None
            self.disk_changed.emit()

    def follow(self, title: str, data: bytes, stamp: Stamp, fn: Callable[[Draft], Draft]) -> None:
        """Take what the studio itself wrote to the file; unsaved edits stay, changed by `fn` in the same way."""
        was_unsaved = self.is_unsaved
        self._hold(stamp, self.parse(data))
        self._push(title, fn(self.draft) if was_unsaved else self._saved)
        self._mark_saved()

    def take(self, after: Draft) -> None:
        """Put a draft in place; for the undo step alone."""
        before, self.draft = self.draft, after
        self._is_from_disk = False
        self._note_readable()
        self.changed.emit(before, after)
        self._tell_unsaved()

    def _note_readable(self) -> None:
        """The draft is another one: for what else is known of it."""

    def _push(self, title: str, after: Draft, merge: str = "") -> bool:
        if text_of(after) == text_of(self.draft):
            return False
        kind = FollowingStep if merge == _FROM_DISK else UndoStep
        self.undo_stack.push(kind(title, self.take, self.draft, after, merge, self._kind))
        return True

    def _write(self, expected: Stamp | None) -> bool:
        try:
            stamp = write(self.folder, self.path, render(self.draft.document), expected, self._agreed)
        except Elsewhere as doubt:
            notices.post_failure(doubt, (("Save it all the same", partial(self._agree, doubt.target)),))
            return False
        except Conflict:
            self._ask()
            self.decided.emit()
            return False
        except CoreError as failure:
            notices.post_failure(failure)
            # What failed last may have been the sync after the rename: the file has to be looked at.
            self.decided.emit()
            return False
        self._is_from_disk = False
        self._hold(stamp, self.draft)
        self._mark_saved()
        self.saved.emit()
        return True

    def _agree(self, target: Path) -> None:
        """The person wants that file written all the same, now and for as long as the model is open."""
        self._agreed.add(target)
        self.save()

    def _ask(self) -> None:
        self._differs_on_disk = True
        self.disk_changed.emit()

    def _settle_conflict(self) -> None:
        self._asked_about = None
        if self._differs_on_disk:
            self._differs_on_disk = False
            self.disk_changed.emit()

    def _lose_file(self) -> None:
        """Another program removed the file: the text stays, to be saved again or not."""
        lost = None if self.is_unsaved else self.draft
        self._hold(None, self.parse(b""))
        self._lost = lost
        self._tell_unsaved()
        if self.is_unsaved:
            what = f"The folder of {self.name}" if self._is_gone else f"{self.path.name} of {self.name}"
            notices.post("warning", f"{what} was removed by another program", _REMOVED)

    def _adopt(self, data: bytes, stamp: Stamp | None, text: Draft | None = None, is_silent: bool = False) -> None:
        """Takes what is in the file. What was taken silently, one upon the other, is one step to undo."""
        goes_on, before = is_silent and self._is_from_disk, self.undo_stack.index()
        self._hold(stamp, text or self.parse(data))
        if goes_on:
            # A clean stack merges nothing into its latest step.
            self.undo_stack.resetClean()
        self._push(f"Take the changed {self.path.name} from disk", self._saved, _FROM_DISK if is_silent else "")
        self._mark_saved()
        # A step that led back to where it began is gone.
        self._is_from_disk = is_silent and self.undo_stack.index() >= before + (not goes_on)

    def _hold(self, stamp: Stamp | None, saved: Draft) -> None:
        """The file is known to be this."""
        self._stamp, self._saved, self._lost = stamp, saved, None
        self._settle_conflict()
        self.decided.emit()

    def _mark_saved(self) -> None:
        """Where the draft and the file are the same they share one document, and the undo stack knows it."""
        if not self.is_unsaved:
            self._saved = self.draft
            self.undo_stack.setClean()
        self._tell_unsaved()

    def _tell_unsaved(self) -> None:
        now = self.is_unsaved
        if now != self._was_unsaved:
            self._was_unsaved = now
            self.unsaved_changed.emit(now)
