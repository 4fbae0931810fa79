"""Unsaved edits survive a crash: each is written to a journal within two seconds, and offered at the next start."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from studio.app import tasks
from studio.app.editing.open_text import OpenText
from studio.app.editing.shelf import Before, Entry, Place, Shelf, Written
from studio.app.retried_write import RetriedWrite
from studio.app.session import Session

_WRITE_AFTER_MS = 1000


class Releasable(Protocol):
    """Locks that are held."""

    def release(self) -> None: ...


class Journal(QObject):
    """Keeps the unsaved edits of one session on disk. Give it the session when the window is made."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._shelf = Shelf()
        self._models: dict[Place, OpenText] = {}
        self._noted: dict[Place, Entry] = {}
        self._before: dict[Place, tuple[Before, ...]] = {}
        self._moving: dict[Place, Place] = {}
        self._writing: tasks.Task[Written] | None = None
        self._holding: list[Releasable] = []
        self._writer = RetriedWrite("Unsaved edits", self._write, self)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._write)
        for model in session.texts().values():
            self._follow(model)
        session.model_opened.connect(self._follow)
        session.model_moved.connect(self._move)
        session.model_closed.connect(self._close_model)
        session.files.opened.connect(self._follow)
        session.files.closed.connect(self._close_model)

    def inherit(self, place: Place, entry: Path, edited: float) -> None:
        """An entry of an earlier studio was put back: it goes once its text, or one that follows, is safe on disk."""
        self._before[place] = (*self._before.get(place, ()), entry)
        self._note(self._models[place], place, edited)
        self._timer.start(0)

    def hold(self, left: Releasable) -> None:
        """What was left behind is this studio's until it ends: parts of it may still be needed."""
        self._holding.append(left)

    def close(self) -> None:
        """The studio ends as it should, and nothing that is unsaved is wanted any more."""
        self._timer.stop()
        for place, model in self._models.items():
            if model.is_unsaved:
                self._shelf.remove(self._before.pop(place, ()))
        self._shelf.clear(entry for entries in self._before.values() for entry in entries)
        for left in self._holding:
            left.release()

    # What happens to models

    def _place(self, name: str) -> Place | None:
        repository = self._session.repository
        return Place(repository.path, name) if repository is not None else None

    def _follow(self, model: OpenText) -> None:
        place = self._place(model.name)
        if place is not None:
            self._models[place] = model
            model.changed.connect(lambda *_: self._note(model, place, time.time()))
            model.saved.connect(lambda: self._note_saved(model, place))

    def _note(self, model: OpenText, place: Place, edited: float) -> None:
        text = model.draft.document.text if model.is_unsaved else None
        self._noted[place] = Entry(place, text, edited, self._before.get(place, ()))
        # Not restarted by each key: the first edit of a row is on disk in time however long the typing goes on.
        if not self._timer.isActive():
            self._timer.start(_WRITE_AFTER_MS)

    def _note_saved(self, model: OpenText, place: Place) -> None:
        """What was unsaved is in the file now: the sooner its entry goes, the fewer kills leave an old one behind."""
        self._note(model, place, time.time())
        self._noted[place] = replace(self._noted[place], ends=True)
        self._timer.start(0)

    def _move(self, old: str, new: str) -> None:
        """A model is closed under one name to be opened under another: its entry goes once there is a new one."""
        before, after = self._place(old), self._place(new)
        if before is not None and after is not None:
            self._moving[before] = after
            self._before[after] = (*self._before.pop(before, ()), before)

    def _close_model(self, name: str) -> None:
        place = self._place(name)
        model = self._models.pop(place, None) if place is not None else None
        if place is None or model is None or self._moving.pop(place, None) is not None:
            return
        before = self._before.pop(place, ()) if model.is_unsaved else ()
        self._noted[place] = Entry(place, None, 0.0, before, ends=True)
        self._timer.start(0)

    # Writing

    def _write(self) -> bool:
        """One small file a model, in a task; a model without unsaved edits loses its file. True for nothing to do."""
        if not self._noted or (self._writing is not None and self._writing.running):
            return not self._noted
        batch, self._noted = tuple(self._noted.values()), {}
        shelf = self._shelf
        self._writing = tasks.run(self, lambda _: shelf.write(batch), lambda done: self._wrote(done, batch))
        return False

    def _wrote(self, done: Written, batch: tuple[Entry, ...]) -> None:
        left = {entry.place for entry in done.left}
        for entry in batch:
            if entry.place not in left and entry.settles:
                kept = tuple(each for each in self._before.pop(entry.place, ()) if each not in entry.before)
                self._before.update({entry.place: kept} if kept else {})
        # What was edited meanwhile is newer than what could not be written.
        self._noted = {entry.place: entry for entry in done.left} | self._noted
        if done.failure is not None:
            self._writer.fail(done.failure)
            return
        self._writer.succeed()
        if self._noted:
            self._timer.start(_WRITE_AFTER_MS)
