"""One side of the tester: a header above cards that scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.ui.widgets import SectionHeader


class Side(QWidget):
    """A header, and cards below one another."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = SectionHeader(title, line=True)
        self.area = QScrollArea(self)
        body = QWidget(self.area)
        body.setProperty("kind", "page")
        self.cards = QVBoxLayout(body)
        self.cards.setContentsMargins(12, 12, 12, 12)
        self.cards.setSpacing(12)
        self.cards.addStretch(1)
        self.area.setObjectName(name)
        self.area.setAccessibleName(title)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.area, 1)
        self.setMinimumWidth(300)
