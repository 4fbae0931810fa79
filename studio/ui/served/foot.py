"""The line below the models: what they come to together, and how old it is."""

from __future__ import annotations

import time

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.serving.served_models.details import ServedDetails
from studio.app.session import Session
from studio.core.files.sizes import size_text
from studio.core.inference.model_index import is_ready
from studio.ui.look.theme import colour
from studio.ui.served import names
from studio.ui.widgets import ElidedLabel, Label, format_seconds


class ServedFoot(QWidget):
    """32 high."""

    def __init__(self, session: Session, details: ServedDetails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(32)
        self._session, self._details = session, details
        self.words = ElidedLabel("", "dim", 12, parent=self)
        self.words.setObjectName(names.Served.COUNT)
        self.age = Label("", "dim", 11, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(44, 0, 16, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.age)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line above it."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, colour("line"))

    def refresh(self) -> None:
        """Shows the sums of now."""
        server = self._session.server
        rows = [row for rows in server.models.values() for row in rows if row.version]
        parts = [f"{len(server.models)} models, {len(rows)} versions"] if server.models else []
        took = sum(load.took for name, load in server.loads.items() if is_ready(server.models.get(name, ())))
        if took:
            parts.append(f"loads {format_seconds(took)}")
        known = [detail for detail in self._details.all.values() if detail.memory]
        if known:
            estimate = ", estimate" if any(detail.is_estimate for detail in known) else ""
            parts.append(f"{size_text(sum(detail.memory for detail in known))} of memory known{estimate}")
        self.words.setText("    ".join(parts))
        at = self._details.read_at
        self.age.setText(f"looked at {max(time.time() - at, 0):.0f} s ago" if at else "")
