"""What was found before a start: each as a line with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.serving.doctor import Diagnosis
from studio.ui.server import names
from studio.ui.widgets import IconButton, IconLabel, Label, Row, SectionHeader

_SIGNS = {
    "ok": ("check-circle-fill", "ok"),
    "warning": ("warning-fill", "warn_fill"),
    "error": ("x-circle-fill", "error"),
}


class Doctor(QWidget):
    """A section of the server's page; hidden until something was looked at."""

    again = Signal()
    """It is to be looked once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.DOCTOR)
        self.setAccessibleName("Doctor")
        self._shown: tuple[Diagnosis, ...] = ()
        self.head = SectionHeader("Doctor", line=True, parent=self)
        look = IconButton("arrow-clockwise", "Look again")
        look.setObjectName(names.Serve.DOCTOR_AGAIN)
        look.clicked.connect(self.again)
        self.head.add_action(look)
        self._rows = QWidget(self)
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(12, 4, 12, 8)
        self._column.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._rows)
        self.hide()

    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """What was found, as it is shown."""
        return self._shown

    def show_diagnoses(self, found: Sequence[Diagnosis]) -> None:
        """Shows what was found in place of what was shown; nothing hides it."""
        if tuple(found) != self._shown:
            self._shown = tuple(found)
            while (item := self._column.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            for each in found:
                self._column.addWidget(_row(each))
            counts = Counter[str](each.level for each in found)
            told = (("error", "to mend"), ("warning", "to look at"), ("ok", "well"))
            self.head.detail.setText(", ".join(f"{counts[level]} {text}" for level, text in told if counts[level]))
        self.setVisible(bool(found))


def _row(found: Diagnosis) -> Row:
    sign, role = _SIGNS[found.level]
    words = Label(f"{found.text} {found.remedy}".rstrip(), "dim" if found.level == "ok" else "text", 12)
    words.setWordWrap(True)
    row = Row(IconLabel(sign, role, 14), words, spacing=8)
    row.box.setStretch(1, 1)
    row.setAccessibleName(f"{found.level}: {found.text} {found.remedy}".rstrip())
    return row
