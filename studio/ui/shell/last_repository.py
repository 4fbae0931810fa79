"""What comes back at the next start: the repository that was open last, and the layout with its tabs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from studio.app.repository.hold import RepositoryHold
from studio.ui.shell.layout_state import LayoutState

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.shell.frame.tabs import TabArea

_SOON_MS = 1_000


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


class KeptLayout(QObject):
    """Keeps layout and tabs soon after they changed: a studio that is ended from outside has no time for it."""

    def __init__(self, save: Callable[[], object], window: QWidget, tabs: TabArea) -> None:
        super().__init__(tabs)
        self._is_held = True
        """Whether the tabs are not yet those that a person left, or not any more."""
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(save)
        for changed in (tabs.current_changed, tabs.preview_changed, tabs.bar.tabMoved):
            changed.connect(self.note)
        window.installEventFilter(self)

    def note(self, *_: object) -> None:
        """Keeps the state soon, as something of it changed."""
        if not self._is_held and not self._soon.isActive():
            self._soon.start()

    def hold(self) -> None:
        """Keeps nothing until it goes on: the tabs are being opened or closed."""
        self._is_held = True
        self._soon.stop()

    def go_on(self) -> None:
        """The tabs are as they were left, or as a person has them."""
        self._is_held = False
        self.note()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size or place."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.note()
        return super().eventFilter(watched, event)
