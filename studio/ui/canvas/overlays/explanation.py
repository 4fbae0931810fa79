"""The window over a canvas that explains why a wire will not do, and offers what would make it fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.graph.wiring import Offer
from studio.ui.canvas import names
from studio.ui.widgets import IconButton, IconLabel, Label, QuietButton, paint

_WIDTH = 340


class Explanation(QFrame):
    """The reason, and what would make the wire fit; Escape or a press elsewhere closes it."""

    chosen = Signal(object)
    """Offer"""

    def __init__(self, canvas: QWidget) -> None:
        # The bars and the map lie beside the canvas, so what is inside it would be below them.
        self._pane = canvas.parentWidget() or canvas
        super().__init__(self._pane)
        self._canvas = canvas
        self.setAccessibleName("Why the wire does not fit")
        self.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 10, 10, 10)
        self._column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        self._words = Label("", parent=self)
        self._words.setWordWrap(True)
        close = IconButton("x", "Close", size=12, parent=self)
        close.setObjectName(names.Canvas.OFFER.format("close"))
        close.clicked.connect(self.dismiss)
        top.addWidget(IconLabel("prohibit", "error", 16, self), 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._words, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(top)
        self._buttons: list[QuietButton] = []
        self.hide()

    def open_at(self, at: QPoint, reason: str, offers: Sequence[Offer]) -> None:
        """Says it beside a place of the canvas."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(index, offer) for index, offer in enumerate(offers)]
        self._words.setText(reason)
        self.setAccessibleDescription(reason)
        self.adjustSize()
        area, at = self._pane.rect(), self._canvas.mapTo(self._pane, at)
        x = max(8, min(at.x() + 16, area.width() - self.width() - 8))
        y = max(8, min(at.y() + 12, area.height() - self.height() - 8))
        self.move(x, y)
        self.show()
        self.raise_()
        if self._buttons:
            self._buttons[0].setFocus()

    def words(self) -> str:
        """The reason that is shown."""
        return self._words.text()

    def _button(self, index: int, offer: Offer) -> QuietButton:
        button = QuietButton(offer.title, "wrench", "dense", self)
        button.setObjectName(names.Canvas.OFFER.format(index))
        button.clicked.connect(lambda: self._take(offer))
        self._column.addWidget(button)
        return button

    def _take(self, offer: Offer) -> None:
        self.dismiss()
        self.chosen.emit(offer)

    def dismiss(self) -> None:
        """Closes the window and gives the canvas the keyboard back."""
        self.hide()
        self._canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="error_soft", edge="error")
