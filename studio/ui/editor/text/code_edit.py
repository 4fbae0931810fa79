"""A plain text editor for code: gutter, current line, problems, brackets that match, folds, keys for typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from studio.ui.editor import names
from studio.ui.editor.text import squiggles
from studio.ui.editor.text.brackets import matching
from studio.ui.editor.text.folding import Folding
from studio.ui.editor.text.gutter import Gutter
from studio.ui.editor.text.marks import ProblemMark
from studio.ui.editor.text.text_size import text_size
from studio.ui.editor.text.typing_keys import UNIT, take_key
from studio.ui.look import theme


class CodeEdit(QPlainTextEdit):
    """Shows and edits one text; Qt's own undo is off, since the model keeps the history of all views."""

    undo_asked = Signal()
    redo_asked = Signal()
    typed = Signal(str)
    """What a key wrote, "" for Backspace."""
    hovered = Signal(int, QPoint)
    """The pointer rests: the position under it, and where that is on the screen."""
    followed = Signal(int)
    """A Ctrl+click at a position."""
    menu_asked = Signal(QPoint)
    """Where on the screen the menu of the place at the cursor is to open."""
    left = Signal()
    """The pointer, the keyboard or the place went elsewhere: what pops up at a place closes."""
    editingFinished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Text.EDIT)
        self.setAccessibleName("Text of config.pbtxt")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setCursorWidth(2)
        self.marks: tuple[ProblemMark, ...] = ()
        self.found: tuple[tuple[int, int], ...] = ()
        self.key_filter: Callable[[QKeyEvent], bool] | None = None
        """Gets keys first: what pops up at the cursor is used by keys while the text keeps the keyboard."""
        self.folding = Folding(self)
        self.gutter = Gutter(self, self.folding, self.marks_of)
        self._connect()
        self._set_size(text_size().pixels)

    def _connect(self) -> None:
        self.updateRequest.connect(self._scroll_gutter)
        self.cursorPositionChanged.connect(self.refresh_selections)
        self.verticalScrollBar().valueChanged.connect(self.left)
        theme.retint(self.refresh_selections)
        text_size().changed.connect(self._set_size)

    def _set_size(self, pixels: int) -> None:
        self.setFont(theme.mono_font(pixels))
        self.setTabStopDistance(len(UNIT) * self.fontMetrics().horizontalAdvance(" "))
        self.gutter.fit()
        self.setViewportMargins(self.gutter.room, 0, 0, 0)
        self._place_gutter()

    def set_marks(self, marks: Sequence[ProblemMark]) -> None:
        """Squiggles and gutter icons for these problems instead of the former."""
        self.marks = tuple(marks)
        self.viewport().update()
        self.gutter.update()

    def set_changed_lines(self, lines: frozenset[int]) -> None:
        """Which lines (from 0) differ from the file on disk."""
        self.gutter.changed = lines
        self.gutter.update()

    def marks_of(self, block: QTextBlock) -> list[ProblemMark]:
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

    def cursor_place(self, position: int | None = None) -> QRect:
        """Where a position stands in the viewport; that of the cursor where none is given."""
        cursor = self.textCursor()
        if position is not None:
            cursor.setPosition(position)
        return self.cursorRect(cursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter keeps the height of the text."""
        super().resizeEvent(event)
        self._place_gutter()
        self.left.emit()

    def _place_gutter(self) -> None:
        area = self.contentsRect()
        self.gutter.setGeometry(area.left(), area.top(), self.gutter.room, area.height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who leaves has finished typing."""
        super().focusOutEvent(event)
        self.editingFinished.emit()
        self.left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Not files: what is dropped here is a model for the window, not the name of a file."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def createMimeDataFromSelection(self) -> QMimeData:
        """The characters alone: Qt would copy the lines with all that it knows of them, which of many takes long."""
        made = QMimeData()
        made.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return made

    def copy(self) -> None:
        """Copies what is selected, else the line of the cursor."""
        if self.textCursor().hasSelection():
            super().copy()
        else:
            QGuiApplication.clipboard().setText(f"{self.textCursor().block().text()}\n")

    def cut(self) -> None:
        """Cuts what is selected, else the line of the cursor."""
        cursor = self.textCursor()
        if not cursor.hasSelection() and not self.isReadOnly():
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor):
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
        super().cut()

    def hideEvent(self, event: QHideEvent) -> None:
        """What pops up at a place goes with the text."""
        super().hideEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo go to the model; brackets, quotes and indents are those of a configuration."""
        if self.key_filter is not None and self.key_filter(event):
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.cut()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_asked.emit()
        elif _deletes_by_letter(event):
            # Ctrl+D, Ctrl+K and Ctrl+U delete on X11, and elsewhere nothing is known of that.
            event.ignore()
            return
        elif not take_key(self, event):
            super().keyPressEvent(event)
        self.ensureCursorVisible()
        self._tell_typed(event)

    def _tell_typed(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Backspace:
            self.typed.emit("")
        elif event.text().isprintable() and event.text() and not held:
            self.typed.emit(event.text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ctrl+click follows what is there."""
        if event.button() == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.followed.emit(self.cursorForPosition(event.position().toPoint()).position())
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu is about the place under the pointer, or about what is selected there."""
        place, cursor = self.cursorForPosition(event.pos()), self.textCursor()
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if by_mouse and not cursor.selectionStart() <= place.position() <= cursor.selectionEnd():
            self.setTextCursor(place)
        below = self.viewport().mapToGlobal(self.cursor_place().bottomLeft())
        self.menu_asked.emit(event.globalPos() if by_mouse else below)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it changes the size of the text."""
        turned = event.angleDelta().y()
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        elif turned:
            text_size().change(1 if turned > 0 else -1)

    def event(self, event: QEvent) -> bool:
        """A pointer that rests asks for a card."""
        if isinstance(event, QHelpEvent):
            place = self.viewport().mapFromGlobal(event.globalPos())
            self.hovered.emit(self.cursorForPosition(place).position(), event.globalPos())
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, then a squiggle under each problem and a sign at each fold that can be seen."""
        super().paintEvent(event)
        squiggles.paint_over(self, self.folding, self.marks_of, event.rect().bottom())


def _deletes_by_letter(event: QKeyEvent) -> bool:
    """Whether a key with a letter would delete something: Delete and Backspace do so by themselves."""
    keys = QKeySequence.StandardKey
    held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    kinds = (keys.Delete, keys.DeleteEndOfLine, keys.DeleteCompleteLine, keys.DeleteEndOfWord, keys.DeleteStartOfWord)
    is_letter = Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
    return bool(held) and is_letter and any(event.matches(kind) for kind in kinds)
