"""Two texts as one: lines that went and came, the words that changed in them, both line numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.text.hunks import Row
from studio.ui.look import theme
from studio.ui.widgets import paint
from studio.ui.widgets.text.highlighter import Highlighter
from studio.ui.widgets.text.offsets import offsets

_LEAD = 4
"""Lines that stay in sight above a change."""
_NUMBER = 36
_WIDTH = 2 * _NUMBER + 24
_FILLS = {"-": "error_soft", "+": "ok_soft"}
_ROLES = {"-": "error", "+": "ok"}
_GAP = Row("…", "", 0, 0, -1)


class DiffView(QPlainTextEdit):
    """Shows groups of rows; the change that the cursor is in is marked."""

    chosen = Signal(int)
    """The change that the cursor is in now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Changes, line by line")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(theme.mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._rows: list[Row] = []
        self._current = -1
        self._highlighter = Highlighter(self.document())
        self._numbers = _Numbers(self)
        self.setViewportMargins(_WIDTH, 0, 0, 0)
        self.updateRequest.connect(lambda _rect, _by: self._numbers.update())
        self.cursorPositionChanged.connect(self._choose)

    def show_groups(self, groups: Sequence[Sequence[Row]]) -> None:
        """Shows these rows, a mark between groups."""
        rows: list[Row] = []
        for group in groups:
            rows += [_GAP] if rows else []
            rows += group
        self._rows, self._current = rows, -1
        self.setPlainText("\n".join(offsets(row.text).shown.replace("\n", " ") for row in rows))
        self.document().setDocumentMargin(4)

    def row_of(self, block: QTextBlock) -> Row:
        """What a line of the view shows."""
        number = block.blockNumber()
        return self._rows[number] if number < len(self._rows) else _GAP

    @property
    def current(self) -> int:
        """The change that is marked; -1 for none."""
        return self._current

    def go_to(self, hunk: int) -> None:
        """Marks a change and shows it."""
        line = next((place for place, row in enumerate(self._rows) if row.hunk == hunk), None)
        if line is not None:
            self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
            bar = self.verticalScrollBar()
            if not bar.value() + _LEAD <= line < bar.value() + bar.pageStep() - _LEAD:
                bar.setValue(line - _LEAD)

    def _choose(self) -> None:
        hunk = self.row_of(self.textCursor().block()).hunk
        if hunk >= 0 and hunk != self._current:
            self._current = hunk
            self.viewport().update()
            self._numbers.update()
            self.chosen.emit(hunk)

    def visible_rows(self) -> list[tuple[QTextBlock, QRectF, Row]]:
        """The lines that can be seen, with where they stand."""
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > self.viewport().height():
                break
            found.append((block, area, self.row_of(block)))
            block = block.next()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grounds of lines and words, then the text."""
        with QPainter(self.viewport()) as painter:
            width = float(self.viewport().width())
            for block, area, row in self.visible_rows():
                if row.sign in _FILLS:
                    painter.fillRect(QRectF(0, area.top(), width, area.height()), theme.colour(_FILLS[row.sign]))
                for start, end in row.words:
                    self._word(painter, block, area, row, (start, end))
        super().paintEvent(event)

    def _word(self, painter: QPainter, block: QTextBlock, area: QRectF, row: Row, span: tuple[int, int]) -> None:
        shown = offsets(row.text)
        start, end = (self._x(block, shown.to_shown(place)) for place in span)
        box = QRectF(area.left() + start, area.top() + 1, end - start, area.height() - 2)
        painter.fillRect(box, theme.colour(_ROLES[row.sign], 0.28))

    @staticmethod
    def _x(block: QTextBlock, column: int) -> float:
        # The binding gives a pair, its annotation says a number.
        found: Any = block.layout().lineAt(0).cursorToX(column)
        return float(found[0] if isinstance(found, tuple) else found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers keep the height of the text."""
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(area.left(), area.top(), _WIDTH, area.height())


class _Numbers(QWidget):
    """The line's number before and after, and whether it went or came."""

    def __init__(self, view: DiffView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines that can be seen."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme.colour("panel"))
            font = theme.mono_font()
            right = Qt.AlignmentFlag.AlignRight
            for _, area, row in self._view.visible_rows():
                top, height = area.top(), area.height()
                if row.sign in _FILLS:
                    painter.fillRect(QRectF(0, top, self.width(), height), theme.colour(_FILLS[row.sign]))
                if row.hunk >= 0 and row.hunk == self._view.current:
                    painter.fillRect(QRectF(0, top, 3, height), theme.colour("accent"))
                for place, number in enumerate((row.before, row.after)):
                    if number:
                        box = QRectF(place * _NUMBER, top, _NUMBER - 4, height)
                        paint.text(painter, box, str(number), font, "faint", right)
                role = _ROLES.get(row.sign, "faint")
                sign = {"-": "−", " ": ""}.get(row.sign, row.sign)
                paint.text(painter, QRectF(2 * _NUMBER + 4, top, 16, height), sign, font, role)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press marks the change of that line."""
        cursor = self._view.cursorForPosition(event.position().toPoint())
        self._view.setTextCursor(cursor)
