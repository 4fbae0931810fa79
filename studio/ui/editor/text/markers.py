"""What the text pane marks: the problems of its model, and the lines that differ from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.core.checking.findings import Finding
from studio.text.edit import Change
from studio.text.tree import Span
from studio.ui.editor.text.changed_lines import changed_lines
from studio.ui.editor.text.edited_text import EditedText
from studio.ui.editor.text.marks import ProblemMark
from studio.ui.widgets.text.offsets import Offsets

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session

_LINES_AFTER_MS = 150


class MarkerController(QObject):
    """Keeps squiggles, gutter signs and change bars of one pane."""

    def __init__(self, pane: EditedText, session: Session, model: OpenModel) -> None:
        super().__init__(pane.edit)
        self._pane = pane
        self._session = session
        self._model = model
        self._lines = QTimer(self, singleShot=True, interval=_LINES_AFTER_MS)
        self._lines.timeout.connect(self._show_changed_lines)
        model.changed.connect(self._note_change)
        model.saved.connect(self._lines.start)
        session.checker.findings_changed.connect(self._show_findings)
        self._show_findings(session.findings)
        self._lines.start()

    def _note_change(self, *_drafts: object) -> None:
        self._lines.start()

    def _show_findings(self, _findings: object) -> None:
        # Of this model alone: there may be tens of thousands of others.
        own = self._session.findings_in_text(self._model.name)
        self._pane.edit.set_marks([self._mark(each, each.span) for each in own if each.span])

    def _mark(self, finding: Finding, span: Span) -> ProblemMark:
        start, end = self._pane.position_of(span.start), self._pane.position_of(span.end)
        return ProblemMark(start, end, finding.severity, finding.message)

    def shift(self, difference: Change, before: Offsets) -> None:
        """Keeps squiggles under their words until the next check answers."""
        at = before.to_shown(difference.start)
        by = len(difference.inserted) - len(difference.removed)
        edit = self._pane.edit
        edit.set_marks(
            [
                ProblemMark(mark.start + by, mark.end + by, mark.severity, mark.message) if mark.start >= at else mark
                for mark in edit.marks
            ]
        )

    def _show_changed_lines(self) -> None:
        lines = changed_lines(self._model.saved_draft.document.text, self._model.draft.document.text)
        self._pane.edit.set_changed_lines(lines)
