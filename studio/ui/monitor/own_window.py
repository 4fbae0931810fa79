"""The monitor in a window of its own, for a second screen: the same figures, with a time and views of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio.app.settings import window_settings
from studio.ui.monitor import names
from studio.ui.widgets import without_room

if TYPE_CHECKING:
    from studio.ui.monitor.page import MonitorPage

_PLACE = "monitor/window"


class MonitorWindow(QWidget):
    """Belongs to the studio's window: it goes with that, and comes back where it was."""

    def __init__(self, make: Callable[[QWidget], MonitorPage], owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setObjectName(names.Monitor.WINDOW)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Monitor")
        self.page = make(self)
        without_room(QVBoxLayout(self)).addWidget(self.page)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        self.resize(1100, 760)
        held = window_settings().value(_PLACE)
        if isinstance(held, QByteArray):
            self.restoreGeometry(held)
        owner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Hide and watched is self.parent() and not event.spontaneous():
            self.close()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            window_settings().setValue(_PLACE, self.saveGeometry())
        super().hideEvent(event)


def page_in_front() -> MonitorPage | None:
    """The page of the monitor's own window where that has the keyboard."""
    window = QApplication.activeWindow()
    return window.page if isinstance(window, MonitorWindow) else None


def show_own_window(make: Callable[[QWidget], MonitorPage], owner: QWidget) -> MonitorWindow:
    """Brings it in front; there is one."""
    found = owner.findChild(MonitorWindow, options=Qt.FindChildOption.FindDirectChildrenOnly)
    made = found if found is not None else MonitorWindow(make, owner)
    made.show()
    made.raise_()
    made.activateWindow()
    return made
