"""A panel that stands over the window at a place of the text, and never takes the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from studio.ui.widgets import paint

_GAP = 4


class PopupFrame(QFrame):
    """Lies in the editor's window, above all panes, for as long as the editor lives."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.window())
        self._edit = edit
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        edit.destroyed.connect(self.deleteLater)
        self.hide()

    def show_at(self, anchor: QRect) -> None:
        """Shows it below a place of the editor's viewport, above it where there is no room."""
        window = self._edit.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.adjustSize()
        low = self._edit.viewport().mapTo(window, anchor.bottomLeft())
        high = self._edit.viewport().mapTo(window, anchor.topLeft())
        y = low.y() + _GAP
        if y + self.height() > window.height() and high.y() - _GAP - self.height() >= 0:
            y = high.y() - _GAP - self.height()
        x = max(_GAP, min(low.x(), window.width() - self.width() - _GAP))
        self.move(QPoint(x, y))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised field with an edge."""
        del event
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 6, fill="field", edge="edge")
