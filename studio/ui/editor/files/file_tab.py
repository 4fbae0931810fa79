"""The tab of a text file: its path, what another program did to it, and its text."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.editing.open_file import OpenFile
from studio.ui.editor import names
from studio.ui.editor.changes.conflict import ConflictBar
from studio.ui.editor.changes.gone import GoneBar
from studio.ui.editor.text.changed_lines import changed_lines
from studio.ui.editor.text.pane import EditorPane
from studio.ui.widgets import HairLine, IconLabel, Label, Row
from studio.ui.widgets.text.languages import pattern_of

_HEIGHT = 37
_LINES_AFTER_MS = 150


class FileTab(QWidget):
    """Edits one text file."""

    shown = Signal()

    def __init__(self, file: OpenFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Editor.FILE_TAB)
        self.setProperty("kind", "page")
        self.setAccessibleName(f"Text of {file.name}")
        self.file = file
        self.text = EditorPane(file, pattern_of(file.path), self)
        self.text.edit.setAccessibleName(f"Text of {file.path.name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._header(), HairLine(parent=self), ConflictBar(file, self), GoneBar(file, self)):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        self.setFocusProxy(self.text)
        self._lines = QTimer(self, singleShot=True, interval=_LINES_AFTER_MS)
        self._lines.timeout.connect(self._show_changed_lines)
        file.changed.connect(lambda *_: self._lines.start())
        file.decided.connect(self._lines.start)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _show_changed_lines(self) -> None:
        before, now = self.file.saved_draft.document.text, self.file.draft.document.text
        self.text.edit.set_changed_lines(changed_lines(before, now))

    def _header(self) -> QWidget:
        """Where the file lies, as the header of a model's tab says it."""
        *folders, last = self.file.name.split("/")
        header = Row(parent=self, margins=16)
        for folder in folders:
            header.box.addWidget(Label(folder, "dim", parent=header))
            header.box.addWidget(IconLabel("caret-right", "faint", 12, header))
        header.box.addWidget(Label(last, weight=600, parent=header))
        header.box.addStretch(1)
        header.setFixedHeight(_HEIGHT)
        return header

    def reveal_line(self, line: int) -> None:
        """Puts the cursor at a line, from 1, and gives the text the keyboard."""
        self.text.filling.when_filled(lambda: self._go_to(line))
        self.text.edit.setFocus()

    def _go_to(self, line: int) -> None:
        block = self.text.edit.document().findBlockByNumber(max(0, line - 1))
        if block.isValid():
            self.text.edit.setTextCursor(QTextCursor(block))
            self.text.edit.centerCursor()
