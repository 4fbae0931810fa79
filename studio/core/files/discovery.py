"""Where models and repositories lie: which folder is a model, and the repositories below a folder.

Names alone are looked at. Links are not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.repository import CONFIG_NAME

_MOST = 100_000
"""Folders that are looked through before a person is asked to be more precise."""
_MODEL_FILES = frozenset(
    ["model.onnx", "model.plan", "model.pt", "model.pt2", "model.savedmodel", "model.graphdef", "model.xml"]
)
"""What tells a model without a configuration; a `model.py` lies in many folders that are none."""
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "__MACOSX", "site-packages", "lost+found"})
_OF_ENVIRONMENTS = "pyvenv.cfg"


def checkout_root(path: Path) -> Path | None:
    """The root of the git checkout that a file or folder lies in, None for one outside of any."""
    real = Path(os.path.realpath(path))
    return next((each for each in (real, *real.parents) if is_checkout(each)), None)


def is_checkout(folder: Path) -> bool:
    """Whether a folder is the root of a git checkout; in a worktree or submodule `.git` is a file."""
    return disk.is_there(folder / ".git")


def is_model(folder: Path) -> bool:
    """Whether a folder is a model's: it has a configuration, or a version with a model file.

    A configuration that is no file, such as a pipe, is none that can be read: the check says so.
    """
    if disk.is_there(folder / CONFIG_NAME):
        return not (folder.name.isdecimal() and disk.is_there(folder.parent / CONFIG_NAME))
    return any(disk.is_there(folder / version / name) for version in _versions(folder) for name in _MODEL_FILES)


def has_models(folder: Path) -> bool:
    """Whether any folder in it is a model's."""
    return any(is_model(folder / name) for name in _folders(folder, links=True))


def discover(root: Path) -> tuple[Path, ...]:
    """The model repositories at and below a folder: each folder that holds a model, in order.

    Raises CoreError where it cannot be read, or has too many folders.
    """
    attempted = f"Find model repositories in {root}"
    if not disk.is_folder(root):
        raise CoreError(attempted, "there is no such folder.")
    try:
        os.scandir(root).close()
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.") from error
    found: list[Path] = []
    waiting = [root]
    for _ in range(_MOST):
        if not waiting:
            return tuple(sorted(found))
        folder = waiting.pop()
        inside = [folder / name for name in _folders(folder)]
        models = {each for each in inside if is_model(each)}
        found += [folder] if models else []
        waiting += [each for each in inside if each not in models and _is_looked_into(each)]
    raise CoreError(attempted, f"it has more than {_MOST:,} folders.", "Name the repositories themselves.")


def _is_looked_into(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _PASSED_OVER
    return not hidden and not disk.is_there(folder / _OF_ENVIRONMENTS)


def _versions(folder: Path) -> Iterator[str]:
    return (name for name in _folders(folder) if name.isdecimal())


def _folders(folder: Path, *, links: bool = False) -> list[str]:
    """The folders in one, with or without links to some; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(each.name for each in entries if each.is_dir(follow_symlinks=links))
    except OSError:
        return []
