"""A name that is edited where it stands on a canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.ui.canvas import names
from studio.ui.look.theme import mono_font

_FIELD = 200


class NameField(QLineEdit):
    """A name edited where it stands: Enter takes it, Escape leaves it as it was."""

    def __init__(self, canvas: QWidget) -> None:
        # The bars and the map lie beside the canvas, so what is inside it would be below them.
        self._pane = canvas.parentWidget() or canvas
        super().__init__(self._pane)
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
        area, at = self._pane.rect(), self._canvas.mapTo(self._pane, at)
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
