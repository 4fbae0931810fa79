"""What stands above an editor whose file was changed by another program."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.editing.open_model import OpenModel
from studio.app.editing.open_text import OpenText
from studio.ui.editor import names
from studio.ui.editor.changes.bar import WarningBar
from studio.ui.editor.changes.merge_dialog import MergeDialog
from studio.ui.widgets import QuietButton


class ConflictBar(WarningBar):
    """Keep what is here, take what is on disk, or merge the two field by field; each can be undone."""

    def __init__(self, model: OpenText, parent: QWidget | None = None) -> None:
        self._keep = QuietButton("Keep mine and save over it", size="dense")
        self._keep.setObjectName(names.Editor.CONFLICT_KEEP)
        self._take = QuietButton("Take the file's", size="dense")
        self._take.setObjectName(names.Editor.CONFLICT_TAKE)
        self._merge = QuietButton("Merge by field…", "git-merge", "dense")
        self._merge.setObjectName(names.Editor.CONFLICT_MERGE)
        text = "This file changed outside, and you have unsaved edits."
        super().__init__(text, self._merge, self._take, self._keep, parent=parent)
        self.setObjectName(names.Editor.CONFLICT)
        self._model = model
        # Only a configuration has fields.
        self._merge.setVisible(isinstance(model, OpenModel))
        self._follow()
        self._connect()

    def _connect(self) -> None:
        self._model.disk_changed.connect(self._follow)
        self._keep.clicked.connect(self._model.overwrite)
        self._take.clicked.connect(self._model.reload)
        self._merge.clicked.connect(self._open_merge)

    def _follow(self) -> None:
        self.setVisible(self._model.differs_on_disk)

    def _open_merge(self) -> None:
        found = self._model.disk()
        if found is not None and isinstance(self._model, OpenModel):
            MergeDialog(self.window(), self._model, *found).open()
