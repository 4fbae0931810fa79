"""The tabs in the middle of the window: one for each open model, one for each page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from studio.ui.look import theme
from studio.ui.look.icons import icon, paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.shell import names
from studio.ui.widgets import EmptyState, IconButton, paint

_NOTHING = "Choose a model at the left or by Ctrl+P, or make a new one by Ctrl+N."


class _TabMark(QAbstractButton):
    """The cross that closes a tab; a dot of 7 px in its place while there is unsaved work and no pointer on it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.unsaved = False
        self.setObjectName(names.Shell.TAB_CLOSE)
        self.setAccessibleName(f"Close {title}")
        self.setToolTip("Close (Ctrl+W)")
        self.setFixedSize(18, 18)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def set_unsaved(self, unsaved: bool) -> None:
        """Shows the dot or the cross."""
        self.unsaved = unsaved
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.underMouse():
                paint.round_rect(painter, QRectF(self.rect()), 4, fill="hover")
            if self.unsaved and not self.underMouse():
                paint.dot(painter, QPointF(9, 9), 7, "accent")
            else:
                paint_icon(painter, QRectF(3, 3, 12, 12), "x", colour("dim"))


class _Bar(QTabBar):
    """The bar itself: tabs can be moved, and a middle click closes one."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Shell.TAB_BAR)
        self.setAccessibleName("Open tabs")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(False)
        self.setFont(ui_font(13, 500))
        self.setIconSize(QSize(16, 16))
        self.setFixedHeight(36)

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(size.width() + 6, 220), 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                paint.focus_ring(painter, QRectF(self.tabRect(self.currentIndex())).adjusted(3, 5, -4, -4))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and self.tabAt(event.position().toPoint()) >= 0:
            self.tabCloseRequested.emit(self.tabAt(event.position().toPoint()))
        super().mouseReleaseEvent(event)


@dataclass(slots=True, eq=False)
class Tab:
    """One tab: its key (`model:NAME`, `serve`, …), its page, its icon."""

    key: str
    title: str
    icon: str
    page: QWidget
    mark: _TabMark


class TabArea(QWidget):
    """Tabs and the page in front. Closing is asked for by `close_requested`; the window decides."""

    current_changed = Signal(str)
    close_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Shell.TABS)
        self._tabs: dict[str, Tab] = {}
        self.bar = _Bar()
        self._list = IconButton("caret-down", "All tabs", size=14)
        self._list.setObjectName(names.Shell.TAB_LIST)
        self.pages = QStackedWidget()
        self.pages.setProperty("kind", "panel")
        self._nothing = EmptyState("cube", "Nothing is open", _NOTHING, parent=self.pages)
        self.pages.addWidget(self._nothing)
        head = _Head()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self.bar)
        row.addStretch(1)
        row.addWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.pages, 1)
        self.bar.currentChanged.connect(self._show)
        self.bar.tabCloseRequested.connect(lambda index: self.close_requested.emit(self.key_at(index)))
        self._list.clicked.connect(self._drop_list)
        theme.retint(self._retint)

    def add(self, key: str, title: str, icon_name: str, page: QWidget) -> None:
        """Adds a tab and brings it to the front."""
        mark = _TabMark(title)
        mark.clicked.connect(lambda: self.close_requested.emit(key))
        self._tabs[key] = Tab(key, title, icon_name, page, mark)
        self.pages.addWidget(page)
        index = self.bar.addTab(title)
        self.bar.setTabToolTip(index, title)
        self.bar.setTabData(index, key)
        self.bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, mark)
        self._retint()
        self.show_tab(key)
        self._show(self.bar.currentIndex())

    def remove(self, key: str) -> None:
        """Takes a tab and its page away."""
        tab = self._tabs.pop(key)
        self.bar.removeTab(self._index(key))
        self.pages.removeWidget(tab.page)
        tab.page.hide()
        tab.page.deleteLater()
        self._show(self.bar.currentIndex())

    def has(self, key: str) -> bool:
        """Whether a tab is there."""
        return key in self._tabs

    def page(self, key: str) -> QWidget | None:
        """The page of a tab."""
        return self._tabs[key].page if key in self._tabs else None

    def keys(self) -> list[str]:
        """The tabs from left to right."""
        return [self.key_at(index) for index in range(self.bar.count())]

    def key_at(self, index: int) -> str:
        """The key of a tab by its place; empty where there is none."""
        return str(self.bar.tabData(index) or "") if index >= 0 else ""

    def current(self) -> str:
        """The tab in front; empty where there is none."""
        return self.key_at(self.bar.currentIndex())

    def show_tab(self, key: str) -> None:
        """Brings a tab to the front."""
        self.bar.setCurrentIndex(self._index(key))

    def set_unsaved(self, key: str, unsaved: bool) -> None:
        """Shows that a tab holds unsaved work."""
        if key in self._tabs:
            self._tabs[key].mark.set_unsaved(unsaved)

    def _index(self, key: str) -> int:
        return next((i for i in range(self.bar.count()) if self.key_at(i) == key), -1)

    def _show(self, index: int) -> None:
        tab = self._tabs.get(self.key_at(index))
        self.pages.setCurrentWidget(tab.page if tab is not None else self._nothing)
        self._retint()
        self.current_changed.emit(tab.key if tab else "")

    def _retint(self) -> None:
        for index in range(self.bar.count()):
            tab = self._tabs.get(self.key_at(index))
            if tab is not None:
                role = "accent" if index == self.bar.currentIndex() else "dim"
                self.bar.setTabIcon(index, icon(tab.icon, role))

    def _drop_list(self) -> None:
        menu = QMenu(self)
        for key in self.keys():
            tab = self._tabs[key]
            menu.addAction(icon(tab.icon, "dim"), tab.title).triggered.connect(lambda _=False, k=key: self.show_tab(k))
        menu.popup(self._list.mapToGlobal(self._list.rect().bottomLeft()))
        menu.aboutToHide.connect(menu.deleteLater)


class _Head(QWidget):
    """The ground of the tab bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(36)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("window"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
