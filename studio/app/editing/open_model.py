"""One model that is open: the text of its configuration, and the last one of it that could be read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from studio.app.editing.open_text import OpenText
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import CONFIG_NAME, ModelFolder
from studio.core.files.saving import Stamp


class OpenModel(OpenText):
    """A model's configuration while it is open."""

    def __init__(
        self,
        folder: ModelFolder,
        text: Draft | None = None,
        stamp: Stamp | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`text` and `stamp` are what was read from the file; None for a model that has no configuration yet."""
        super().__init__(folder, draft, text, stamp, parent)

    @property
    def name(self) -> str:
        """The folder's name, which is the model's."""
        return self.folder.name

    @property
    def path(self) -> Path:
        """The configuration file, whether it exists or not."""
        return self.folder.config_path or self.folder.path / CONFIG_NAME
