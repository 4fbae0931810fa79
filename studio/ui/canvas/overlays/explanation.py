"""Two small windows over a canvas: why a wire will not do, and a field for a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.core.graph.wiring import Offer
from studio.ui.canvas import names
from studio.ui.look.theme import mono_font
from studio.ui.widgets import IconButton, IconLabel, Label, QuietButton, paint

_WIDTH = 340
_FIELD = 200


class Explanation(QFrame):
    """The reason, and what would make the wire fit; Escape or a press elsewhere closes it."""

    chosen = Signal(object)
    """Offer"""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
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
        area = self._canvas.rect()
        x = max(8, min(at.x() + 16, area.width() - self.width() - 8))
        y = max(8, min(at.y() + 12, area.height() - self.height() - 8))
        self.move(x, y)
        self.show()
        self.raise_()
        if self._buttons:
            self._buttons[0].setFocus()

    def words(self) -> str:
        """What it says."""
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
        """Closes it."""
        self.hide()
        self._canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="error_soft", edge="error")


class NameField(QLineEdit):
    """A name edited where it stands: Enter takes it, Escape leaves it as it was."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setObjectName(names.Canvas.RENAME)
        self.setFont(mono_font(12))
        self.setFixedWidth(_FIELD)
        self._done: Callable[[str], object] | None = None
        self.returnPressed.connect(self._take)
        self.hide()

    def open_at(self, at: QPoint, name: str, words: str, done: Callable[[str], object]) -> None:
        """Shows a name for editing with its middle at a place."""
        self._done = done
        self.setAccessibleName(words)
        self.setText(name)
        self.selectAll()
        area = self._canvas.rect()
        x = max(8, min(at.x() - _FIELD // 2, area.width() - _FIELD - 8))
        self.move(x, max(8, min(at.y() - 14, area.height() - 36)))
        self.show()
        self.raise_()
        self.setFocus()

    def _take(self) -> None:
        done, self._done = self._done, None
        name = self.text().strip()
        self.hide()
        if done is not None:
            done(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._done = None
            self.hide()
            self._canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._done = None
            self.hide()

    def event(self, event: QEvent) -> bool:
        # Keys of the window do not reach into a name that is being typed.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        return super().event(event)
