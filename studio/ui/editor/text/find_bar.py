"""Find in the text: Ctrl+F opens it, Enter goes to the next, Escape closes."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from studio.ui.editor import names
from studio.ui.editor.text.code_edit import CodeEdit
from studio.ui.look import theme
from studio.ui.look.icons import icon
from studio.ui.widgets.text.offsets import offsets

_MOST = 5_000


class FindBar(QWidget):
    """A line with a field, the count of what was found, and the buttons to step through it."""

    def __init__(self, edit: CodeEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Text.FIND_BAR)
        self._edit = edit
        self._field = QLineEdit()
        self._field.setObjectName(names.Text.FIND_FIELD)
        self._field.setAccessibleName("Find in the text")
        self._field.setPlaceholderText("Find")
        self._count = QLabel()
        self._count.setObjectName(names.Text.FIND_COUNT)
        self._count.setFont(theme.ui_font(11))
        self._buttons = {
            "caret-up": self._button(names.Text.FIND_PREVIOUS, "Previous (Shift+Enter)", -1),
            "caret-down": self._button(names.Text.FIND_NEXT, "Next (Enter)", 1),
            "x": self._button(names.Text.FIND_CLOSE, "Close (Esc)", 0),
        }
        self._build()
        self._field.textChanged.connect(self._search)
        edit.textChanged.connect(self._search_again)
        theme.retint(self._retint)
        self.hide()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        for button in self._buttons.values():
            row.addWidget(button)

    def _button(self, name: str, tip: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.clicked.connect((lambda: self.step(step)) if step else self.dismiss)
        return button

    def _retint(self) -> None:
        for glyph, button in self._buttons.items():
            button.setIcon(icon(glyph, "dim"))

    def open(self) -> None:
        """Shows the bar with what is selected, ready to type."""
        chosen = self._edit.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self._field.setText(chosen)
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self._search()

    def dismiss(self) -> None:
        """Hides the bar and gives the keyboard back to the text."""
        self.hide()
        self._edit.found = ()
        self._edit.refresh_selections()
        self._edit.setFocus()

    def _search(self) -> None:
        wanted = self._field.text()
        text = self._edit.toPlainText()
        flags = re.NOFLAG if any(c.isupper() for c in wanted) else re.IGNORECASE
        hits = re.finditer(re.escape(wanted), text, flags) if wanted else iter(())
        at = offsets(text).to_shown
        self._edit.found = tuple((at(m.start()), at(m.end())) for m, _ in zip(hits, range(_MOST), strict=False))
        self._edit.refresh_selections()
        self._tell(wanted)

    def _search_again(self) -> None:
        """Hits move with the text."""
        if self.isVisible():
            self._search()

    def _tell(self, wanted: str) -> None:
        count = len(self._edit.found)
        words = "Nothing found" if not count else f"{count} or more found" if count == _MOST else f"{count} found"
        self._count.setText(words if wanted else "")

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Shift+Enter and Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
