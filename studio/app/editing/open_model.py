"""One model that is open: the text of its configuration, and the last one of it that could be read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from studio.app.editing.open_text import OpenText
from studio.core.checking.unsound.likeliest import likeliest, refused
from studio.core.config.draft import Draft, draft, read_draft
from studio.core.files.reading import Stamp
from studio.core.files.repository import CONFIG_NAME, ModelFolder
from studio.text.tree import Path as FieldPath


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
        super().__init__(folder, read_draft, text, stamp, parent)
        self.last_good: Draft = draft(b"")
        """The draft; while that cannot be read, what it most likely says, or else the last one that could be."""
        self.unreadable: frozenset[FieldPath] = frozenset()
        """The fields of it whose value nobody can know."""
        self._note_readable()

    @property
    def name(self) -> str:
        """The folder's name, which is the model's."""
        return self.folder.name

    @property
    def path(self) -> Path:
        """The configuration file, whether it exists or not."""
        return self.folder.config_path or self.folder.path / CONFIG_NAME

    def _note_readable(self) -> None:
        found = (self.draft, refused(self.draft)) if self.draft.document.ok else likeliest(self.draft)
        self.last_good, self.unreadable = found or (self.last_good, frozenset())
