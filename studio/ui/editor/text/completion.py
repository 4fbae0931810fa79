"""Completion in the text pane: when to ask, what the popup is given, and how a suggestion gets into the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor

from studio.app.editing.references import scope_of
from studio.core.assist.suggestions import Suggestion, suggestions
from studio.ui.editor.text.completion_popup import CompletionPopup
from studio.ui.editor.text.edited_text import EditedText

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session

_AFTER_MS = 60
_WORD = re.compile(r"[^\s\"'{}\[\]:,;#]*")


class CompletionController(QObject):
    """Asks while a person types a word and at Ctrl+Space; the popup is made when first needed."""

    def __init__(self, pane: EditedText, session: Session, model: OpenModel) -> None:
        super().__init__(pane.edit)
        self._pane = pane
        self._session = session
        self._model = model
        self._popup: CompletionPopup | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.ask_after_pause)
        pane.edit.key_filter = self._take_key
        pane.edit.typed.connect(self._typed)
        pane.edit.left.connect(self.dismiss)
        pane.edit.cursorPositionChanged.connect(self._moved)

    @property
    def popup(self) -> CompletionPopup:
        """The popup of this editor."""
        if self._popup is None:
            self._popup = CompletionPopup(self._pane.edit)
            self._popup.taken.connect(self._take)
        return self._popup

    @property
    def is_open(self) -> bool:
        """Whether suggestions are shown."""
        return self._popup is not None and self._popup.isVisible()

    def ask(self) -> None:
        """Shows what may be written at the cursor."""
        self._soon.stop()
        self._pane.edit.ensureCursorVisible()
        self._show(self._found())

    def dismiss(self) -> None:
        """Closes the popup, and forgets that one was to come."""
        self._soon.stop()
        if self._popup is not None:
            self._popup.hide()

    def ask_after_pause(self) -> None:
        """While a word is typed: nothing is shown for one that is finished, so that Enter is Enter."""
        found = self._found()
        at = self._pane.cursor_offset()
        finished = bool(found) and self._pane.shown_text()[found[0].span.start : at] == found[0].insert
        if self._pane.edit.hasFocus():
            self._show(() if finished else found)

    def _found(self) -> tuple[Suggestion, ...]:
        text, at = self._pane.shown_text(), self._pane.cursor_offset()
        return suggestions(text, at, scope_of(self._session, self._model), self._model.draft.document)

    def _show(self, found: tuple[Suggestion, ...]) -> None:
        if not found:
            self.dismiss()
            return
        self.popup.offer(found, self._pane.edit.cursor_place(self._pane.position_of(found[0].span.start)))

    def _typed(self, text: str) -> None:
        begins = text != "" and (text.isalnum() or text in "_\"'")
        if begins or (self.is_open and text in ("", ".", "-")):
            self._soon.start()
        else:
            self.dismiss()

    def _moved(self) -> None:
        """A cursor that leaves the word closes the popup."""
        entry = self._popup.current() if self._popup is not None and self._popup.isVisible() else None
        if entry is not None:
            start, at = entry.span.start, self._pane.cursor_offset()
            if at < start or not _WORD.fullmatch(self._pane.shown_text(), start, at):
                self.dismiss()

    def _take_key(self, event: QKeyEvent) -> bool:
        return self._popup is not None and self._popup.take_key(event)

    def _take(self, entry: Suggestion) -> None:
        """Puts a suggestion into the text; what was typed since it was made is replaced as well."""
        pane = self._pane
        end = max(entry.span.end, pane.cursor_offset())
        cursor = QTextCursor(pane.edit.document())
        cursor.setPosition(pane.position_of(entry.span.start))
        cursor.setPosition(pane.position_of(end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(entry.insert)
        cursor.setPosition(pane.position_of(entry.span.start + entry.caret))
        pane.edit.setTextCursor(cursor)
        pane.edit.ensureCursorVisible()
        if entry.more:
            self._soon.start()
