"""A plain text editor for code: gutter, current line, squiggles under problems, matching brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
    QTextLine,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from studio.core.findings import Severity
from studio.ui import names, theme
from studio.ui.editor.brackets import matching
from studio.ui.editor.gutter import Gutter

_TAB_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A problem in the text: editor positions, how bad it is, and what it says."""

    start: int
    end: int
    severity: Severity
    message: str


class CodeEdit(QPlainTextEdit):
    """Shows and edits one text; Qt's own undo is off, since the model keeps the history of all views."""

    undo_asked = Signal()
    redo_asked = Signal()
    editingFinished = Signal()  # noqa: N815 - as Qt's fields call it, so that whoever saves can end the typing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Text.EDIT)
        self.setAccessibleName("Text of config.pbtxt")
        self.setFont(theme.mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setTabStopDistance(_TAB_COLUMNS * self.fontMetrics().horizontalAdvance(" "))
        self.setCursorWidth(2)
        self.marks: tuple[Mark, ...] = ()
        self.found: tuple[tuple[int, int], ...] = ()
        self.gutter = Gutter(self)
        self.setViewportMargins(self.gutter.WIDTH, 0, 0, 0)
        self._connect()

    def _connect(self) -> None:
        self.updateRequest.connect(self._scroll_gutter)
        self.cursorPositionChanged.connect(self.refresh_selections)
        theme.retint(self.refresh_selections)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Squiggles and gutter icons for these problems instead of the former."""
        self.marks = tuple(marks)
        self.viewport().update()
        self.gutter.update()

    def set_changed_lines(self, lines: frozenset[int]) -> None:
        """Which lines (from 0) differ from the file on disk."""
        self.gutter.changed = lines
        self.gutter.update()

    def marks_of(self, block: QTextBlock) -> list[Mark]:
        """The problems that begin in a line."""
        start, end = block.position(), block.position() + block.length()
        return [mark for mark in self.marks if start <= mark.start < end]

    def refresh_selections(self) -> None:
        """Paints anew the current line, matching brackets and what was found."""
        selections = [self._line_selection()]
        found, bracket = theme.colour("warn_fill", 0.35), theme.colour("accent", 0.35)
        selections += [self._selection(start, end, found) for start, end in self.found]
        places = matching(self.document(), self.textCursor().position())
        selections += [self._selection(place, place + 1, bracket) for place in places]
        self.setExtraSelections(selections)
        self.gutter.update()

    def _line_selection(self) -> QTextEdit.ExtraSelection:
        line = self._selection(0, 0, theme.colour("hover", 0.6))
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return line

    def _selection(self, start: int, end: int, colour: QColor) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        made.format.setBackground(colour)
        return made

    def _scroll_gutter(self, rect: QRect, distance: int) -> None:
        if distance:
            self.gutter.scroll(0, distance)
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter keeps the height of the text."""
        super().resizeEvent(event)
        area = self.contentsRect()
        self.gutter.setGeometry(area.left(), area.top(), self.gutter.WIDTH, area.height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who leaves has finished typing."""
        super().focusOutEvent(event)
        self.editingFinished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps the indent, Tab writes spaces; undo and redo go to the model."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.insertPlainText("\n" + self._indent())
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(" " * _TAB_COLUMNS)
        else:
            super().keyPressEvent(event)
        self.ensureCursorVisible()

    def _indent(self) -> str:
        cursor = self.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        indent = line[: len(line) - len(line.lstrip())]
        return indent + " " * _TAB_COLUMNS if line.rstrip().endswith(("{", "[", "<")) else indent

    def event(self, event: QEvent) -> bool:
        """A tool tip tells the problem under the pointer."""
        if isinstance(event, QHelpEvent):
            self._tell(event)
            return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        position = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).position()
        text = "\n".join(mark.message for mark in self.marks if mark.start <= position <= mark.end)
        QToolTip.showText(event.globalPos(), text, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, then a squiggle under each problem that can be seen."""
        super().paintEvent(event)
        if not self.marks:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        block = self.firstVisibleBlock()
        while block.isValid():
            top = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if top.top() > event.rect().bottom():
                break
            for mark in self.marks_of(block):
                self._squiggle(painter, block, top, mark)
            block = block.next()
        painter.end()

    def _squiggle(self, painter: QPainter, block: QTextBlock, area: QRectF, mark: Mark) -> None:
        """A wave of our own: Qt's is one pale pixel."""
        last = block.position() + block.length() - 1
        line = block.layout().lineForTextPosition(mark.start - block.position())
        if not line.isValid():
            return
        left = _x(line, mark.start - block.position())
        right = _x(line, max(min(mark.end, last) - block.position(), 0))
        start = area.left() + left
        width = max(right - left, 8.0)
        base = area.top() + line.y() + line.ascent() + 3
        colour = "error" if mark.severity is Severity.ERROR else "warn_fill"
        painter.setPen(QPen(theme.colour(colour), 1.2))
        steps = int(width // 2) + 1
        wave = [QPointF(start + 2 * i, base + (1.5 if i % 2 else 0)) for i in range(steps)]
        painter.drawPolyline(QPolygonF(wave))


def _x(line: QTextLine, column: int) -> float:
    """Where a character of a line begins. PySide gives a pair, of which the first counts."""
    found: Any = line.cursorToX(column)
    return float(found[0] if isinstance(found, tuple) else found)
