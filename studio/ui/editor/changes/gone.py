"""What stands above an editor whose model's folder is gone from the disk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.editing.open_text import OpenText
from studio.ui.editor import names
from studio.ui.editor.changes.bar import WarningBar
from studio.ui.widgets import QuietButton


class GoneBar(WarningBar):
    """What was not saved is still here, and a save makes the folder again."""

    def __init__(self, model: OpenText, parent: QWidget | None = None) -> None:
        self._save = QuietButton("Save it again", "floppy-disk", "dense")
        self._save.setObjectName(names.Editor.GONE_SAVE)
        super().__init__("The folder of this model is gone. This text is only here.", self._save, parent=parent)
        self.setObjectName(names.Editor.GONE)
        self._model = model
        self._follow()
        model.disk_changed.connect(self._follow)
        self._save.clicked.connect(model.save)

    def _follow(self) -> None:
        self.setVisible(self._model.is_gone)
