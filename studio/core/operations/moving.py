"""Files moved and folders made to mend a repository. Nothing is ever replaced, and only an empty folder goes."""

from __future__ import annotations

from pathlib import Path

from studio.core.failure import CoreError
from studio.core.operations.copying import explained, put

_AGAIN = "Read the folder again."


def move(source: Path, target: Path) -> None:
    """Renames a file or folder. Raises CoreError, for a target that is there too."""
    attempted = f"Move {source.name}"
    with explained(attempted):
        target.parent.mkdir(parents=True, exist_ok=True)
        put(source, target, attempted)


def make_folder(path: Path) -> None:
    """Makes a folder. Raises CoreError where it is there already."""
    attempted = f"Make the folder {path.name}"
    if path.exists() or path.is_symlink():
        raise CoreError(attempted, f"{path} exists already.", _AGAIN)
    with explained(attempted):
        path.mkdir(parents=True)


def remove_folder(path: Path) -> None:
    """Takes a folder away that is empty: what was put into it meanwhile stays. Raises CoreError."""
    with explained(f"Take {path.name} away"):
        path.rmdir()
