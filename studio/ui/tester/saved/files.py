"""What is done with the files of saved requests: other names, copies, removal with a way back, export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.app import notices
from studio.app.requests.store import SavedRequests
from studio.core.failure import CoreError
from studio.core.saved_requests.moving import Removed
from studio.ui.tester.saved.opened import OpenedRequest
from studio.ui.widgets.dialogs import prompt


class RequestFiles(QObject):
    """UI thread only."""

    renamed = Signal(str, str)

    def __init__(self, saved: SavedRequests, opened: OpenedRequest, over: QWidget) -> None:
        super().__init__(over)
        self._saved, self._opened, self._over = saved, opened, over

    def rename(self, name: str) -> None:
        """Ask for another name, which may lie in another folder."""
        text = "A slash puts it into a folder: images/anchor."

        def renamed(new: str) -> None:
            folder = self._saved.folder
            if folder is None:
                return

            def back() -> None:
                self._saved.rename(new, name, lambda _: self._opened.follow_name(new, name))

            def done(_: object) -> None:
                self._opened.follow_name(name, new)
                undo = self._saved.bound(folder, "Undo", back)
                notices.post("success", f"Renamed to {new}", "", (undo,), key=f"renamed {name}")

            self._saved.rename(name, new, done)

        prompt(self._over, f"Rename {name}", text, name, "Rename", lambda new: self._why_not(name, new), renamed)

    def duplicate(self, name: str) -> None:
        """Copy a request under a name that is free, and open the copy."""
        taken = set(self._saved.names)
        new = next(each for number in range(2, len(taken) + 3) if (each := f"{name} {number}") not in taken)
        self._saved.duplicate(name, new, lambda _: self._opened.open(new))

    def remove(self, names: tuple[str, ...]) -> None:
        """Remove requests; a notice offers to bring them back."""
        folder = self._saved.folder
        if not names or folder is None:
            return

        def removed(gone: tuple[Removed, ...]) -> None:
            if self._opened.name in names:
                self._opened.close()
            undo = self._saved.bound(folder, "Undo", lambda: self._saved.restore(gone))
            what = names[0] if len(names) == 1 else f"{len(names)} requests"
            notices.post("success", f"Removed {what}", "", (undo,), key="removed requests")

        self._saved.remove(names, removed)

    def export(self) -> None:
        """Copy all requests to a folder that a person chooses."""
        chosen = QFileDialog.getExistingDirectory(self._over, "Export saved requests to a folder")
        if chosen:
            target = Path(chosen)
            self._saved.export(target, lambda count: notices.post("success", f"Exported {count} files", str(target)))

    def _why_not(self, old: str, new: str) -> str:
        if new == old:
            return ""
        if new in self._saved.names:
            return f"There is a request named {new} already."
        folder = self._saved.folder
        try:
            if folder is not None:
                folder.path(new)
        except CoreError as error:
            return f"{error.reason.capitalize()} {error.remedy}"
        return ""
