"""Writing a model of texts into a repository: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.operations.copying import explained, put, staged
from studio.core.operations.naming import name_problem

File = tuple[str, str]
"""A path within the model's folder, and the text there."""


def write_model(repository: Path, name: str, files: Iterable[File]) -> Path:
    """Makes a model's folder beside the repository and moves it in as one step; gives its path. Raises CoreError.

    A version's folder is made where no file brings one: the server asks for it even of an ensemble.
    """
    attempted = f"Make the model {name}"
    found = scan(repository)
    problem = name_problem(found, name)
    if problem:
        raise CoreError(attempted, problem)
    inside = next((version.path for model in found.models for version in model.versions), found.path)
    with explained(attempted), staged(repository, inside, attempted) as place:
        made = place / name
        (made / "1").mkdir(parents=True)
        for path, text in files:
            write_text(made / path, text)
        sync(made)
        put(made, repository / name, attempted)
    return repository / name


def write_text(path: Path, text: str) -> None:
    """Writes a file of a model, and the folders above it; bytes that are no text stay what they were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def sync(folder: Path) -> None:
    """What is written reaches the disk before the folder gets its name."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            # Not every file system can.
            with suppress(OSError):
                disk.sync(path)
