"""What an item of the status bar is made of."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets import Clickable, Label, paint


def status_label(text: str = "", role: str = "dim", weight: int = 400) -> Label:
    """A text in the size of the status bar."""
    return Label(text, role, 11, weight)


class StatusEntry(Clickable):
    """Parts in a row that can be pressed as one."""

    def __init__(self, name: str, title: str, spacing: int = 5) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 0, 2, 0)
        self._row.setSpacing(spacing)

    def add(self, part: QWidget) -> None:
        """Adds a part at the right."""
        self._row.addWidget(part)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.hovered:
                painter.fillRect(self.rect(), colour("hover"))
            if self.hasFocus():
                paint.round_rect(painter, QRectF(self.rect()), 3, edge="accent")
