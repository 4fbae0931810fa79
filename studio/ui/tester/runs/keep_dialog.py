"""The question whether what came is to be expected from now on, with the difference of each file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.core.saved_requests.renewal import Renewal
from studio.ui.look import theme
from studio.ui.tester.runs import names
from studio.ui.widgets.dialogs import Question

_HEIGHT = 280
_MOST_SIGNS = 200_000


class _DifferenceColours(QSyntaxHighlighter):
    """Lines that go and lines that come in their colours; where they stand is dim."""

    def highlightBlock(self, text: str) -> None:
        """Colours one line by its first sign."""
        form = QTextCharFormat()
        role = "dim" if text.startswith(("---", "+++", "@@")) else {"-": "error", "+": "ok"}.get(text[:1], "")
        if role:
            form.setForeground(theme.colour(role))
            self.setFormat(0, len(text), form)


class KeepDialog(Question):
    """Names the files, and shows what becomes of them."""

    def __init__(self, parent: QWidget, renewals: tuple[Renewal, ...]) -> None:
        count = len(renewals)
        files = "file changes" if count == 1 else "files change"
        text = "Only outputs that are not as expected change. It can be undone from the notice that follows."
        super().__init__(parent, f"Keep as expected: {count} {files}", text, names.Runs.KEEP_DIALOG)
        self.setMinimumWidth(680)
        self.preview = QPlainTextEdit("\n".join(each.difference for each in renewals)[:_MOST_SIGNS])
        self.preview.setObjectName(names.Runs.PREVIEW)
        self.preview.setAccessibleName("What changes in the files")
        self.preview.setProperty("kind", "field")
        self.preview.setReadOnly(True)
        self.preview.setFont(theme.mono_font())
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setFixedHeight(_HEIGHT)
        self._colours = _DifferenceColours(self.preview.document())
        theme.changes().themed.connect(self._colours.rehighlight)
        self.column.addWidget(self.preview)
        self.add_button("", "Cancel")
        self.add_button("yes", "Keep as expected", "primary")
        self.finish()


def ask_keep(parent: QWidget, renewals: tuple[Renewal, ...], then: Callable[[], object]) -> KeepDialog:
    """Asks, and calls `then` where a person says yes."""
    dialog = KeepDialog(parent, renewals)
    dialog.accepted.connect(then)
    dialog.open()
    return dialog
