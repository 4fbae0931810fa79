"""What was found before a start: each as a line with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.serving.doctor import Diagnosis
from studio.ui.look.theme import colour
from studio.ui.server import names
from studio.ui.widgets import IconButton, IconLabel, Label, SectionHeader

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
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)
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
                self._column.addWidget(_Found(each))
            counts = Counter[str](each.level for each in found)
            told = (("error", "to mend"), ("warning", "to look at"), ("ok", "well"))
            self.head.detail.setText(", ".join(f"{counts[level]} {text}" for level, text in told if counts[level]))
        self.setVisible(bool(found))


class _Found(QWidget):
    """One thing: what is well in one line, what is not with the way out below it and a line that ends it."""

    def __init__(self, found: Diagnosis) -> None:
        super().__init__()
        self._is_well = found.level == "ok"
        sign, role = _SIGNS[found.level]
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 5 if self._is_well else 6, 12, 5 if self._is_well else 7)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(IconLabel(sign, role), 0, 0, Qt.AlignmentFlag.AlignTop)
        lines = [Label(found.text, "dim", 12)] if self._is_well else [Label(found.text, weight=500)]
        if found.remedy:
            lines.append(Label(found.remedy, "dim", 12))
        for place, line in enumerate(lines):
            line.setWordWrap(True)
            grid.addWidget(line, place, 1)
        self.setAccessibleName(f"{found.level}: {found.text} {found.remedy}".rstrip())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line below it."""
        if not self._is_well:
            with QPainter(self) as painter:
                painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
