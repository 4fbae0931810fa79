"""The layout of the window and its open tabs, kept from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt

if TYPE_CHECKING:
    from studio.ui.shell.window import MainWindow

VERSION = 1
EXPLORER, INSPECTOR, BOTTOM = 240, 264, 164
TALL = 800


class LayoutState:
    """Writes and reads geometry, docks and tabs in the studio's own state file."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @staticmethod
    def _store() -> QSettings:
        from studio.app.settings import window_settings

        return window_settings()

    def save(self) -> None:
        """Keeps the layout; the open tabs by repository."""
        store, window = self._store(), self._window
        store.setValue("window/geometry", window.saveGeometry())
        if window.docks_shown:
            store.setValue("window/state", window.saveState(VERSION))
            store.setValue("window/folded", window.bottom.is_folded)
            store.setValue("window/bottom", window.bottom.tabs.currentIndex())
            store.setValue("window/wanted", [key for key, wanted in window.wanted.items() if wanted])
        self._save_tabs(store)
        store.sync()

    def _save_tabs(self, store: QSettings) -> None:
        session = self._window.session
        if session is not None and session.repository is not None:
            store.setValue("tabs/repository", str(session.repository.path))
            store.setValue("tabs/open", self._window.tabs.keys())
            store.setValue("tabs/current", self._window.tabs.current())

    def restore_geometry(self) -> None:
        """Puts the window where it was; a first window is 1440 x 900 where the screen allows it."""
        held = self._store().value("window/geometry")
        if isinstance(held, QByteArray) and self._window.restoreGeometry(held):
            return
        room = self._window.screen().availableGeometry()
        self._window.resize(min(1440, room.width()), min(900, room.height()))

    def restore_docks(self) -> None:
        """Puts the docks where they were."""
        store, window = self._store(), self._window
        held = store.value("window/state")
        if not isinstance(held, QByteArray) or not window.restoreState(held, VERSION):
            self.reset()
            return
        wanted = store.value("window/wanted", ["explorer", "inspector"])
        names = wanted if isinstance(wanted, list) else [wanted]
        window.wanted = {key: key in names for key in window.wanted}
        window.bottom.tabs.setCurrentIndex(int(str(store.value("window/bottom", 0))))
        window.bottom.set_folded(str(store.value("window/folded", "false")).lower() == "true")

    def reset(self) -> None:
        """Puts the docks where they are at the first start."""
        window = self._window
        # A low window has room for the editor or for an open panel; a count at its folded header tells of problems.
        window.bottom.set_folded(window.height() < TALL)
        for area, dock in window.places():
            dock.setFloating(False)
            window.addDockWidget(area, dock)
            dock.show()
        window.wanted = {"explorer": True, "inspector": True}
        window.resizeDocks([window.explorer_dock, window.inspector], [EXPLORER, INSPECTOR], Qt.Orientation.Horizontal)
        window.resizeDocks([window.bottom], [BOTTOM], Qt.Orientation.Vertical)
        window.arrange()

    def tabs(self, repository: str) -> tuple[list[str], str]:
        """The tabs that were open with a repository, and the one in front."""
        store = self._store()
        if str(store.value("tabs/repository", "")) != repository:
            return [], ""
        held = store.value("tabs/open", [])
        keys = [str(key) for key in held] if isinstance(held, list) else [str(held)] if held else []
        return keys, str(store.value("tabs/current", ""))
