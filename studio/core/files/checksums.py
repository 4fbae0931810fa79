"""Checksums of files as Triton's checksum agent computes them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain

_CHUNK = 1 << 20


class Cancellable(Protocol):
    """What a long work asks whether it is still wanted."""

    def raise_if_cancelled(self) -> None:
        """Raises where the work is to be left."""


def checksum(path: Path, task: Cancellable | None = None) -> str:
    """The MD5 sum of a file in small letters. Raises CoreError where it cannot be read."""
    made = hashlib.md5(usedforsecurity=False)
    try:
        with open_plain(path) as file:
            while chunk := file.read(_CHUNK):
                if task is not None:
                    task.raise_if_cancelled()
                made.update(chunk)
    except OSError as error:
        raise CoreError(f"Compute the checksum of {path}", f"{disk.reason(error)}.") from error
    return made.hexdigest()
