"""Unsaved edits survive a crash: each is written to a journal within two seconds and offered at the next start.

A running studio holds a lock on its journal's folder, which the system lets go of however the process ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QObject, QTimer

from studio import private
from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.app.settings import write_private
from studio.core.config.draft import draft
from studio.paths import state_dir

_log = logging.getLogger(__name__)
_WRITE_AFTER_MS = 1000
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Recovered:
    """An edit that was not saved when a studio ended. `time` is in seconds since the epoch; `text` may be broken."""

    repository: Path
    model: str
    text: str
    time: float
    journal: Path


class Journal(QObject):
    """Keeps the unsaved edits of one session on disk. Give it the session when the window is made."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._folder: Path | None = None
        self._lock: BinaryIO | None = None
        self._edited: dict[str, OpenModel] = {}
        self._timer = QTimer(self, singleShot=True, interval=_WRITE_AFTER_MS)
        self._timer.timeout.connect(self._write)
        session.model_opened.connect(self._follow)
        session.model_closed.connect(self._forget)

    def close(self) -> None:
        """The studio ends as it should: nothing needs to be offered."""
        self._timer.stop()
        self._edited.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _follow(self, model: OpenModel) -> None:
        model.changed.connect(lambda *_: self._note(model))
        model.saved.connect(lambda: self._note(model))

    def _note(self, model: OpenModel) -> None:
        self._edited[model.name] = model
        # Not restarted by each key: the first edit of a row is on disk in time however long the typing goes on.
        if not self._timer.isActive():
            self._timer.start()

    def _forget(self, name: str) -> None:
        self._edited.pop(name, None)
        if self._folder is not None and self._session.repository is not None:
            _entry(self._folder, self._session.repository.path, name).unlink(missing_ok=True)

    def _write(self) -> None:
        """One small file a model, in a task; a model without unsaved edits loses its file."""
        repository = self._session.repository
        edited, self._edited = self._edited, {}
        if repository is None or not edited:
            return
        folder = self._held_folder()
        texts = {name: model.draft.document.text if model.is_unsaved else None for name, model in edited.items()}
        tasks.run(self, lambda _: _write_all(folder, repository.path, texts))

    def _held_folder(self) -> Path:
        if self._folder is None:
            self._folder, self._lock = _new_folder()
        return self._folder


def offers() -> list[Recovered]:
    """The edits that studios left behind which no longer run, the latest first. Reads files."""
    found = [each for folder in _abandoned() for each in _entries(folder)]
    return sorted(found, key=lambda each: -each.time)


def restore(session: Session, offer: Recovered) -> OpenModel:
    """Put an edit back as one step to undo; its repository must be open. Raises AppError where the model is gone."""
    model = session.open_model(offer.model)
    model.edit("Restore unsaved edits", lambda _: draft(offer.text))
    discard(offer)
    return model


def discard(offer: Recovered) -> None:
    """Never offer it again."""
    offer.journal.unlink(missing_ok=True)
    if not any(offer.journal.parent.glob("*.json")):
        shutil.rmtree(offer.journal.parent, ignore_errors=True)


def root() -> Path:
    """The folder of all journals."""
    return state_dir() / "journal"


def _new_folder() -> tuple[Path, BinaryIO]:
    folder = root() / f"{os.getpid()}-{secrets.token_hex(4)}"
    lock = private.opened(folder / _LOCK)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder, lock


def _entry(folder: Path, repository: Path, model: str) -> Path:
    name = hashlib.blake2b(os.fsencode(repository / model), digest_size=12).hexdigest()
    return folder / f"{name}.json"


def _write_all(folder: Path, repository: Path, texts: dict[str, str | None]) -> None:
    for model, text in texts.items():
        path = _entry(folder, repository, model)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            content = {"repository": str(repository), "model": model, "text": text, "time": time.time()}
            write_private(path, json.dumps(content), sync=True)


def _abandoned() -> Iterator[Path]:
    for folder in sorted(root().glob("*")):
        try:
            with (folder / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except OSError as error:
            _log.info("the journal %s cannot be read: %s", folder, error)
            continue
        yield folder


def _entries(folder: Path) -> Iterator[Recovered]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        shutil.rmtree(folder, ignore_errors=True)
    for path in paths:
        try:
            read = json.loads(path.read_text("utf-8"))
            yield Recovered(Path(read["repository"]), read["model"], read["text"], float(read["time"]), path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("the journal entry %s cannot be read: %s", path, error)
