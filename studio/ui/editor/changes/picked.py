"""What stands above an editor where the server reads another configuration than the one that is edited."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.desktop import open_path
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.checking.served import picked_config
from studio.ui.editor import names
from studio.ui.editor.changes.bar import WarningBar
from studio.ui.widgets import QuietButton


class PickedBar(WarningBar):
    """Names the file that `--model-config-name` picks, which counts for the check and the server, and opens it."""

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        self._open = QuietButton("Open that file", size="dense")
        self._open.setObjectName(names.Editor.PICKED_OPEN)
        super().__init__("", self._open, parent=parent)
        self.setObjectName(names.Editor.PICKED)
        self._session = session
        self._model = model
        self._follow()
        session.checker.profile_changed.connect(self._follow)
        session.repository_changed.connect(self._follow)
        self._open.clicked.connect(self._open_picked)

    def _follow(self) -> None:
        name, folder = self._session.profile.config_name, self._model.folder
        path = picked_config(folder, name)
        if path is not None:
            read = path.relative_to(folder.path)
            self.text.setText(
                f"With --model-config-name={name} the server reads {read}, not this {self._model.path.name}."
            )
        self.setVisible(path is not None)

    def _open_picked(self) -> None:
        path = picked_config(self._model.folder, self._session.profile.config_name)
        if path is not None:
            open_path(path)
