"""The splitter between the views of one model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from studio.app.settings import window_settings
from studio.ui.editor import names

_KEY = "editor/split"
_USUAL = frozenset({"form", "text"})
_SIZES = (488, 400)
_EQUAL = 1000
"""Of the splitter's room, which it deals out in proportion."""


class ViewSplit(QSplitter):
    """Form and text share the room as a person left them; with another view beside them all get the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shared: frozenset[str] = frozenset()
        """The views that the room was last divided between."""
        self.setObjectName(names.Editor.SPLIT)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(lambda _at, _index: self._keep())

    def take(self, pane: QWidget, place: int) -> None:
        """Takes a view in, and divides the room anew."""
        self.insertWidget(place, pane)
        self.setSizes([*_SIZES, *self.sizes()[2:]])
        shared, self._shared = self._shared, frozenset()
        self.share(tuple(shared))

    def share(self, keys: Sequence[str]) -> None:
        """Divides the room between the views that are shown, where they are others than before."""
        wanted = frozenset(keys)
        if wanted == self._shared:
            return
        self._shared = wanted
        self._lead_keyboard()
        if wanted <= _USUAL:
            self._restore()
            return
        panes = (self.widget(index) for index in range(self.count()))
        self.setSizes([0 if pane is None or pane.isHidden() else _EQUAL for pane in panes])

    def _lead_keyboard(self) -> None:
        """Who gives the keyboard to the tab gives it to the first view that is shown."""
        panes = [pane for index in range(self.count()) if (pane := self.widget(index)) is not None]
        self.setFocusProxy(next((pane for pane in panes if not pane.isHidden()), panes[0]))

    def _keep(self) -> None:
        sizes = self.sizes()[:2]
        if all(sizes) and self._shared <= _USUAL:
            self._settings().setValue(_KEY, sizes)

    def _restore(self) -> None:
        sizes = self._settings().value(_KEY)
        if isinstance(sizes, list) and len(sizes) == 2:
            self.setSizes([int(size) for size in sizes] + self.sizes()[2:])

    @staticmethod
    def _settings() -> QSettings:
        return window_settings()
