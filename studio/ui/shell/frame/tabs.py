"""The tabs in the middle of the window: one for each open model, one for each page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from studio.ui.look import theme
from studio.ui.look.icons import icon
from studio.ui.look.theme import colour
from studio.ui.shell import names
from studio.ui.shell.frame.tab_bar import TabBar, TabMark
from studio.ui.widgets import EmptyState, IconButton

_NOTHING = "Choose a model at the left or by Ctrl+P, or make a new one by Ctrl+N."


@dataclass(slots=True, eq=False)
class Tab:
    """One tab: its key (`model:NAME`, `serve`, …), its page, its icon."""

    key: str
    title: str
    icon: str
    page: QWidget
    mark: TabMark


class TabArea(QWidget):
    """Tabs and the page in front. Closing is asked for by `close_requested`; the window decides."""

    current_changed = Signal(str)
    close_requested = Signal(str)
    menu_requested = Signal(str, QPoint)
    """A tab, and where on the screen its menu is to open."""
    preview_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Shell.TABS)
        self._tabs: dict[str, Tab] = {}
        self.preview = ""
        """The tab that only previews: the next preview takes its place. "" where none does."""
        self._behind: int | None = None
        self.bar = TabBar()
        self._list = IconButton("caret-down", "All tabs", size=14)
        self._list.setObjectName(names.Shell.TAB_LIST)
        self.pages = QStackedWidget()
        self.pages.setProperty("kind", "panel")
        self._nothing = EmptyState("cube", "Nothing is open", _NOTHING, parent=self.pages)
        self.pages.addWidget(self._nothing)
        self._column = self._lay_out()
        self._connect()
        theme.retint(self._retint)

    def _lay_out(self) -> QVBoxLayout:
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
        return column

    def _connect(self) -> None:
        self.bar.currentChanged.connect(self._show)
        self.bar.tabCloseRequested.connect(lambda index: self.close_requested.emit(self.key_at(index)))
        self.bar.keep_asked.connect(lambda index: self.keep(self.key_at(index)))
        self.bar.menu_asked.connect(lambda index, where: self.menu_requested.emit(self.key_at(index), where))
        self.bar.tabMoved.connect(lambda _from, _to: self._mark_preview())
        self._list.clicked.connect(self._drop_list)

    def add_line(self, line: QWidget) -> None:
        """Puts a line between the tabs and the page."""
        self._column.insertWidget(1, line)

    def add(self, key: str, title: str, icon_name: str, page: QWidget, *, preview: bool = False) -> str:
        """Adds a tab and brings it to the front.

        A preview stands in the place of the one before, whose key is given back: that one is to be closed.
        """
        old = self.preview if preview else ""
        at = self._index(old) if old else -1
        mark = TabMark(title)
        mark.clicked.connect(lambda: self.close_requested.emit(key))
        self._tabs[key] = Tab(key, title, icon_name, page, mark)
        self.pages.addWidget(page)
        index = self.bar.insertTab(at if self._behind is None else self._behind, title)
        self.bar.setTabToolTip(index, title)
        self.bar.setTabData(index, key)
        self.bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, mark)
        self._retint()
        self._mark_preview()
        self.show_tab(key)
        self._show(self.bar.currentIndex())
        if preview:
            self.set_preview(key)
        return old

    @contextmanager
    def behind(self, at: int) -> Iterator[None]:
        """What is added meanwhile takes this place, and whatever is in front stays there."""
        self._behind = at
        try:
            yield
        finally:
            self._behind = None

    def set_preview(self, key: str) -> None:
        """Makes a tab the one that only previews; "" for none."""
        self.preview = key
        self._mark_preview()
        self.preview_changed.emit()

    def keep(self, key: str) -> None:
        """Keeps a tab that only previewed."""
        if key and key == self.preview:
            self.set_preview("")

    def _mark_preview(self) -> None:
        self.bar.set_preview(self._index(self.preview) if self.preview else -1)

    def remove(self, key: str) -> None:
        """Takes a tab and its page away."""
        self.keep(key)
        tab = self._tabs.pop(key)
        self.bar.removeTab(self._index(key))
        self.pages.removeWidget(tab.page)
        tab.page.hide()
        tab.page.deleteLater()
        self._mark_preview()
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
        if self._behind is None:
            self.bar.setCurrentIndex(self._index(key))

    def focus_page(self) -> None:
        """Gives the keyboard to the page in front."""
        page = self.pages.currentWidget()
        if page is not None:
            page.setFocus()

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
