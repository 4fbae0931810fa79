"""The tabs of text files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
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
    from studio.app.session import Session
    from studio.core.checking.findings import Finding, Fix

FILE = "file:"
"""What the key of a file's tab begins with."""


class FileTabs(QObject):
    """Opens text files in tabs; whoever closes tabs asks about unsaved work first."""

    changed = Signal()
    """A file changed, or another one is open."""

    def __init__(self, rooms: Sequence[Room], tabs: TabArea, context: Context, close: Callable[[str], object]) -> None:
        """`close` takes a tab away whose place a preview took."""
        super().__init__(tabs)
        self._close = close
        self._make = next(room.file_page for room in rooms if room.file_page is not None)
        self._tabs = tabs
        self._context = context

    def open(self, path: Path, *, preview: bool = False) -> QWidget | None:
        """Opens the tab of a file or brings it to the front; None where it cannot be opened, which is told.

        A preview takes the place of the one before, and nothing is told of what is no text: nobody asked to open it.
        """
        from studio.app import notices
        from studio.app.failure import AppError

        try:
            file = self._context.session.files.open(path)
        except AppError as failure:
            if not preview:
                notices.post_failure(failure, self._ways(path, failure))
            return None
        key = FILE + file.name
        if not self._tabs.has(key):
            self._add(key, file, preview=preview)
        elif not preview:
            self._tabs.keep(key)
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

    def _add(self, key: str, file: OpenFile, *, preview: bool) -> None:
        # Nearly every model has a model.py or a labels.txt.
        title = f"{file.name.partition('/')[0]}/{file.path.name}"
        page = self._make(self._context, file, self._tabs.pages)
        old = self._tabs.add(key, title, "file-text", page, preview=preview)
        if old:
            self._close(old)
        file.changed.connect(self.changed)

        def mark(*_: object) -> None:
            self._tabs.set_unsaved(key, file.is_unsaved)
            if file.is_unsaved:
                self._tabs.keep(key)
            self.changed.emit()

        file.unsaved_changed.connect(mark)
        mark()

    def restore(self, key: str, *, preview: bool = False) -> bool:
        """Opens the tab of a key again, where its file is still there."""
        path = self._context.session.files.path_of(key.removeprefix(FILE))
        return path is not None and path.is_file() and self.open(path, preview=preview) is not None

    def current(self) -> OpenFile | None:
        """The file whose tab is in front."""
        key = self._tabs.current()
        return self._context.session.files.all().get(key.removeprefix(FILE)) if key.startswith(FILE) else None


def leaves(
    session: Session, model: str, open_: Callable[[str], object]
) -> tuple[tuple[str, Callable[[], object]], ...]:
    """What a person may allow so that a model can be read: a configuration that lies out of the repository."""

    def read_anyway(finding: Finding, fix: Fix) -> None:
        session.apply_fix(finding, fix)
        session.rescan(lambda: open_(model))

    found = [(each, fix) for each in session.checker.findings_of(model) for fix in each.fixes if fix.read]
    return tuple((fix.title, partial(read_anyway, each, fix)) for each, fix in found[:1])
