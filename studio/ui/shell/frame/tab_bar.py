"""The bar of the tabs: a cross or a dot on each, a menu at the pointer, and a title in italics for a preview."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QStyle, QStyleOptionTab, QTabBar

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.shell import names
from studio.ui.widgets import paint


class TabMark(QAbstractButton):
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


class TabBar(QTabBar):
    """Tabs that can be moved: a middle click closes one, a double click keeps one, a right click asks for its menu."""

    menu_asked = Signal(int, QPoint)
    """The tab under the pointer, and where its menu is to open."""
    keep_asked = Signal(int)

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
        self._italic = QFont(self.font())
        self._italic.setItalic(True)
        self.preview = -1
        """The tab that only previews."""
        self._paints = False

    def set_preview(self, index: int) -> None:
        """Writes the title of a tab in italics; -1 for none."""
        self.preview = index
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(size.width() + 6, 220), 36)

    def initStyleOption(self, option: QStyleOptionTab, index: int) -> None:  # noqa: N802 - Qt's name
        """Leaves the title of a preview out where the bar is painted: it is written over it in italics."""
        super().initStyleOption(option, index)
        if self._paints and index == self.preview:
            option.text = ""

    def _paint_preview(self) -> None:
        option = QStyleOptionTab()
        self.initStyleOption(option, self.preview)
        rect = self.style().subElementRect(QStyle.SubElement.SE_TabBarTabText, option, self)
        role = "text" if self.preview == self.currentIndex() else "dim"
        with QPainter(self) as painter:
            paint.text(painter, QRectF(rect), self.tabText(self.preview), self._italic, role)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paints = True
        super().paintEvent(event)
        self._paints = False
        if 0 <= self.preview < self.count():
            self._paint_preview()
        if self.hasFocus():
            with QPainter(self) as painter:
                paint.focus_ring(painter, QRectF(self.tabRect(self.currentIndex())).adjusted(3, 5, -4, -4))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and self.tabAt(event.position().toPoint()) >= 0:
            self.tabCloseRequested.emit(self.tabAt(event.position().toPoint()))
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.keep_asked.emit(index)
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.tabAt(event.pos())
        if index >= 0:
            where = self.mapToGlobal(self.tabRect(index).bottomLeft()) if by_key else event.globalPos()
            self.menu_asked.emit(index, where)
