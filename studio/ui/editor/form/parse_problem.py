"""The line above the form that says why it is grey."""

from __future__ import annotations

from studio.text.document import Document
from studio.text.tree import Span
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.widgets import InlineProblem


class ParseProblemLine(InlineProblem):
    """Shows where the text does not parse, and leads there."""

    def __init__(self, context: FormContext) -> None:
        super().__init__("error", "")
        self.setObjectName(names.Form.BROKEN)
        self._span: Span | None = None
        self.fix_requested.connect(lambda: self._span is not None and context.text_wanted.emit(self._span))
        self.fix.set_icon_name("arrow-right")
        self.hide()

    def show_document(self, document: Document, *, is_read: bool) -> None:
        """Says what is wrong with a text, or goes away; `is_read`: something of it could be read."""
        first = document.problems[0] if document.problems else None
        self.setVisible(not document.ok)
        if document.ok or first is None:
            return
        self._span = first.span
        line, _ = document.line_column(first.span.start)
        shown = "the form shows what can be read" if is_read else "nothing of it can be read"
        self.show_problem("error", f"Line {line} does not parse: {shown}", f"Go to line {line}")
        self.setToolTip(f"{first.message}\nIt can be edited here again once the text parses.")
