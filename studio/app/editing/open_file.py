"""One file of a model that is open as text, besides its configuration."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from studio.app.editing.open_text import OpenText
from studio.core.config.draft import Draft
from studio.core.config.plain import plain
from studio.core.files.reading import Stamp
from studio.core.files.repository import ModelFolder


class OpenFile(OpenText):
    """A text file of a model, such as its labels or its code."""

    def __init__(self, folder: ModelFolder, path: Path, text: Draft, stamp: Stamp | None, parent: QObject) -> None:
        super().__init__(folder, plain, text, stamp, parent)
        self._path = path

    @property
    def name(self) -> str:
        """Its path within the repository; no model is called so, since it has a slash."""
        return file_name(self.folder, self._path)

    @property
    def path(self) -> Path:
        """The file, whether it exists or not."""
        return self._path


def file_name(folder: ModelFolder, path: Path) -> str:
    """What a file of a model is called: its path within the repository."""
    return f"{folder.name}/{path.relative_to(folder.path).as_posix()}"
