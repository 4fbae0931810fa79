"""A text in an editor with all that any text has: typing, history, colours, find, lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.editing.open_text import OpenText
from studio.core.config.draft import Draft
from studio.text.edit import Change, change
from studio.text.tree import Span
from studio.ui.editor import names
from studio.ui.editor.text.bars.find_bar import FindBar
from studio.ui.editor.text.bars.go_to_line import GoToLine
from studio.ui.editor.text.code_edit import CodeEdit
from studio.ui.editor.text.long_lines import Reason, UnshownNote, unshown
from studio.ui.editor.text.rewriting import LARGE, Rewriting
from studio.ui.widgets.text.filling import PIECE, Filling
from studio.ui.widgets.text.highlighter import Highlighter
from studio.ui.widgets.text.offsets import Offsets, offsets, rewritten

_PARSE_AFTER_MS = 120


class EditorPane(QWidget):
    """Edits become edits of the open text; edits of other views are patched in where they are."""

    cursor_moved = Signal(int)

    def __init__(self, model: OpenText, pattern: re.Pattern[str] | None = None, parent: QWidget | None = None) -> None:
        """`pattern` tells what gets colours, as for a `Highlighter`; None for those of a configuration."""
        super().__init__(parent)
        self.setObjectName(names.Text.PANE)
        self.model: OpenText = model
        self._applying = False
        self._typed_text: str | None = None
        self._offsets = offsets(model.draft.document.text)
        self.edit = CodeEdit()
        self.find_bar = FindBar(self.edit)
        self.go_to_line = GoToLine(self.edit)
        self._note: UnshownNote | None = None
        self._is_shown = True
        self._highlighter = Highlighter(self.edit.document(), pattern)
        self.filling = Filling(self.edit, self._apply)
        self.rewriting = Rewriting(self, model)
        self._colours = QTimer(self, singleShot=True, interval=0)
        self._pause = QTimer(self, singleShot=True, interval=_PARSE_AFTER_MS)
        self._build()
        self._show_all()
        self._connect()

    def _build(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addWidget(self.go_to_line)
        column.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)

    def _connect(self) -> None:
        self.find_bar.rewrite = self.rewriting.change
        self.edit.document().contentsChange.connect(self._typed)
        self.edit.undo_asked.connect(lambda: self._step_history(self.model.undo_stack.undo))
        self.edit.redo_asked.connect(lambda: self._step_history(self.model.undo_stack.redo))
        self.edit.editingFinished.connect(self.flush)
        self._pause.timeout.connect(self._parse)
        self.edit.cursorPositionChanged.connect(self._moved)
        self.model.changed.connect(self._changed)
        self._colours.timeout.connect(self._colour_seen)
        self.edit.updateRequest.connect(self._note_update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes what floats over the text, one at a time."""
        if event.key() != Qt.Key.Key_Escape or not any(close() for close in self.floating()):
            super().keyPressEvent(event)

    def floating(self) -> tuple[Callable[[], bool], ...]:
        """What closes each thing that may float over the text, the uppermost first; true where it did."""
        return (self.go_to_line.close_bar, self.find_bar.close_bar)

    def read(self, text: str) -> Draft:
        """The draft of a large text, made beside the window's thread."""
        return self.model.parse(text)

    def lay_out(self) -> Callable[[], object] | None:
        """What lays a text with too long a line out in lines, where that can be done."""
        return None

    def follow_change(self, difference: Change) -> None:
        """What stands at places of the text moves along with it."""

    def _show_all(self) -> None:
        self.edit.folding.unfold_all()
        position = self.edit.textCursor().position()
        reason = unshown(self._offsets.shown)
        self._is_shown = reason is None
        shown, is_large = self._offsets.shown if self._is_shown else "", len(self._offsets.text) >= LARGE
        self._highlighter.put(shown, self.filling.begin, lazy=is_large)
        self._colours.start()
        # Where the keyboard goes to as the note goes, a place in the text may be looked for.
        self._show_note(reason)
        self.filling.when_filled(lambda: self._go_back(position))

    def _apply(self, change: Callable[[], object]) -> None:
        """Changes the editor, so that nobody typed that."""
        self._applying = True
        change()
        self._applying = False

    def _go_back(self, position: int) -> None:
        """Puts the cursor where it was before the text was put in anew, unless it went elsewhere meanwhile."""
        cursor = self.edit.textCursor()
        if cursor.position() == 0:
            cursor.setPosition(min(position, self.edit.document().characterCount() - 1))
            self._apply(lambda: self.edit.setTextCursor(cursor))

    def _show_note(self, reason: Reason | None) -> None:
        """Puts a note in place of the editor where the text is not shown."""
        if reason is not None and self._note is None:
            self._note = UnshownNote(self.lay_out(), self)
            self._column.addWidget(self._note, 1)
        if self._note is not None:
            self._note.show_reason(reason)
        self.edit.setVisible(reason is None)

    def _note_update(self, *_: object) -> None:
        if self._highlighter.lazy:
            self._colours.start()

    def _colour_seen(self) -> None:
        """A large text gets its colours where it is looked at."""
        if self._highlighter.lazy:
            bottom = float(self.edit.viewport().height())
            self._highlighter.colour_lines([block for block, _ in self.edit.folding.seen(bottom)])

    def _typed(self, position: int, removed: int, added: int) -> None:
        """A person changed the editor: the same change of the document."""
        if self._applying:
            return
        text = self._offsets.text
        start, end = self._offsets.to_text(position), self._offsets.to_text(position + removed)
        shown = self._between(position, added)
        if not self._offsets.is_plain:
            shown = rewritten(text[start:end], shown, self._offsets.line_end)
        new = text[:start] + shown + text[end:]
        if new == text:
            return
        self._offsets = offsets(new)
        if not self._offsets.is_plain:
            # What was typed may have met its neighbour: a carriage return before a line feed is one line end.
            QTimer.singleShot(0, self, self._realign)
        self._typed_text = new
        self._pause.start() if len(new) >= LARGE else self.flush()

    def _realign(self) -> None:
        held = self.edit.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\ufffd")
        if held != self._offsets.shown:
            self._show_all()

    def flush(self) -> None:
        """What was typed becomes an edit of the model now."""
        text, self._typed_text = self._typed_text, None
        if text is not None:
            self.model.edit("Typing", lambda held: held.with_text(text), merge="typing")

    def _parse(self) -> None:
        """A large text becomes an edit once it was parsed on another thread."""
        text = self._typed_text
        if text is None:
            return

        tasks.run(self, lambda _: self.read(text), self._parsed, key="parse")

    def _parsed(self, found: Draft) -> None:
        if found.document.text == self._typed_text:
            self._typed_text = None
            self.model.edit("Typing", lambda _: found, merge="typing")

    def _step_history(self, step: Callable[[], None]) -> None:
        self.flush()
        step()

    def _between(self, position: int, length: int) -> str:
        # Qt counts the paragraph at the very end as a character that can be added; it is not in the text.
        last = self.edit.document().characterCount() - 1
        cursor = QTextCursor(self.edit.document())
        cursor.setPosition(position)
        cursor.setPosition(min(position + length, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n")

    def _changed(self, before: Draft, after: Draft) -> None:
        difference = change(before.document, after.document)
        if difference:
            self.follow_change(difference)
        text = after.document.text
        if text == self._offsets.text:
            return
        self._typed_text = None
        is_plain = self._is_shown and "\r" not in text + before.document.text and unshown(text) is None
        is_near = difference is not None and difference.inserted.count("\n") < PIECE
        if difference and is_near and is_plain and before.document.text == self._offsets.text:
            self._patch(difference, text)
        else:
            self._offsets = offsets(text)
            self._show_all()

    def _patch(self, difference: Change, text: str) -> None:
        self.filling.finish()
        cursor = QTextCursor(self.edit.document())
        cursor.setPosition(self._offsets.to_shown(difference.start))
        end = self._offsets.to_shown(difference.start + len(difference.removed))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._apply(lambda: cursor.insertText(offsets(difference.inserted).shown))
        self._offsets = offsets(text)
        if self.edit.hasFocus():
            # Undo and redo put the cursor where the text changed.
            self.edit.setTextCursor(cursor)
            self.edit.ensureCursorVisible()

    def _moved(self) -> None:
        if not self._applying:
            self.cursor_moved.emit(self.cursor_offset())

    def reveal(self, span: Span, select: bool = True) -> None:
        """Scrolls to a span and puts the cursor at its start, with the span selected if asked.

        The start of the line stays in sight where the cursor is in sight with it.
        """
        self.filling.when_filled(lambda: self._reveal(span, select))

    def _reveal(self, span: Span, select: bool) -> None:
        cursor = self.edit.textCursor()
        cursor.setPosition(self.position_of(span.end if select else span.start))
        cursor.setPosition(self.position_of(span.start), QTextCursor.MoveMode.KeepAnchor)
        self.edit.setTextCursor(cursor)
        self.edit.horizontalScrollBar().setValue(0)
        self.edit.centerCursor()
        self.edit.ensureCursorVisible()

    def kept_place(self) -> str:
        """Where the cursor is and what is scrolled to, for `take_place`."""
        bar = self.edit.verticalScrollBar()
        return f"{self.edit.textCursor().position()} {bar.value()}"

    def take_place(self, place: str) -> None:
        """Goes back to where it was, as far as the text still reaches there."""
        self.filling.when_filled(lambda: self._take_place(place))

    def _take_place(self, place: str) -> None:
        found = [int(each) for each in place.split() if each.isdecimal()]
        if len(found) == 2:
            cursor = self.edit.textCursor()
            cursor.setPosition(min(found[0], self.edit.document().characterCount() - 1))
            self.edit.setTextCursor(cursor)
            # There is nothing to scroll before it is laid out.
            QTimer.singleShot(0, self, lambda: self.edit.verticalScrollBar().setValue(found[1]))

    # Places

    @property
    def is_shown(self) -> bool:
        """Whether the editor shows the text: not where a line is too long."""
        return self._is_shown

    @property
    def offsets(self) -> Offsets:
        """Between the characters of the text and the positions of the editor."""
        return self._offsets

    def drop_typing(self) -> None:
        """What was typed and is no edit yet is part of the edit that comes."""
        self._typed_text = None

    @property
    def has_typing(self) -> bool:
        """Whether something was typed that is no edit of the model yet."""
        return self._typed_text is not None

    def shown_text(self) -> str:
        """The text as it stands in the editor, typing included, in the file's own characters."""
        return self._offsets.text

    def offset_of(self, position: int) -> int:
        """The character of the text at a position of the editor."""
        return self._offsets.to_text(position)

    def position_of(self, offset: int) -> int:
        """The editor's position of a character of the text."""
        return self._offsets.to_shown(offset) if self._is_shown else 0

    def cursor_offset(self) -> int:
        """The character of the text at the cursor."""
        return self._offsets.to_text(self.edit.textCursor().position())
