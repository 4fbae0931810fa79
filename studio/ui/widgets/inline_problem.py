"""A problem at its field, with all of its words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets.buttons import QuietButton
from studio.ui.widgets.labels import IconLabel, Label
from studio.ui.widgets.structure import SEVERITY_ICONS

_HEIGHT = 32
_LEFT, _RIGHT, _GAP, _EDGE = 34, 6, 8, 7
_BESIDE = 200
"""The width that words have at least where they wrap beside the fix; with less it goes below them."""
_LONGEST = 400
"""Characters that are shown; the whole is the tool tip."""


class InlineProblem(QFrame):
    """A 2 px bar, an icon, the message, and a button with its fix: 32 high, higher where the words need more lines."""

    fix_requested = Signal()

    def __init__(
        self, severity: str = "warning", message: str = "", fix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sign = IconLabel("warning-fill", "warn_fill", parent=self)
        self._sign.move(10, _GAP)
        self.message = Label("", parent=self)
        self.message.setWordWrap(True)
        self.fix = QuietButton(fix, "lightbulb", "small", self)
        self.fix.clicked.connect(self.fix_requested)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_problem(severity, message, fix)

    def show_problem(self, severity: str, message: str, fix: str = "") -> None:
        """Shows another problem; severity is "error", "warning" or "hint"."""
        self._severity = severity
        sign, role = SEVERITY_ICONS.get(severity, SEVERITY_ICONS["hint"])
        self._sign.set_icon(sign, role)
        is_long = len(message) > _LONGEST
        self.message.setText(f"{message[:_LONGEST]}…" if is_long else message)
        self.message.setToolTip(message if is_long else "")
        self.setAccessibleName(f"{severity}: {message}")
        self._fix = fix
        self.fix.setAccessibleName(fix)
        self.fix.setVisible(bool(fix))
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(480, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def _arrange(self) -> None:
        """The fix beside the words where they have room there, else below them."""
        room = max(120, self.width() - _LEFT - _RIGHT)
        fix = self._fix_size(room)
        beside = room - (fix.width() + _GAP if self._fix else 0)
        is_beside = self._lines(beside) == 1 or (beside >= _BESIDE and self._lines(beside) <= 2)
        width = beside if is_beside else room
        words = self._words(width).height()
        height = max(_HEIGHT, words + 2 * _EDGE)
        self.message.setGeometry(_LEFT, 0 if height == _HEIGHT else _EDGE, width, min(height, max(words, _HEIGHT)))
        if is_beside:
            self.fix.setGeometry(_LEFT + room - fix.width(), (_HEIGHT - fix.height()) // 2, fix.width(), fix.height())
        else:
            self.message.setGeometry(_LEFT, _EDGE, width, words)
            self.fix.setGeometry(_LEFT, words + 2 * _EDGE, fix.width(), fix.height())
            height = words + fix.height() + 3 * _EDGE
        self.setFixedHeight(height)

    def _fix_size(self, room: int) -> QSize:
        self.fix.setText(self._fix)
        hint = self.fix.sizeHint()
        if hint.width() > room:
            around = hint.width() - self.fix.fontMetrics().horizontalAdvance(self._fix)
            elide = Qt.TextElideMode.ElideRight
            self.fix.setText(self.fix.fontMetrics().elidedText(self._fix, elide, room - around))
        self.fix.setToolTip(self._fix if self.fix.text() != self._fix else "")
        return QSize(min(hint.width(), room), hint.height())

    def _words(self, width: int) -> QRect:
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        return self.message.fontMetrics().boundingRect(
            QRect(0, 0, max(1, width), 10_000), int(wrap), self.message.text()
        )

    def _lines(self, width: int) -> int:
        return max(1, round(self._words(width).height() / self.message.fontMetrics().lineSpacing()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            soft = {"error": "error_soft", "warning": "warn_soft"}.get(self._severity, "accent_soft")
            bar = {"error": "error", "warning": "warn_fill"}.get(self._severity, "accent")
            painter.fillRect(self.rect(), colour(soft))
            painter.fillRect(0, 0, 2, self.height(), colour(bar))
