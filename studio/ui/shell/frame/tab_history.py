"""Which tabs were in front lately, and which were closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from studio.ui.shell.frame.tabs import TabArea

_CLOSED = 30
"""So many closed tabs are remembered."""

_LEAVES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.ApplicationDeactivate})


class TabHistory(QObject):
    """The order in which tabs were used. While Ctrl is held the order stays, so that steps go further back."""

    def __init__(self, tabs: TabArea) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._used: list[str] = []
        self._walk: list[str] = []
        self._closed: list[str] = []
        tabs.current_changed.connect(self._note)

    def _note(self, key: str) -> None:
        if key and not self._walk:
            self._used = [key, *(each for each in self._used if each != key)]

    def order(self) -> list[str]:
        """The tabs, that in front first, then as they were used."""
        keys = self._tabs.keys()
        used = [key for key in self._used if key in keys]
        return [*used, *(key for key in keys if key not in used)]

    def step(self, by: int) -> None:
        """Brings the tab that was used before in front, or that after it; further ones while Ctrl is held."""
        if not self._walk:
            self._walk = self.order()
            self._listen(on=True)
        there = [key for key in self._walk if self._tabs.has(key)]
        current = self._tabs.current()
        if current in there:
            self._tabs.show_tab(there[(there.index(current) + by) % len(there)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ends the steps when Ctrl is let go."""
        kind = event.type()
        is_control = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Control
        if kind in _LEAVES or (kind == QEvent.Type.KeyRelease and is_control):
            self._end_walk()
        return super().eventFilter(watched, event)

    def _listen(self, *, on: bool) -> None:
        application = QApplication.instance()
        if application is not None and on:
            application.installEventFilter(self)
        elif application is not None:
            application.removeEventFilter(self)

    def _end_walk(self) -> None:
        self._walk = []
        self._listen(on=False)
        self._note(self._tabs.current())

    def next_to(self, leaving: str) -> str:
        """The tab that comes in front when one goes; "" where none is left."""
        return next((key for key in self.order() if key != leaving), "")

    # Closed tabs

    @property
    def can_reopen(self) -> bool:
        """Whether a tab was closed."""
        return bool(self._closed)

    def note_closed(self, key: str) -> None:
        """A person closed a tab."""
        self._closed = [*(each for each in self._closed if each != key), key][-_CLOSED:]

    def take_closed(self) -> str:
        """The tab that was closed last and is not open again; "" for none."""
        while self._closed:
            key = self._closed.pop()
            if not self._tabs.has(key):
                return key
        return ""

    def forget(self) -> None:
        """Another repository has other tabs."""
        self._closed, self._used = [], [self._tabs.current()]
