"""Which repositories running studios have open: each holds a lock, which the system lets go of however it ends."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from studio import private
from studio.locking import try_lock
from studio.paths import state_dir


class RepositoryHold:
    """The lock of one studio on the repository that it has open. Nobody is kept from opening it by hand."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None

    def take(self, repository: Path | None) -> bool:
        """Holds a repository in place of the one before, None for none; false where another studio has it open.

        Where the disk takes no lock it is as if no other studio had it.
        """
        self.release()
        if repository is None:
            return True
        try:
            file = private.opened(_place(repository))
        except OSError:
            return True
        free = True
        with suppress(OSError):
            free = try_lock(file.fileno())
        if free:
            self._file = file
        else:
            file.close()
        return free

    def release(self) -> None:
        """Lets go of it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _place(repository: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(repository), digest_size=8).hexdigest()
    return state_dir() / "open" / f"{name}.lock"
