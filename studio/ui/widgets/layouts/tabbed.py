"""Pages through which Tab goes as they are read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.widgets.layouts.tab_stops import step, stops


class TabbedAsRead(QWidget):
    """A page or panel. Left to Qt, Tab would go past what stands before the widget that it gives the keyboard to."""

    def tab_way(self) -> list[QWidget]:
        """Its stops, in the order in which Tab goes through them."""
        return list(stops(self))

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt calls it so
        return step(self, self.tab_way(), next) and enter_page(self, next)


def enter_page(before: QWidget | None, forward: bool) -> bool:
    """Where the keyboard just came into a page, gives it to the end of it that one comes to; always true."""
    page = _page_around(QApplication.focusWidget())
    if page is None or (before is not None and (page is before or page.isAncestorOf(before))):
        return True
    way = page.tab_way()
    if way:
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        way[0 if forward else -1].setFocus(reason)
    return True


def _page_around(widget: QWidget | None) -> TabbedAsRead | None:
    while widget is not None and not isinstance(widget, TabbedAsRead):
        widget = widget.parentWidget()
    return widget
