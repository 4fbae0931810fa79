"""From a drop or a command to an open model: asks by the dialog, and opens what was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.ui.new_model.dialog import NewModelDialog
from studio.ui.widgets.dialogs import confirm
from studio.ui.widgets.drops import FileDrops

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.shell.window import MainWindow


class NewModelFlow(QObject):
    """Belongs to a window and its session."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._wanted = ""
        drops = FileDrops(window)
        self.hovering = drops.hovering
        drops.dropped.connect(self.take)
        for box in (window.explorer.drop, window.start.drop):
            self.hovering.connect(box.set_target)
        session.repository_changed.connect(self._open_wanted)

    def start(self) -> NewModelDialog:
        """Asks what the new model is made of."""
        dialog = NewModelDialog(self._window, self._session)
        dialog.created.connect(self._created)
        dialog.repository_dropped.connect(lambda path: self._offer_repository(dialog, path))
        dialog.open()
        return dialog

    def take(self, paths: list[Path]) -> None:
        """Makes a model of what was dropped."""
        self.start().take_paths(paths)

    def _created(self, name: str, repository: Path) -> None:
        held = self._session.repository
        if held is not None and held.path == repository:
            self._session.rescan(lambda: self._show(name))
        else:
            self._wanted = name
            self._window.documents.open_repository(repository)

    def _open_wanted(self, _repository: object) -> None:
        name, self._wanted = self._wanted, ""
        if name:
            self._show(name)

    def _show(self, name: str) -> None:
        repository = self._session.repository
        if repository is not None and repository.model(name) is not None:
            self._window.show_activity("models")
            self._window.documents.open_model(name)
            self._session.folders.announce(name)

    def _offer_repository(self, dialog: NewModelDialog, path: Path) -> None:
        dialog.close()
        held = self._session.repository
        if held is None:
            self._window.documents.open_repository(path)
            return
        text = f"{path} holds models of its own. {held.path.name} is closed for it; unsaved edits are asked about."
        confirm(self._window, f"Open the repository {path.name}?", text, "Open", lambda: self._open(path), "primary")

    def _open(self, path: Path) -> None:
        self._window.documents.open_repository(path)
