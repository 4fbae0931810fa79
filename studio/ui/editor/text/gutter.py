"""The strip at the left of the text: line numbers, a bar at changed lines, an icon at problems, carets of folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.core.checking.findings import Severity
from studio.ui.editor import names
from studio.ui.editor.text.folding import Folding
from studio.ui.editor.text.marks import ProblemMark
from studio.ui.look import theme
from studio.ui.look.icons import paint_icon
from studio.ui.widgets import SEVERITY_ICONS

_BAR = 3
_ICON = 14
_CARET = 12
_WIDTH = 62
_FIGURES = 4


class Gutter(QWidget):
    """Paints beside the lines that the editor shows; a press folds a line."""

    def __init__(
        self, edit: QPlainTextEdit, folding: Folding, marks_of: Callable[[QTextBlock], Sequence[ProblemMark]]
    ) -> None:
        super().__init__(edit)
        self.setObjectName(names.Text.GUTTER)
        self.setAccessibleName("Line numbers")
        self._edit = edit
        self._folding = folding
        self._marks_of = marks_of
        self.room = _WIDTH
        """How wide it is for the size of the text."""
        self.changed: frozenset[int] = frozenset()
        self._hover = False

    def fit(self) -> None:
        """Takes the room that the numbers need in the font of the text."""
        usual = QFontMetrics(theme.mono_font()).horizontalAdvance("0")
        self.room = _WIDTH + _FIGURES * (self._edit.fontMetrics().horizontalAdvance("0") - usual)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the look asks for."""
        return QSize(self.room, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines that can be seen."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme.colour("panel"))
            painter.setFont(self._edit.font())
            current = self._edit.textCursor().blockNumber()
            for block, area in self._folding.seen(event.rect().bottom()):
                self._line(painter, block, area, block.blockNumber() == current)
                self._caret(painter, block, area)

    def _line(self, painter: QPainter, block: QTextBlock, area: QRectF, current: bool) -> None:
        number = block.blockNumber()
        painter.setPen(theme.colour("text" if current else "faint"))
        place = QRectF(_ICON + 4, area.top(), self.room - _CARET - _ICON - _BAR - 11, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))
        if number in self.changed:
            bar = QRectF(self.room - _CARET - _BAR - 4, area.top(), _BAR, area.height())
            painter.fillRect(bar, theme.colour("accent"))
        marks = self._marks_of(block)
        if marks:
            worst = next(each for each in Severity if any(mark.severity is each for mark in marks))
            icon, colour = SEVERITY_ICONS[worst.value]
            box = QRectF(4, area.top() + (area.height() - _ICON) / 2, _ICON, _ICON)
            paint_icon(painter, box, icon, theme.colour(colour))

    def _caret(self, painter: QPainter, block: QTextBlock, area: QRectF) -> None:
        """What folds shows it while the pointer is here; what is folded shows it always."""
        folded = self._folding.is_folded(block)
        if folded or (self._hover and self._folding.is_foldable(block)):
            box = QRectF(self.room - _CARET - 2, area.top() + (area.height() - _CARET) / 2, _CARET, _CARET)
            paint_icon(painter, box, "caret-right" if folded else "caret-down", theme.colour("dim"))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Shows the carets of the lines that can be folded."""
        super().enterEvent(event)
        self._hover = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hides the carets of the lines that are not folded."""
        super().leaveEvent(event)
        self._hover = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press folds the line, or unfolds it."""
        block = self._edit.cursorForPosition(event.position().toPoint()).block()
        if event.button() == Qt.MouseButton.LeftButton:
            self._folding.toggle(block)
            self.update()
