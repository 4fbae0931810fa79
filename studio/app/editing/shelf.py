"""Entries of a journal on disk: one small file a model, in a folder that a running studio holds a lock on.

The system lets go of the lock however the process ends.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from studio import disk, private
from studio.app.failure import AppError
from studio.failure import Failure
from studio.locking import try_lock
from studio.paths import state_dir

_LOCK = "lock"
_ATTEMPTS = 20


class Place(NamedTuple):
    """A model of a repository."""

    repository: Path
    model: str


Before = Path | Place
"""An entry of an earlier studio, or one of our own under another name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written of one model: `text` is None where nothing of it is unsaved.

    `before` are entries of the same edits that go once this is safe on the disk; `ends` says that they go in any case.
    """

    place: Place
    text: str | None
    time: float
    before: tuple[Before, ...] = ()
    ends: bool = False

    @property
    def settles(self) -> bool:
        """Whether nothing of what was before is needed once this is written."""
        return self.text is not None or self.ends


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What came of a batch: what of it is still to be written, and why."""

    left: tuple[Entry, ...] = ()
    failure: Failure | None = None


class Lock:
    """The lock of a journal's folder, held until it is closed. Raises OSError where another studio holds it.

    FileNotFoundError where the folder is gone.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = -1
        self._handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not try_lock(self._handle):
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(folder))
            # Whoever held it before may have removed the folder, and what is locked now is a file without a name.
            if (folder / _LOCK).stat().st_ino != os.fstat(self._handle).st_ino:
                raise FileNotFoundError(folder)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Let another studio have it."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    # The result of a task that nobody waits for any more is dropped without a word.
    __del__ = close


class Shelf:
    """The folder of one journal, made and locked with its first entry. One thread at a time may use it."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._lock: Lock | None = None

    def write(self, batch: tuple[Entry, ...]) -> Written:
        """Write entries, each in one step, then remove those that they take the place of."""
        if self.folder is None and not any(entry.text for entry in batch):
            self._remove_before(batch)
            return Written()
        try:
            folder = self._held()
        except OSError as error:
            return Written(batch, _refused(error, Path(error.filename or root())))
        left: list[Entry] = []
        failure: Failure | None = None
        for entry in batch:
            try:
                _write_entry(folder, entry)
            except OSError as error:
                left.append(entry)
                failure = _refused(error, folder)
        with suppress(OSError):
            disk.sync(folder)
        self._remove_before(entry for entry in batch if entry not in left)
        return Written(tuple(left), failure)

    def _remove_before(self, written: Iterable[Entry]) -> None:
        for entry in written:
            if entry.settles:
                self.remove(entry.before)

    def remove(self, entries: Iterable[Before]) -> None:
        """Remove entries, of this journal or of an earlier studio."""
        for each in entries:
            path = self._path(each)
            with suppress(OSError):
                if path is not None:
                    path.unlink(missing_ok=True)

    def clear(self, but: Iterable[Before]) -> None:
        """Remove all of this journal's entries but some, and let go of it."""
        kept = {self._path(each) for each in but}
        if self.folder is not None and self._lock is not None:
            self.remove(path for path in self.folder.glob("*.json") if path not in kept)
            if not any(self.folder.glob("*.json")):
                shutil.rmtree(self.folder, ignore_errors=True)
            self._lock.close()
        self.folder = self._lock = None

    def _path(self, entry: Before) -> Path | None:
        if isinstance(entry, Path):
            return entry
        return _entry(self.folder, entry) if self.folder is not None else None

    def _held(self) -> Path:
        for _ in range(_ATTEMPTS):
            if self.folder is not None:
                break
            # Another studio that looks for what was left behind may be quicker, find nothing in it and take it away.
            with suppress(BlockingIOError, FileNotFoundError):
                folder = private.folder(root() / f"{os.getpid()}-{secrets.token_hex(4)}")
                self._lock = Lock(folder)
                self.folder = folder
        if self.folder is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(root()))
        return self.folder


def root() -> Path:
    """Where every studio has the folder of its journal."""
    return state_dir() / "journal"


def _refused(error: OSError, where: Path) -> AppError:
    reason = f"{disk.reason(error)}: {where}."
    return AppError("Keep unsaved edits", reason, disk.remedy(error))


def _entry(folder: Path, place: Place) -> Path:
    name = hashlib.blake2b(os.fsencode(place.repository / place.model), digest_size=12).hexdigest()
    return folder / f"{name}.json"


def _write_entry(folder: Path, entry: Entry) -> None:
    path = _entry(folder, entry.place)
    if entry.text is None:
        path.unlink(missing_ok=True)
        return
    repository, model = entry.place
    content = {"repository": str(repository), "model": model, "text": entry.text, "time": entry.time}
    private.write(path, json.dumps(content).encode(), sync=True)
