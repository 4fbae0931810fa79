"""The commands that rewrite the text: layout, whole lines, replacements. Each is one step to undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCursor

from studio.app import tasks
from studio.core.config.draft import Draft, draft
from studio.text.edit import text_change
from studio.text.format import formatted
from studio.text.lines import ChangedLines, copy_lines, delete_lines, move_lines, toggle_comment
from studio.text.tree import Span
from studio.ui.editor.text.edited_text import EditedText
from studio.ui.widgets.text.filling import Filling

if TYPE_CHECKING:
    from studio.app.editing.open_text import OpenText

LARGE = 48_000
"""Characters from which a text is parsed beside the window's thread."""


class RewrittenText(EditedText, Protocol):
    """A text that commands rewrite."""

    @property
    def is_shown(self) -> bool:
        """Whether the editor shows it: not where a line is too long."""

    @property
    def filling(self) -> Filling:
        """What puts a large text in."""

    def drop_typing(self) -> None:
        """What was typed and is no edit yet is part of the edit that comes."""


class Rewriting(QObject):
    """Rewrites the text at the cursor or as a whole."""

    def __init__(self, pane: RewrittenText, model: OpenText) -> None:
        super().__init__(pane.edit)
        self._pane = pane
        self._model = model

    def format(self) -> None:
        """Lays the text out anew, or the fields that the selection touches."""
        text, selection = self._pane.shown_text(), self._selection()
        wanted = selection if selection.end > selection.start else None
        if len(text) >= LARGE:
            tasks.run(self, lambda _: (text, Draft(formatted(draft(text).document, wanted))), self._formatted)
            return
        self._pane.flush()
        self._model.edit("Format", lambda held: Draft(formatted(held.document, wanted)))

    def _formatted(self, found: tuple[str, Draft]) -> None:
        """A large text was laid out beside the window; not if it changed meanwhile."""
        before, after = found
        if before == self._pane.shown_text():
            self._pane.drop_typing()
            self._model.edit("Format", lambda _: after)

    def toggle_comment(self) -> None:
        """Comments the lines of the selection out, or makes them text again."""
        self._edit_lines("Comment lines", toggle_comment)

    def move_lines(self, by: int) -> None:
        """Moves the lines of the selection up or down."""
        self._edit_lines("Move lines", lambda text, start, end: move_lines(text, start, end, by))

    def copy_lines(self, by: int) -> None:
        """Writes the lines of the selection once more, above (-1) or below (1)."""
        self._edit_lines("Copy lines", lambda text, start, end: copy_lines(text, start, end, by))

    def delete_lines(self) -> None:
        """Takes the lines of the selection away."""
        self._edit_lines("Delete lines", delete_lines)

    def change(self, title: str, change: Callable[[str], str]) -> None:
        """Puts another text, made of it, in place of all of it."""
        text = change(self._pane.shown_text())
        start, end = self._selection()
        self._put(title, ChangedLines(text, min(start, len(text)), min(end, len(text))))

    def _edit_lines(self, title: str, change: Callable[[str, int, int], ChangedLines]) -> None:
        self._put(title, change(self._pane.shown_text(), *self._selection()))

    def _put(self, title: str, lined: ChangedLines) -> None:
        if not self._pane.is_shown:
            return
        self._pane.filling.finish()
        pane = self._pane
        cursor = pane.edit.textCursor()
        if len(lined.text) < LARGE:
            pane.flush()
            self._model.edit(title, lambda held: held.with_text(lined.text))
        elif found := text_change(pane.shown_text(), lined.text):
            # As typing, which is parsed beside the window.
            cursor.setPosition(pane.position_of(found.start))
            end = pane.position_of(found.start + len(found.removed))
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(found.inserted)
        cursor.setPosition(pane.position_of(lined.start))
        cursor.setPosition(pane.position_of(lined.end), QTextCursor.MoveMode.KeepAnchor)
        pane.edit.setTextCursor(cursor)

    def _selection(self) -> Span:
        cursor = self._pane.edit.textCursor()
        return Span(self._pane.offset_of(cursor.selectionStart()), self._pane.offset_of(cursor.selectionEnd()))

    def select_next(self) -> None:
        """Selects the word at the cursor; where one is selected, the next place where the same stands."""
        edit = self._pane.edit
        cursor = edit.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        else:
            held = cursor.selectedText()
            found = edit.document().find(held, cursor)
            cursor = found if not found.isNull() else edit.document().find(held)
        if not cursor.isNull() and cursor.hasSelection():
            edit.setTextCursor(cursor)
