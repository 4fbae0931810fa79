"""What is done to a model's folder on disk. Blocking; each gives the sentence that tells that it is done."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.core.draft import draft
from studio.core.repository import CONFIG_NAME, ModelFolder
from studio.core.saving import read, save
from studio.failure import Failure


class ExplorerError(Failure):
    """A model's folder could not be changed."""


def _set_name(config: Path, name: str) -> None:
    """Puts a new name into a configuration that says one; one that says none has the folder's."""
    if not config.is_file():
        return
    data, stamp = read(config)
    before = draft(data)
    if before.has("name"):
        from studio.text.parse import render

        save(config, render(before.set("name", name).document), stamp)


def rename(folder: ModelFolder, name: str) -> str:
    """Renames a model: its folder, and the name in its configuration."""
    target = folder.path.with_name(name)
    if target.exists():
        raise ExplorerError(f"Rename {folder.name}", f"{target} is there already.")
    try:
        folder.path.rename(target)
    except OSError as error:
        raise ExplorerError(f"Rename {folder.name}", error.strerror or str(error)) from error
    _set_name(target / CONFIG_NAME, name)
    return f"{folder.name} is now {name}"


def duplicate(folder: ModelFolder, name: str) -> str:
    """Copies a model under a new name. The copy is made aside, so that a server never sees half of it."""
    target = folder.path.with_name(name)
    if target.exists():
        raise ExplorerError(f"Duplicate {folder.name}", f"{target} is there already.")
    aside = folder.path.parent.with_name(f".{folder.path.parent.name}.trireme-copy-{name}")
    try:
        shutil.copytree(folder.path, aside, symlinks=True)
        _set_name(aside / CONFIG_NAME, name)
        aside.rename(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExplorerError(f"Duplicate {folder.name}", reason, "Nothing was left behind.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return f"{name} is a copy of {folder.name}"


def trash(folder: ModelFolder) -> str:
    """Moves a model's folder to the system's trash."""
    import send2trash

    try:
        send2trash.send2trash(folder.path)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "Delete the folder by hand if you are sure."
        raise ExplorerError(f"Move {folder.name} to the trash", reason, remedy) from error
    return f"{folder.name} is in the trash"
