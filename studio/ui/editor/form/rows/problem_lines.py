"""The problems at a place of the form, as lines with their fixes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.room.fixing import apply_fix
from studio.ui.widgets import InlineProblem, Label

_MOST = 5


class ProblemLines(QWidget):
    """A line for each finding, at most five; lines that stay are not made anew."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: tuple[Finding, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Shows these instead of the former."""
        found = tuple(findings)
        if found == self._shown:
            return
        self._shown = found
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for place, finding in enumerate(found[:_MOST]):
            self._column.addWidget(self._line(place, finding))
        if len(found) > _MOST:
            self._column.addWidget(Label(f"and {len(found) - _MOST} more in Problems", "dim", 12))
        self.setVisible(bool(found))

    def _line(self, place: int, finding: Finding) -> InlineProblem:
        fix = finding.fixes[0] if finding.fixes else None
        line = InlineProblem(finding.severity.value, finding.message, fix.title if fix else "")
        line.setObjectName(names.Form.PROBLEM.format(place))
        line.fix.setObjectName(names.Form.PROBLEM.format(f"{place}.fix"))
        if fix:
            line.fix_requested.connect(lambda: apply_fix(self, self._context.session, finding, fix))
        return line
