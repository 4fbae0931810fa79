"""A field of the dialog with its title at the left, and below it the reason for what is proposed or what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.widgets import Label

_TITLE = 112


class FieldRow(QWidget):
    """One field. `field` may hold several widgets in a row of its own."""

    def __init__(self, title: str, field: QWidget, parent: QWidget, *, top: bool = False) -> None:
        super().__init__(parent)
        self.field = field
        head = Label(title, "dim", parent=self)
        head.setFixedWidth(_TITLE)
        head.setFixedHeight(20 if top else 28)
        head.setBuddy(field)
        self._reason = Label("", "dim", 12, parent=self)
        self._reason.setWordWrap(True)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(field)
        column.addWidget(self._reason)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(head, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def say(self, reason: str, problem: str = "") -> None:
        """Tells what is wrong, or why the value is proposed."""
        self._reason.setText(problem or reason)
        self._reason.set_role("error" if problem else "dim")
        self._reason.setVisible(bool(problem or reason))

    def said(self) -> str:
        """What stands below the field."""
        return self._reason.text()
