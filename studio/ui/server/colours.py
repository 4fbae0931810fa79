"""The sign that carries a server's name on its colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look import server_colours, theme
from studio.ui.look.theme import tokens, ui_font
from studio.ui.widgets import paint


class ConnectionBadge(QWidget):
    """A server's name on its colour: seen at a glance, and never for another. Hidden where there is none."""

    def __init__(self, parent: QWidget | None = None, *, height: int = 18) -> None:
        super().__init__(parent)
        self._name = ""
        self._colour = "grey"
        self._height = height
        self.setFont(ui_font(11, 600))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changes().themed.connect(self.update)
        self.hide()

    def show_connection(self, name: str, colour_name: str, *, read_only: bool) -> None:
        """Shows another server; none for ""."""
        self._name = f"{name} · read-only" if name and read_only else name
        self._colour = colour_name
        self.setAccessibleName(f"Server {self._name}, {colour_name}" if name else "")
        self.setToolTip(self._name)
        self.setVisible(bool(name))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The name of the connection."""
        return self._name

    def sizeHint(self) -> QSize:
        return QSize(min(self.fontMetrics().horizontalAdvance(self._name) + 18, 240), self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            fill = server_colours.of(self._colour)
            paint.round_rect(painter, rect, 4, fill=fill.name())
            shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, int(rect.width()) - 16)
            ink = "#0b1417" if tokens().scheme == "dark" else "#ffffff"
            paint.text(painter, rect, shown, self.font(), ink, Qt.AlignmentFlag.AlignHCenter)
