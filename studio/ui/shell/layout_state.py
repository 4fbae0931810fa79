"""The layout of the window and its open tabs, kept from one start to the next."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from studio.ui.shell.frame.tabs import TabArea
    from studio.ui.shell.layout import DockLayout

VERSION = 1
_REPOSITORIES = 30
"""So many have their tabs kept."""


@dataclass(frozen=True, slots=True)
class KeptTabs:
    """The tabs of a repository as they were left: their keys, the one in front, and the one that only previewed."""

    keys: tuple[str, ...]
    current: str
    preview: str
    places: Mapping[str, str]
    """Where the cursor was, by tab."""


class LayoutState:
    """Writes and reads geometry, docks and tabs in the studio's own state file."""

    def __init__(self, window: QMainWindow, docks: DockLayout, tabs: TabArea) -> None:
        self.window = window
        self._docks = docks
        self._tabs = tabs

    @staticmethod
    def _store() -> QSettings:
        from studio.app.settings import window_settings

        return window_settings()

    def save(self, repository: Path | None, places: Mapping[str, str] | None = None) -> None:
        """Keeps the layout, and the open tabs by repository, each with the place of its cursor."""
        store, docks = self._store(), self._docks
        store.setValue("window/geometry", self.window.saveGeometry())
        if docks.is_restored:
            store.setValue("window/state", self.window.saveState(VERSION))
            store.setValue("window/folded", docks.bottom.wants_folded)
            store.setValue("window/bottom", docks.bottom.tabs.currentIndex())
            store.setValue("window/wanted", [key for key, wanted in docks.wanted.items() if wanted])
        if repository is not None:
            place = _place(repository)
            store.setValue(f"{place}/repository", str(repository))
            store.setValue(f"{place}/open", self._tabs.keys())
            store.setValue(f"{place}/current", self._tabs.current())
            store.setValue(f"{place}/preview", self._tabs.preview)
            store.setValue(f"{place}/places", json.dumps(dict(places or {})))
            store.setValue(f"{place}/closed", int(time.time()))
            _forget_old(store)
        store.sync()

    def restore_geometry(self) -> None:
        """Puts the window where it was; a first window is 1440 x 900 where the screen allows it."""
        held = self._store().value("window/geometry")
        if isinstance(held, QByteArray) and self.window.restoreGeometry(held):
            return
        room = self.window.screen().availableGeometry()
        self.window.resize(min(1440, room.width()), min(900, room.height()))

    def restore_docks(self) -> None:
        """Puts the docks where they were, once."""
        store, docks = self._store(), self._docks
        if docks.is_restored:
            return
        docks.is_restored = True
        held = store.value("window/state")
        if not isinstance(held, QByteArray) or not self.window.restoreState(held, VERSION):
            docks.reset()
            return
        wanted = store.value("window/wanted", ["explorer", "inspector"])
        names = wanted if isinstance(wanted, list) else [wanted]
        docks.wanted = {key: key in names for key in docks.wanted}
        docks.bottom.tabs.setCurrentIndex(_whole(store.value("window/bottom")))
        docks.bottom.restore(str(store.value("window/folded", "false")).lower() == "true")

    def tabs(self, repository: Path) -> KeptTabs:
        """The tabs that were open with a repository."""
        store = self._store()
        place = _place(repository)
        held = store.value(f"{place}/open", [])
        keys = [str(key) for key in held] if isinstance(held, list) else [str(held)] if held else []
        current, preview = (str(store.value(f"{place}/{name}", "")) for name in ("current", "preview"))
        return KeptTabs(tuple(keys), current, preview, _texts(store.value(f"{place}/places", "")))

    def note_open(self, repository: Path | None) -> None:
        """Keeps which repository is open, for the next start."""
        self._store().setValue("window/repository", str(repository or ""))

    def last_open(self) -> Path | None:
        """The repository that was open when a studio ended last; None where none was."""
        held = str(self._store().value("window/repository", ""))
        return Path(held) if held else None


def _place(repository: Path) -> str:
    """Where the tabs of a repository are kept: windows on several repositories keep theirs apart."""
    return f"tabs/{hashlib.blake2b(os.fsencode(repository), digest_size=8).hexdigest()}"


def _whole(held: object) -> int:
    """A number as Qt gives it back, as text; 0 for anything else, as where a part of the file was lost."""
    try:
        return int(str(held))
    except ValueError:
        return 0


def _texts(held: object) -> dict[str, str]:
    """What was kept by tab; nothing where that part of the file was lost."""
    try:
        found = json.loads(str(held) or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _forget_old(store: QSettings) -> None:
    """Drop the tabs of the repositories that were closed longest ago."""
    store.beginGroup("tabs")
    closed = sorted((_whole(store.value(f"{key}/closed")), key) for key in store.childGroups())
    for _, key in closed[:-_REPOSITORIES]:
        store.remove(key)
    store.endGroup()
