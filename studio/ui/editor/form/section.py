"""A table of the form with what belongs below it: a text that was refused, and the problems of its elements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.draft import Draft
from studio.core.findings import Finding
from studio.text.tree import Path
from studio.ui import names
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.list_table import ListTable
from studio.ui.editor.form.part import FormPart
from studio.ui.editor.form.problems import ProblemLines
from studio.ui.widgets import InlineProblem, Label

TableMaker = Callable[[QWidget], ListTable]


class TableSection(FormPart):
    """One repeated message of the configuration."""

    def __init__(
        self, context: FormContext, path: Path, make: TableMaker, nothing: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, (path,), parent)
        self.path = path
        self.table = make(self)
        self._refused = InlineProblem("error", "", parent=self)
        self._refused.setObjectName(names.Form.REFUSED.format(".".join(str(step) for step in path)))
        self._refused.hide()
        self._nothing = Label(nothing, "dim", 12, parent=self)
        self.problems = ProblemLines(context, self)
        self._lay_out()
        self.setFocusProxy(self.table)
        self.table.list_model.refused.connect(self._refuse)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 12, 0)
        column.setSpacing(4)
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 0, 0, 0)
        inner.setSpacing(4)
        column.addWidget(self.table)
        for widget in (self._nothing, self._refused, self.problems):
            inner.addWidget(widget)
        column.addLayout(inner)

    def show_draft(self, draft: Draft) -> None:
        """Shows the elements of a draft."""
        self.table.show_draft(draft)
        self._nothing.setVisible(self.table.list_model.rowCount() == 0)

    def detail(self, draft: Draft) -> str:
        """How many elements there are."""
        del draft
        return str(self.table.list_model.rowCount() or "none")

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows what was found in the elements."""
        self.problems.show_findings(found)

    def reveal(self, path: Path) -> QWidget | None:
        """Selects the element that a path is in."""
        if not self.nearness(path):
            return None
        rest = path[len(self.path) :]
        if rest and isinstance(rest[0], int):
            self.table.select_element(rest[0], str(rest[1]) if len(rest) > 1 else "")
        return self

    def _refuse(self, why: str) -> None:
        self._refused.setVisible(bool(why))
        if why:
            self._refused.show_problem("error", why)
