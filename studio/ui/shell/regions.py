"""Going from region to region by keyboard: F6 leaves even an editor that keeps Tab for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from studio.ui.shell.window import MainWindow


def regions(window: MainWindow) -> list[QWidget]:
    """The visible regions in the order in which they are read."""
    page = window.tabs.page(window.tabs.current()) if window.tabs.isVisible() else window.centre.currentWidget()
    known = (window.top, window.activities, window.explorer_dock, page, window.inspector, window.bottom, window.status)
    return [part for part in known if part is not None and part.isVisible()]


def _first(part: QWidget) -> QWidget | None:
    """The first widget of a region that takes the keyboard."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return part
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        if part.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            return widget if widget.isEnabled() else None
        widget = widget.nextInFocusChain()
    return None


def step(window: MainWindow, by: int) -> None:
    """Gives the keyboard to the next region, or to the one before."""
    parts = regions(window)
    held = QApplication.focusWidget()
    at = next((i for i, part in enumerate(parts) if held is not None and part.isAncestorOf(held)), -1)
    for distance in range(1, len(parts) + 1):
        target = _first(parts[(at + by * distance) % len(parts)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return
