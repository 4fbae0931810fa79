"""Going from region to region by keyboard: F6 leaves even an editor that keeps Tab for itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def _first(region: QWidget) -> QWidget | None:
    """The first widget of a region that takes the keyboard."""
    if region.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return region
    widget = region.nextInFocusChain()
    while widget is not None and widget is not region:
        if region.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            return widget if widget.isEnabled() else None
        widget = widget.nextInFocusChain()
    return None


def move_focus(regions: Sequence[QWidget], by: int) -> None:
    """Gives the keyboard to the next of the visible regions, or to the one before."""
    held = QApplication.focusWidget()
    at = next((i for i, region in enumerate(regions) if held is not None and region.isAncestorOf(held)), -1)
    for distance in range(1, len(regions) + 1):
        target = _first(regions[(at + by * distance) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return
