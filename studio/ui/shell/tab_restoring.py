"""The tabs of the last run, opened again without holding up the window."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from studio.ui.shell.frame.tabs import TabArea
from studio.ui.shell.layout_state import KeptTabs


class OpenTab(Protocol):
    """Opens the tab of a key, where what it showed is still there."""

    def __call__(self, key: str, *, preview: bool) -> object: ...


class TabRestoring(QObject):
    """Opens the tab that was in front at once, and behind it the others, one in a turn of the event loop."""

    def __init__(self, tabs: TabArea, open_tab: OpenTab) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._open_tab = open_tab
        self._kept = KeptTabs((), "", "", {})
        self._ahead: list[str] = []
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._open_next)

    @property
    def is_running(self) -> bool:
        """Whether tabs are still to come."""
        return bool(self._ahead)

    def begin(self, kept: KeptTabs) -> None:
        """Opens these tabs; that in front, or another one where it is gone, is there on return."""
        self._kept = kept
        self._ahead = [key for key in kept.keys if key != kept.current]
        if kept.current in kept.keys:
            self._open(kept.current)
        while self._ahead and not self._tabs.keys():
            self._open(self._ahead.pop())
        if self._ahead:
            self._turn.start()

    def stop(self) -> None:
        """What is not open yet stays closed."""
        self._turn.stop()
        self._ahead = []

    def _open_next(self) -> None:
        key = self._ahead.pop(0)
        before = self._kept.keys[: self._kept.keys.index(key)]
        # Meanwhile a person may have opened it, or looked at another one, which took the place of a preview.
        if not self._tabs.has(key) and not (key == self._kept.preview and self._tabs.preview):
            with self._tabs.behind(sum(map(self._tabs.has, before))):
                self._open(key)
        if self._ahead:
            self._turn.start()

    def _open(self, key: str) -> None:
        self._open_tab(key, preview=key == self._kept.preview)
