"""Go to a line by its number: the text follows while it is typed, Escape goes back."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.ui.editor import names
from studio.ui.editor.text.code_edit import CodeEdit
from studio.ui.widgets import Label

_PLACE = re.compile(r"\s*(\d+)\s*(?:[:,]\s*(\d*)\s*)?")


class GoToLine(QWidget):
    """A field for a line, or a line and a column: `12` or `12:5`."""

    def __init__(self, edit: CodeEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit = edit
        self._before: tuple[QTextCursor, int] | None = None
        self.field = QLineEdit()
        self.field.setObjectName(names.Text.LINE_FIELD)
        self.field.setAccessibleName("Go to line")
        self.field.setMaximumWidth(120)
        self._told = Label("", "dim", 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(Label("Go to line", "dim", 12))
        row.addWidget(self.field)
        row.addWidget(self._told)
        row.addStretch(1)
        self.field.textEdited.connect(self._go)
        self.hide()

    def open(self) -> None:
        """Shows the field with the line of the cursor, ready to type."""
        cursor = self._edit.textCursor()
        self._before = cursor, self._edit.verticalScrollBar().value()
        self.field.setText(str(cursor.blockNumber() + 1))
        self._told.setText(f"1 to {self._edit.blockCount():,}, or line:column")
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _go(self, typed: str) -> None:
        """The last line for a number beyond it."""
        found = _PLACE.fullmatch(typed)
        if found is None:
            return
        block = self._edit.document().findBlockByNumber(min(max(int(found[1]), 1), self._edit.blockCount()) - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(int(found[2] or 1), 1), block.length()) - 1)
        self._edit.setTextCursor(cursor)
        self._edit.centerCursor()

    def dismiss(self, *, back: bool = False) -> None:
        """Hides the field and gives the keyboard back to the text, where it was before if asked."""
        self.hide()
        if back and self._before is not None:
            self._edit.setTextCursor(self._before[0])
            self._edit.verticalScrollBar().setValue(self._before[1])
        self._edit.setFocus()

    def close_bar(self) -> bool:
        """Closes it; False where it is closed."""
        was_open = self.isVisible()
        if was_open:
            self.dismiss(back=True)
        return was_open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter stays there, Escape goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.dismiss()
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss(back=True)
        else:
            super().keyPressEvent(event)
