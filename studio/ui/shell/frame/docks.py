"""Docks with headers of our own: they can be dragged, closed and restored."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.ui.look.theme import colour
from studio.ui.room.page import CanBeEmpty
from studio.ui.shell import names
from studio.ui.shell.frame.panel_tabs import PanelTabs
from studio.ui.widgets import ElidedLabel, IconButton, Label

HEADER = 36


class DockHeader(QWidget):
    """The header of a dock, 36 high: title, count, and tools at the right."""

    def __init__(self, title: str, *, line: bool = True) -> None:
        super().__init__()
        self._line = line
        self.setFixedHeight(HEADER)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(12, 0, 8, 0)
        self.box.setSpacing(2)
        self.title = ElidedLabel(title, px=13, weight=600)
        self.count = Label("", "dim", 11, 500)
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.box.addWidget(self.title)
        self.box.addSpacing(6)
        self.box.addWidget(self.count)
        self.box.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEADER)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, HEADER)

    def add_tool(self, tool: QWidget) -> None:
        """Puts a tool at the right."""
        self.box.addWidget(tool)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("panel"))
            if self._line:
                painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))


class Dock(QDockWidget):
    """A side panel with a header. `closed` says that a person closed it."""

    closed = Signal()

    def __init__(self, name: str, title: str, window: QMainWindow, *, line: bool = True) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.header = DockHeader(title, line=line)
        self.setTitleBarWidget(self.header)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def add_close(self) -> None:
        """Adds the cross that hides the dock."""
        close = IconButton("x", f"Hide {self.windowTitle()}", size=14)
        close.setObjectName(names.Shell.DOCK_CLOSE)
        close.clicked.connect(self.close)
        self.header.add_tool(close)


class BottomDock(QDockWidget):
    """The panel at the foot: tabs in the header, and a caret that folds it to the header alone."""

    folded = Signal(bool)
    abandoned = Signal()
    """It folds while the keyboard is in it."""
    filled = Signal()
    """The panel in front was empty, and is not any more."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("Panel", window)
        self.setObjectName(names.Shell.BOTTOM_DOCK)
        self._keys: list[str] = []
        self._counts: dict[str, int] = {}
        self._height = 164
        self.is_folded = False
        self.wants_folded = False
        """What the person wants."""
        self._gives_way = False
        self._insists = False
        self._build()

    def _build(self) -> None:
        header = _BottomHeader()
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        self.tabs = PanelTabs()
        self._slot = QStackedWidget()
        self._slot.setFixedHeight(28)
        self.fold_button = IconButton("caret-down", "Fold the panel", size=14)
        self.fold_button.setObjectName(names.Shell.BOTTOM_FOLD)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self._slot)
        row.addWidget(self.fold_button)
        self.pages = QStackedWidget()
        self.pages.setProperty("kind", "panel")
        self.setTitleBarWidget(header)
        # A dock whose own widget is hidden takes the least width of its header for its greatest.
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.setWidget(holder)
        self.tabs.currentChanged.connect(self._show)
        self.tabs.tabBarClicked.connect(lambda _: self.set_folded(False))
        self.fold_button.clicked.connect(lambda: self.set_folded(not self.is_folded))

    def add_page(self, key: str, title: str, page: QWidget, tools: Sequence[QWidget]) -> None:
        """Adds a panel with its tab and its tools."""
        self._keys.append(key)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        for tool in tools:
            row.addWidget(tool)
        self._slot.addWidget(holder)
        self.pages.addWidget(page)
        self.tabs.addTab(title)
        self.set_count(key, self._counts.get(key, 0))

    def set_count(self, key: str, count: int) -> None:
        """Shows how many there are in a panel, beside its title."""
        self._counts[key] = count
        if self._gives_way and count and key == self.current() and not self.is_empty():
            self.filled.emit()
        if key in self._keys:
            self.tabs.set_count(self._keys.index(key), count)

    def show_page(self, key: str) -> None:
        """Brings a panel to the front and unfolds."""
        self.show()
        self.tabs.setCurrentIndex(self._keys.index(key))
        self.set_folded(False)

    def current(self) -> str:
        """The panel in front."""
        return self._keys[self.tabs.currentIndex()] if self._keys else ""

    def _show(self, index: int) -> None:
        self.pages.setCurrentIndex(index)
        self._slot.setCurrentIndex(index)

    def is_empty(self) -> bool:
        """Whether the panel in front has nothing to show."""
        page = self.pages.currentWidget()
        return isinstance(page, CanBeEmpty) and page.is_empty

    def set_folded(self, folded: bool) -> None:
        """Folds to the header alone, or back to the height it had, by a person's wish."""
        self.wants_folded, self._insists = folded, not folded
        self._apply()

    def restore(self, folded: bool) -> None:
        """Takes what the person wanted before."""
        self.wants_folded, self._insists = folded, False
        self._apply()

    def give_way(self, gives_way: bool) -> None:
        """Folds while it is empty or others need the room, unless a person unfolded it here."""
        self._gives_way = gives_way
        self._apply()

    def end_insistence(self) -> None:
        """Something else is in front: what was unfolded there need not be so here."""
        self._insists = False

    def _apply(self) -> None:
        self._fold(self.wants_folded or (self._gives_way and not self._insists))

    def _fold(self, folded: bool) -> None:
        if folded == self.is_folded:
            return
        if folded:
            self._height = max(self.height(), 100)
        self.is_folded = folded
        focus = QApplication.focusWidget()
        if folded and focus is not None and self.pages.isAncestorOf(focus):
            # Else it would fall to any widget of the window.
            self.abandoned.emit()
        self.pages.setVisible(not folded)
        self.setMaximumHeight(HEADER if folded else 16777215)
        self.fold_button.set_icon("caret-up" if folded else "caret-down")
        self.fold_button.setToolTip("Unfold the panel" if folded else "Fold the panel")
        window = self.parentWidget()
        if not folded and isinstance(window, QMainWindow):
            window.resizeDocks([self], [self._height], Qt.Orientation.Vertical)
        self.folded.emit(folded)


class _BottomHeader(QWidget):
    """The ground of the bottom panel's header."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEADER)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEADER)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEADER)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("panel"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
