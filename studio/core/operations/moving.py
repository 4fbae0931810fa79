"""Files moved and folders made to mend a repository. Nothing is ever replaced, and only an empty folder goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def made_again(folder: Path, model: Path, is_wanted: bool = True) -> Iterator[None]:
    """Makes a folder of a model that is gone, and the model's own, for a file that is written into it meanwhile.

    What was made goes again where that fails. Raises CoreError where `is_wanted` and it cannot be made, as where the
    repository around the model is gone too.
    """
    made: list[Path] = []
    try:
        if is_wanted:
            _make_again(folder, model, made)
        yield
    except BaseException:
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir()
        raise


def _make_again(folder: Path, model: Path, made: list[Path]) -> None:
    attempted = f"Make the folder {model.name} again"
    if not model.parent.is_dir():
        raise CoreError(attempted, f"the repository {model.parent} is gone.", "Put it back and save again.")
    for each in dict.fromkeys((model, folder)):
        if not each.is_dir():
            with explained(attempted):
                each.mkdir()
            made.append(each)
