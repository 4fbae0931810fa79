"""The docks around the tabs: where they stand, which are wanted, and which have room."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow

from studio.ui.shell import names
from studio.ui.shell.frame.docks import BottomDock, Dock
from studio.ui.shell.pages import MODELS

ROOMY = 1340
"""From this width on there is room for the inspector beside form and text."""
EXPLORER, INSPECTOR, BOTTOM = 240, 264, 164
"""The sizes at the first start."""
TALL = 800
"""From this height on there is room for the panel at the foot beside the editor."""


class DockLayout(QObject):
    """Explorer at the left, inspector at the right, panel at the foot."""

    changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.wanted = {"explorer": True, "inspector": True}
        """Which side panels a person wants to see."""
        self.is_restored = False
        """Whether the docks were put where they were in the last run, which waits for the first repository."""
        self._insists = False
        self._shown_for = (MODELS, False, False)
        self._build()

    def _build(self) -> None:
        window = self._window
        self.explorer = Dock(names.Shell.EXPLORER_DOCK, "Models", window, line=False)
        self.inspector = Dock(names.Shell.INSPECTOR_DOCK, "Field help", window)
        self.bottom = BottomDock(window)
        self.explorer.setMinimumWidth(180)
        self.inspector.setMinimumWidth(200)
        self.inspector.add_close()
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        for area, dock in self._places():
            window.addDockWidget(area, dock)
            dock.hide()
        self.explorer.closed.connect(lambda: self._closed("explorer"))
        self.inspector.closed.connect(lambda: self._closed("inspector"))
        self.bottom.filled.connect(self._arrange)

    def _places(self) -> list[tuple[Qt.DockWidgetArea, Dock | BottomDock]]:
        return [
            (Qt.DockWidgetArea.LeftDockWidgetArea, self.explorer),
            (Qt.DockWidgetArea.RightDockWidgetArea, self.inspector),
            (Qt.DockWidgetArea.BottomDockWidgetArea, self.bottom),
        ]

    def arrange(self, activity: str, *, started: bool, opened: bool) -> None:
        """Shows the docks that belong to what is in front: the session is there, a repository is open."""
        modelling = activity == MODELS
        if self._shown_for != (activity, started, opened):
            self._shown_for = activity, started, opened
            self.bottom.end_insistence()
        roomy = self._window.width() >= ROOMY or self._insists
        self.explorer.setVisible(opened and modelling and self.wanted["explorer"])
        self.inspector.setVisible(opened and modelling and self.wanted["inspector"] and roomy)
        self.bottom.setVisible(started and (opened or not modelling))
        # A page has the room of an empty panel, and a low window has room for one of the two. Beside a model it would
        # come and go with each problem that is typed and mended.
        self.bottom.give_way(not modelling and (self.bottom.is_empty() or self._window.height() < TALL))

    def _arrange(self) -> None:
        activity, started, opened = self._shown_for
        self.arrange(activity, started=started, opened=opened)
        self.changed.emit()

    def toggle(self, key: str) -> None:
        """Shows or hides the explorer or the inspector."""
        dock = self.explorer if key == "explorer" else self.inspector
        self.show_dock(key, shown=not dock.isVisible())

    def show_dock(self, key: str, *, shown: bool) -> None:
        """Shows or hides a side panel by a person's wish, which holds in a narrow window too."""
        self.wanted[key] = shown
        self._insists = shown if key == "inspector" else self._insists
        self._arrange()

    def toggle_panel(self) -> None:
        """Folds the panel at the foot, or unfolds it."""
        if self.bottom.isHidden():
            self.bottom.show()
            self.bottom.set_folded(False)
        else:
            self.bottom.set_folded(not self.bottom.is_folded)
        self.changed.emit()

    def resized(self, before: int, now: int) -> None:
        """The window has another width."""
        if (before >= ROOMY) != (now >= ROOMY):
            self._insists = False
            self._arrange()

    def _closed(self, key: str) -> None:
        self.wanted[key] = False
        self.changed.emit()

    def reset(self) -> None:
        """Puts the docks where they are at the first start."""
        # A low window has room for the editor or for an open panel; a count at its folded header tells of problems.
        self.bottom.restore(self._window.height() < TALL)
        for area, dock in self._places():
            dock.setFloating(False)
            self._window.addDockWidget(area, dock)
            dock.show()
        self.wanted = {"explorer": True, "inspector": True}
        sides = [self.explorer, self.inspector]
        self._window.resizeDocks(sides, [EXPLORER, INSPECTOR], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.bottom], [BOTTOM], Qt.Orientation.Vertical)
        self._arrange()
