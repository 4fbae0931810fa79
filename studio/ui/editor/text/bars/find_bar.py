"""Find and replace in the text: Ctrl+F or Ctrl+H opens it, Enter goes to the next, Escape closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from studio.text.failure import TextError
from studio.text.search import Search
from studio.ui.editor import names
from studio.ui.editor.text.code_edit import CodeEdit
from studio.ui.look import theme
from studio.ui.widgets import IconButton, QuietButton
from studio.ui.widgets.search_choices import SearchChoices
from studio.ui.widgets.text.offsets import offsets

_MOST = 5_000

Change: TypeAlias = Callable[[str], str]


class FindBar(QWidget):
    """A field with the count of what was found and buttons to step through it; a second one for what replaces it."""

    def __init__(self, edit: CodeEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Text.FIND_BAR)
        self._edit = edit
        self.rewrite: Callable[[str, Change], object] = self._rewrite
        """Changes the text as one step to undo that has a title."""
        self._field = self._line(names.Text.FIND_FIELD, "Find in the text", "Find")
        self._new = self._line(names.Text.REPLACE_FIELD, "What is put in its place", "Replace")
        self.choices = SearchChoices()
        self._problem = ""
        self._replacing: list[QuietButton] = []
        """What replaces, where there is something to replace."""
        self._count = QLabel()
        self._count.setObjectName(names.Text.FIND_COUNT)
        self._count.setFont(theme.ui_font(11))
        self._build()
        self._field.textChanged.connect(self._search)
        self.choices.changed.connect(self._search)
        edit.textChanged.connect(self._search_again)
        self.hide()

    @staticmethod
    def _line(name: str, words: str, hint: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(name)
        line.setAccessibleName(words)
        line.setPlaceholderText(hint)
        return line

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 8, 4)
        grid.setSpacing(4)
        grid.setColumnStretch(0, 1)
        tools, self._second = QHBoxLayout(), QWidget()
        tools.setSpacing(4)
        for each in (self.choices, self._count, *self._buttons()):
            tools.addWidget(each)
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(4)
        for name, text, run in (
            (names.Text.REPLACE_ONE, "Replace", self.replace_one),
            (names.Text.REPLACE_ALL, "Replace all", self.replace_all),
        ):
            button = QuietButton(text, size="dense")
            button.setObjectName(name)
            button.clicked.connect(run)
            second.addWidget(button)
            self._replacing.append(button)
        grid.addWidget(self._field, 0, 0)
        grid.addLayout(tools, 0, 1)
        grid.addWidget(self._new, 1, 0)
        grid.addWidget(self._second, 1, 1, Qt.AlignmentFlag.AlignLeft)

    def _buttons(self) -> list[IconButton]:
        made = []
        for name, tip, glyph, run in (
            (names.Text.FIND_PREVIOUS, "Previous (Shift+Enter)", "caret-up", lambda: self.step(-1)),
            (names.Text.FIND_NEXT, "Next (Enter)", "caret-down", lambda: self.step(1)),
            (names.Text.FIND_CLOSE, "Close (Esc)", "x", self.dismiss),
        ):
            button = IconButton(glyph, tip)
            button.setObjectName(name)
            button.clicked.connect(run)
            made.append(button)
        return made

    def open(self, *, replacing: bool = False) -> None:
        """Shows the bar with what is selected, ready to type; with the line for what replaces it if asked."""
        chosen = self._edit.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self._field.setText(chosen)
        for each in (self._new, self._second):
            each.setVisible(replacing)
        self.show()
        first = self._new if replacing and self._field.text() and self._field.hasFocus() else self._field
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        first.selectAll()
        self._search()

    def dismiss(self) -> None:
        """Hides the bar and gives the keyboard back to the text."""
        self.hide()
        self._edit.found = ()
        self._edit.refresh_selections()
        self._edit.setFocus()

    @property
    def wanted(self) -> Search:
        """What is looked for."""
        return self.choices.search(self._field.text())

    def _search(self) -> None:
        text = self._edit.toPlainText()
        at = offsets(text).to_shown
        hits = zip(self.wanted.found(text), range(_MOST), strict=False)
        self._problem = ""
        try:
            self._edit.found = tuple((at(m.start()), at(m.end())) for m, _ in hits)
        except TextError as failure:
            self._edit.found = ()
            self._leave(failure)
        self._edit.refresh_selections()
        self._tell()

    def _leave(self, failure: TextError) -> None:
        self._problem = f"{failure.reason[:1].upper()}{failure.reason[1:]}"
        self._count.setToolTip(failure.remedy)

    def _search_again(self) -> None:
        """Hits move with the text."""
        if self.isVisible():
            self._search()

    def _tell(self) -> None:
        count, wanted = len(self._edit.found), self.wanted
        for button in self._replacing:
            button.setEnabled(count > 0)
        words = "Nothing found" if not count else f"{count} or more found" if count == _MOST else f"{count} found"
        self._count.setText((wanted.problem or self._problem or words) if wanted.words else "")

    def step(self, direction: int) -> None:
        """Selects the next (1) or previous (-1) hit from the cursor, around the end."""
        found = self._edit.found
        if not found:
            return
        cursor = self._edit.textCursor()
        if direction > 0:
            after = [hit for hit in found if hit[0] >= cursor.selectionEnd()]
            start, end = after[0] if after else found[0]
        else:
            before = [hit for hit in found if hit[1] <= cursor.selectionStart()]
            start, end = before[-1] if before else found[-1]
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
        self._count.setText(f"{found.index((start, end)) + 1} of {len(found)}")

    # Replacing

    def replace_one(self) -> None:
        """Replaces the hit that is selected and goes to the next; without one only goes there."""
        cursor = self._edit.textCursor()
        place = (cursor.selectionStart(), cursor.selectionEnd())
        if place in self._edit.found:
            number, wanted, new = self._edit.found.index(place), self.wanted, self._new.text()
            self._rewritten("Replace", lambda text: _with_one(wanted, text, number, new))
            cursor = self._edit.textCursor()
            cursor.setPosition(min(place[0] + len(new), self._edit.document().characterCount() - 1))
            self._edit.setTextCursor(cursor)
            self._search()
        self.step(1)

    def replace_all(self) -> None:
        """Replaces every hit as one step to undo, and says how many there were."""
        wanted, new = self.wanted, self._new.text()
        counts: list[int] = []

        def change(text: str) -> str:
            after, count = wanted.replaced(text, new)
            counts.append(count)
            return after

        if wanted.pattern is not None and self._rewritten("Replace all", change):
            self._count.setText(f"{sum(counts)} replaced")

    def _rewritten(self, title: str, change: Change) -> bool:
        try:
            self.rewrite(title, change)
        except TextError as failure:
            self._leave(failure)
            self._tell()
            return False
        return True

    def _rewrite(self, _title: str, change: Change) -> None:
        cursor = QTextCursor(self._edit.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(change(self._edit.toPlainText()))

    def close_bar(self) -> bool:
        """Closes it; False where it is closed."""
        was_open = self.isVisible()
        if was_open:
            self.dismiss()
        return was_open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Shift+Enter and Escape."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self._new.hasFocus():
            self.replace_one()
        elif is_enter:
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)


def _with_one(wanted: Search, text: str, number: int, new: str) -> str:
    """The text with one of the hits replaced."""
    for each, hit in enumerate(wanted.found(text)):
        if each == number:
            return text[: hit.start()] + wanted.put(hit, new) + text[hit.end() :]
    return text
