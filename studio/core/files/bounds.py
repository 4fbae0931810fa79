"""Where the files lie that may be read: in the repository, and where else a person allowed it."""

from __future__ import annotations

import os
from pathlib import Path

from studio.value_class import dataclass


class LeadsOut(OSError):
    """A path leads, by a link or by "..", to what may not be read. Nothing of it was opened."""

    def __init__(self, path: Path, target: Path) -> None:
        super().__init__(f"it leads out of the repository, to {target}")
        self.path = path
        self.target = target


@dataclass(frozen=True, slots=True)
class Bounds:
    """Folders and files, by their real paths, that may be read with all that lies in them."""

    roots: tuple[str, ...]

    def holds(self, real: str) -> bool:
        """Whether a real path, one without links, lies in them."""
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self.roots)

    def outside(self, path: Path) -> Path | None:
        """Where a path leads, whether that exists or not; None where it stays inside."""
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):
            # A name that no file can have leads nowhere.
            return None
        return None if self.holds(real) else Path(real)


EVERYWHERE = Bounds((os.sep,))
"""For files that a person chose."""


def bounds_of(repository: Path, allowed: tuple[str, ...] = ()) -> Bounds:
    """The bounds of a repository; `allowed` are the real paths of what may be read besides."""
    return Bounds((os.path.realpath(repository), *allowed))
