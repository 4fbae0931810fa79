"""What studios left behind that ended without warning: found, compared with the files, put back or given up."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from studio import disk
from studio.app.editing.journal import Journal
from studio.app.editing.open_text import OpenText
from studio.app.editing.shelf import Lock, Place, root
from studio.app.failure import AppError
from studio.app.session import Session
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME

_log = logging.getLogger(__name__)
_A_NANOSECOND = 1e-9
_LAST = 253_402_300_800
"""The end of the year 9999, in seconds since the epoch."""


class Standing(Enum):
    """How an edit that was left behind stands to the file that it was made in."""

    NEWER = "newer"
    OLDER = "older"
    NO_FILE = "no file"
    NO_MODEL = "no model"
    NO_REPOSITORY = "no repository"


@dataclass(frozen=True, slots=True)
class Recovered:
    """An edit that was not saved when a studio ended. `text` may be broken; times are in seconds since the epoch.

    `file_text` and `file_time` are what the file is now, None where there is none or it cannot be read.
    """

    repository: Path
    model: str
    text: str
    time: float
    journal: Path
    standing: Standing = Standing.NEWER
    file_text: str | None = None
    file_time: float | None = None

    @property
    def can_be_restored(self) -> bool:
        """Whether its model is still there."""
        return self.standing not in (Standing.NO_MODEL, Standing.NO_REPOSITORY)

    @property
    def is_wanted(self) -> bool:
        """Whether a person most likely wants it back: nothing was written to the file since."""
        return self.standing in (Standing.NEWER, Standing.NO_FILE)


@dataclass(slots=True)
class Abandoned:
    """The journals of studios that run no more, held against other studios until `release`."""

    offers: tuple[Recovered, ...] = ()
    locks: dict[Path, Lock] = field(default_factory=dict)

    def discard(self, offer: Recovered) -> None:
        """Never offer it again. Raises AppError where the journal cannot be written."""
        try:
            offer.journal.unlink(missing_ok=True)
        except OSError as error:
            attempted = f"Discard the unsaved edits of {offer.model}"
            raise AppError(attempted, f"{disk.reason(error)}: {offer.journal}.", disk.remedy(error)) from error
        self.offers = tuple(each for each in self.offers if each is not offer)

    def release(self) -> None:
        """Let another studio offer what is left; folders with nothing in them go."""
        for folder, lock in self.locks.items():
            if not any(folder.glob("*.json")):
                shutil.rmtree(folder, ignore_errors=True)
            lock.close()
        self.locks.clear()


def abandoned() -> Abandoned:
    """Everything that was left behind and that no other studio offers, the latest first. Reads files.

    What equals the file by now is nobody's loss, and is removed.
    """
    locks: dict[Path, Lock] = {}
    found: list[Recovered] = []
    for folder in sorted(root().glob("*")):
        try:
            locks[folder] = Lock(folder)
        except BlockingIOError:
            continue
        except OSError as error:
            _log.info("the journal %s cannot be read: %s", folder, error)
            continue
        found += _wanted(folder)
    result = Abandoned(tuple(sorted(found, key=lambda each: -each.time)), locks)
    if not found:
        result.release()
    return result


def restore(session: Session, journal: Journal, offer: Recovered) -> OpenText:
    """Put an edit back as one step to undo; its repository must be open. Raises AppError where the model is gone.

    What was left behind stays until the journal, or the file, holds what it says.
    """
    path = session.files.path_of(offer.model)
    model = session.open_model(offer.model) if path is None else session.files.open(path, is_new=True)
    model.edit("Restore unsaved edits", lambda _: model.parse(offer.text))
    journal.inherit(Place(offer.repository, offer.model), offer.journal, offer.time)
    return model


def _wanted(folder: Path) -> Iterator[Recovered]:
    for entry in _entries(folder):
        compared = _compared(entry)
        if compared.file_text == compared.text:
            with suppress(OSError):
                entry.journal.unlink(missing_ok=True)
        else:
            yield compared


def _entries(folder: Path) -> Iterator[Recovered]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield _read(path)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.info("the journal entry %s cannot be read: %s", path, error)


def _read(path: Path) -> Recovered:
    found = json.loads(path.read_text("utf-8"))
    repository, model, text, edited = (found[key] for key in ("repository", "model", "text", "time"))
    if not (isinstance(repository, str) and isinstance(model, str) and isinstance(text, str)):
        raise TypeError("a name or a text is none")
    # What no clock shows tells nothing, but the text is somebody's all the same.
    return Recovered(Path(repository), model, text, edited if 0 <= edited < _LAST else 0.0, path)


def _compared(entry: Recovered) -> Recovered:
    """An edit beside the file as it is now."""
    place = entry.repository / entry.model
    # A name with a slash is that of a file; a model's is that of its folder.
    file = place if "/" in entry.model else place / CONFIG_NAME
    if not file.parent.is_dir():
        gone = Standing.NO_MODEL if entry.repository.is_dir() else Standing.NO_REPOSITORY
        return replace(entry, standing=gone)
    try:
        # What leads out of the repository is shown nowhere before a person says so, and not here either.
        data, stamp = read(file, bounds=bounds_of(entry.repository))
    except CoreError:
        return replace(entry, standing=Standing.NO_FILE)
    written = stamp.mtime_ns * _A_NANOSECOND
    standing = Standing.OLDER if written > entry.time else Standing.NEWER
    return replace(entry, standing=standing, file_text=draft(data).document.text, file_time=written)
