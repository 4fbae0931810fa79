"""The configurations of a model that names are looked for in: what a server takes, and the others beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.assist.renaming import ConfigText
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME, ModelFolder
from studio.core.operations.models import configurations


def usual_path(folder: ModelFolder) -> Path:
    """The file that the server takes, or would take where there is none."""
    return folder.config_path or folder.path / CONFIG_NAME


def config_texts(
    folder: ModelFolder, usual: Draft | None, edited: Callable[[Path], Draft | None]
) -> tuple[list[ConfigText], list[str]]:
    """All configurations of a model, edits included, and the names of those that cannot be read.

    `usual` is the one that the server takes; `edited` gives what is open of another.
    """
    own = usual_path(folder)
    texts = [ConfigText(folder.name, own, usual)] if usual is not None else []
    unread: list[str] = []
    for path in configurations(folder.path):
        if path == own:
            continue
        try:
            held = edited(path) or draft(read(path, bounds=folder.bounds)[0])
        except CoreError:
            unread.append(f"{folder.name}/{path.relative_to(folder.path).as_posix()}")
        else:
            texts.append(ConfigText(folder.name, path, held))
    return texts, unread
