"""The tabs of the bottom panel: words with a count and a line of accent under the one in front."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from studio.ui.look.theme import colour, ui_font
from studio.ui.shell import names
from studio.ui.widgets import paint

_GAP = 22


class PanelTabs(QTabBar):
    """Painted here, since a styled tab bar has no place for a count beside the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[int, int] = {}
        self.setObjectName(names.Shell.BOTTOM_TABS)
        self.setAccessibleName("Panels")
        self.setFont(ui_font(13, 500))
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setFixedHeight(36)

    def set_count(self, index: int, count: int) -> None:
        """Shows a count beside a title; none for zero."""
        self._counts[index] = count
        title = self.tabText(index)
        self.setAccessibleTabName(index, f"{title}, {count}" if count else title)
        # A tab takes its new width only when its text is set.
        self.setTabText(index, title)
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.tabText(index)) + self._badge(index) + _GAP + 4, 36)

    def _badge(self, index: int) -> int:
        count = self._counts.get(index, 0)
        return QFontMetrics(ui_font(11, 500)).horizontalAdvance(str(count)) + 18 if count else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            hovered = self.tabAt(self.mapFromGlobal(QCursor.pos())) if self.underMouse() else -1
            for index in range(self.count()):
                rect = QRectF(self.tabRect(index)).adjusted(0, 0, -_GAP, 0)
                front = index == self.currentIndex()
                role = "text" if front or index == hovered else "dim"
                width = paint.text(painter, rect, self.tabText(index), self.font(), role)
                self._paint_count(painter, rect, width, index)
                if front:
                    line = QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2)
                    painter.fillRect(line, colour("text" if self.hasFocus() else "accent"))

    def _paint_count(self, painter: QPainter, rect: QRectF, left: float, index: int) -> None:
        count = self._counts.get(index, 0)
        if count:
            box = QRectF(rect.left() + left + 6, rect.center().y() - 8, self._badge(index) - 6, 16)
            paint.round_rect(painter, box, 8, fill="hover")
            paint.text(painter, box, str(count), ui_font(11, 500), "dim", Qt.AlignmentFlag.AlignHCenter)
