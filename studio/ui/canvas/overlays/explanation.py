"""The window over a canvas that explains why a wire will not do, and offers what would make it fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.graph.wiring import Offer
from studio.ui.canvas import names
from studio.ui.widgets import IconButton, IconLabel, Label, QuietButton, paint

_WIDTH = 340
_ASIDE = 16
_MARGIN = 8
_LEAVING = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.DragEnter})


class Explanation(QFrame):
    """The reason, and what would make the wire fit.

    Escape, a press or a turn of the wheel on the canvas and whatever changes the graph close it.
    """

    chosen = Signal(object)
    """Offer"""

    def __init__(self, canvas: QWidget) -> None:
        # The bars and the map lie beside the canvas, so what is inside it would be below them.
        self._pane = canvas.parentWidget() or canvas
        super().__init__(self._pane)
        self._canvas = canvas
        self.setAccessibleName("Why the wire does not fit")
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
        canvas.installEventFilter(self)
        if isinstance(canvas, QAbstractScrollArea):
            canvas.viewport().installEventFilter(self)

    def open_at(self, at: QPoint, reason: str, offers: Sequence[Offer], covered: Sequence[QRect] = ()) -> None:
        """Says it beside a place of the canvas, where it hides least of `covered`, areas of the canvas."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(index, offer) for index, offer in enumerate(offers)]
        self._words.setText(reason)
        self.setAccessibleDescription(reason)
        # Words that wrap want a height that only the width tells.
        width = self._wanted_width()
        self.setFixedWidth(width)
        self.resize(width, self._column.totalHeightForWidth(width))
        corner = self._canvas.mapTo(self._pane, QPoint(0, 0))
        self.move(self._free_place(at + corner, [area.translated(corner) for area in covered]))
        self.show()
        self.raise_()
        if self._buttons:
            self._buttons[0].setFocus()

    def _wanted_width(self) -> int:
        """The usual width, or what the longest offer needs where there is room for it."""
        edges = self._column.contentsMargins()
        widest = max((button.sizeHint().width() for button in self._buttons), default=0)
        room = self._pane.width() - 2 * _MARGIN
        return max(_WIDTH, min(widest + edges.left() + edges.right(), room))

    def _free_place(self, at: QPoint, covered: Sequence[QRect]) -> QPoint:
        """Beside a place, of those within sight the one that hides least."""
        width, height = self.width(), self.height()
        inside = self._pane.rect().adjusted(_MARGIN, _MARGIN, -width - _MARGIN, -height - _MARGIN)
        columns = (at.x() + _ASIDE, at.x() - width - _ASIDE, at.x() - width // 2)
        rows = (at.y() + _ASIDE, at.y() - height - _ASIDE, at.y() - height // 2, inside.bottom(), inside.top())
        places = [
            QPoint(max(inside.left(), min(x, inside.right())), max(inside.top(), min(y, inside.bottom())))
            for x in columns
            for y in rows
        ]

        def cost(place: QPoint) -> tuple[int, int]:
            own = QRect(place, self.size())
            hidden = (own.intersected(area) for area in covered)
            away = (place - at).manhattanLength()
            return sum(area.width() * area.height() for area in hidden) + 10_000 * own.contains(at), away

        return min(places, key=cost)

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

    def leave(self, *_: object) -> None:
        """Closes the window where it is open; the keyboard stays where it is, unless it was in here."""
        if self.isHidden():
            return
        had_keyboard = any(button.hasFocus() for button in self._buttons)
        self.hide()
        if had_keyboard:
            self._canvas.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.isVisible():
            if event.type() in _LEAVING:
                self.leave()
            elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                # First as a key that no shortcut of the window may take, then as the key itself.
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    self.dismiss()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="error_soft", edge="error")
