"""The tabs of text files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.room.context import Context
from studio.ui.room.room import Room
from studio.ui.shell.frame.tabs import TabArea

if TYPE_CHECKING:
    from studio.app.editing.open_file import OpenFile
    from studio.app.failure import AppError

FILE = "file:"
"""What the key of a file's tab begins with."""


class FileTabs(QObject):
    """Opens text files in tabs; whoever closes tabs asks about unsaved work first."""

    changed = Signal()
    """A file changed, or another one is open."""

    def __init__(self, rooms: Sequence[Room], tabs: TabArea, context: Context) -> None:
        super().__init__(tabs)
        self._make = next(room.file_page for room in rooms if room.file_page is not None)
        self._tabs = tabs
        self._context = context

    def open(self, path: Path) -> QWidget | None:
        """Opens the tab of a file or brings it to the front; None where it cannot be opened, which is told."""
        from studio.app import notices
        from studio.app.failure import AppError

        try:
            file = self._context.session.files.open(path)
        except AppError as failure:
            notices.post_failure(failure, self._ways(path, failure))
            return None
        key = FILE + file.name
        if not self._tabs.has(key):
            self._add(key, file)
        self._tabs.show_tab(key)
        return self._tabs.page(key)

    def _ways(self, path: Path, failure: AppError) -> tuple[tuple[str, Callable[[], object]], ...]:
        """What a person can do about a file that is no text of the repository."""
        from studio.app.desktop import open_path
        from studio.app.editing.open_files import LeadsElsewhere

        if not isinstance(failure, LeadsElsewhere):
            return (("Open it with its program", lambda: open_path(path)),)
        session, target = self._context.session, failure.target

        def read_anyway() -> None:
            session.scanning.allow(target)
            session.rescan(lambda: self.open(path))

        return (("Read it all the same", read_anyway),)

    def _add(self, key: str, file: OpenFile) -> None:
        # Nearly every model has a model.py or a labels.txt.
        title = f"{file.name.partition('/')[0]}/{file.path.name}"
        self._tabs.add(key, title, "file-text", self._make(self._context, file, self._tabs.pages))
        file.changed.connect(self.changed)

        def mark(*_: object) -> None:
            self._tabs.set_unsaved(key, file.is_unsaved)
            self.changed.emit()

        file.unsaved_changed.connect(mark)
        mark()

    def restore(self, key: str) -> bool:
        """Opens the tab of a key again, where its file is still there."""
        path = self._context.session.files.path_of(key.removeprefix(FILE))
        return path is not None and path.is_file() and self.open(path) is not None

    def current(self) -> OpenFile | None:
        """The file whose tab is in front."""
        key = self._tabs.current()
        return self._context.session.files.all().get(key.removeprefix(FILE)) if key.startswith(FILE) else None
