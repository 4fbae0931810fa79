"""A bar above an editor: what another program did, and what the person can do about it."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets import ElidedLabel, IconLabel


class WarningBar(QWidget):
    """A sentence with buttons on the soft ground of a warning."""

    def __init__(self, text: str, *buttons: QAbstractButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel("warning-fill", "warn_fill"))
        self.text = ElidedLabel(text)
        row.addWidget(self.text, 1)
        for button in buttons:
            row.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("warn_soft"))
