"""What a stream said: its text joined, in chunks, or one response as it came."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.core.inference.stream_log import Row
from studio.ui.look import theme
from studio.ui.tensors.view import TensorView
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import EmptyState, IconButton, SectionHeader, Segmented

_MOST_OUTPUTS = 8
_MOST_TEXT = 4 << 20
"""Characters of the text that are shown."""
_MARK = "│"


class TextSide(QWidget):
    """Text grows as it comes; an output or the JSON is that of the response that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.head = SectionHeader("Text", line=True)
        self.view = Segmented([("text", "Text"), ("chunks", "Chunks"), ("one", "JSON")], dense=True)
        self.view.setObjectName(Stream.VIEW)
        self.view.setAccessibleName("What is shown of the stream")
        self.copy = IconButton("copy", "Copy the text")
        self.copy.setObjectName(Stream.COPY)
        self.head.add_action(self.view)
        self.head.add_action(self.copy)
        self.text = self._field("Text of the stream")
        self.text.setObjectName(Stream.TEXT)
        self.chunks = self._field("Chunks of the stream")
        self.json = self._field("The response as it came")
        self.json.setFont(theme.mono_font())
        self.chunks.setFont(theme.mono_font())
        self._tensors = QScrollArea()
        self._tensors.setWidgetResizable(True)
        self._tensors.setFrameShape(QScrollArea.Shape.NoFrame)
        self._tensors.setAccessibleName("Outputs of the response")
        self._nothing = EmptyState("text-align-left", "No text", "These responses hold none: see the outputs of one.")
        self.stack = QStackedWidget()
        for widget in (self.text, self.chunks, self.json, self._tensors, self._nothing):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        self._row: Row | None = None
        self._has_text = False
        self._is_over = False
        self._room = _MOST_TEXT
        self.setMinimumWidth(300)
        self.view.changed.connect(lambda _key: self._switch())
        self.copy.clicked.connect(self._copy)

    @staticmethod
    def _field(title: str) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setReadOnly(True)
        field.setAccessibleName(title)
        field.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        field.document().setDocumentMargin(12)
        field.setUndoRedoEnabled(False)
        return field

    def begin(self, *, events: bool) -> None:
        """Empty again; events are JSON, the answers of a gRPC stream have outputs."""
        for field in (self.text, self.chunks, self.json):
            field.clear()
        self._row, self._has_text, self._is_over = None, False, False
        self.view.set_items([("text", "Text"), ("chunks", "Chunks"), ("one", "JSON" if events else "Outputs")])
        self._room = _MOST_TEXT
        self.head.detail.setText("joined")
        self._switch()

    def add(self, rows: Sequence[Row]) -> None:
        """Adds the text that came since."""
        text = "".join(row.text for row in rows)
        had, self._has_text = self._has_text, self._has_text or bool(text)
        if self._room:
            _append(self.text, text[: self._room])
            _append(self.chunks, "".join(f"{row.text}{_MARK}" for row in rows if row.text)[: self._room])
        self._room = max(self._room - len(text), 0)
        if not self._room:
            self.head.detail.setText(f"the first {_MOST_TEXT:,} characters")
        if self._has_text != had:
            self._switch()

    def end(self) -> None:
        """Ends the text: no more comes."""
        self._is_over = True
        self._switch()

    def show_row(self, row: Row) -> None:
        """The response that is chosen."""
        self._row = row
        if self.view.value() == "one":
            self._switch()

    def _switch(self) -> None:
        chosen = self.view.value()
        if chosen == "one":
            self._show_one()
        elif self._is_over and not self._has_text:
            self.stack.setCurrentWidget(self._nothing)
        else:
            self.stack.setCurrentWidget(self.text if chosen == "text" else self.chunks)

    def _show_one(self) -> None:
        row = self._row
        if row is not None and row.outputs:
            body = QWidget()
            body.setProperty("kind", "page")
            column = QVBoxLayout(body)
            column.setContentsMargins(12, 12, 12, 12)
            column.setSpacing(12)
            for tensor in row.outputs[:_MOST_OUTPUTS]:
                column.addWidget(TensorView(tensor))
            column.addStretch(1)
            self._tensors.setWidget(body)
            self.stack.setCurrentWidget(self._tensors)
            return
        nothing = "" if row is None else "The outputs of this response are no longer kept: too many came."
        self.json.setPlainText(row.fields if row is not None and row.fields else nothing)
        self.stack.setCurrentWidget(self.json)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText((self.json if self.view.value() == "one" else self.text).toPlainText())


def _append(field: QPlainTextEdit, text: str) -> None:
    if not text:
        return
    bar = field.verticalScrollBar()
    at_end = bar.value() >= bar.maximum()
    cursor = QTextCursor(field.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText(text)
    if at_end:
        bar.setValue(bar.maximum())
