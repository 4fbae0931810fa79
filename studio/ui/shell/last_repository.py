"""The repository that was open last, which comes back at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from studio.app.repository.hold import RepositoryHold
from studio.ui.shell.layout_state import LayoutState


class LastRepository(QObject):
    """Keeps which one is open, and holds it, so that of two studios only one brings it back."""

    def __init__(self, layout_state: LayoutState, parent: QObject) -> None:
        super().__init__(parent)
        self._layout_state = layout_state
        self._hold = RepositoryHold()

    def note(self, path: Path | None) -> None:
        """Another repository is open now, or none."""
        self._hold.take(path)
        self._layout_state.note_open(path)

    def reopen(self, open_: Callable[[Path], object]) -> None:
        """Opens what was open when a studio ended last, unless another one has it open or the person wants none."""
        from studio.app import tasks
        from studio.app.settings import settings

        path = self._layout_state.last_open()
        if path is not None and settings().get("restore") and self._hold.take(path):
            # A folder on a network may take its time to say that it is there.
            tasks.run(self, lambda _: path.is_dir(), lambda there: self._found(path, there, open_), key="last")

    def _found(self, path: Path, there: bool, open_: Callable[[Path], object]) -> None:
        from studio.app import notices

        if there:
            open_(path)
        else:
            self.note(None)
            notices.post("warning", f"{path}, which was open last, is gone.")

    def release(self) -> None:
        """The window is closed: another studio may bring it back."""
        self._hold.release()
