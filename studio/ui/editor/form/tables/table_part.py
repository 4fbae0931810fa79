"""A table of the form with what belongs below it: more of the chosen element, what was refused, problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.rows.problem_lines import ProblemLines
from studio.ui.editor.form.tables.element_detail import ElementDetail
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.widgets import InlineProblem, Label

TableMaker = Callable[[QWidget], ListTable]


class TablePart(FormPart):
    """One repeated message of the configuration. Fields that the table has no column for are edited below it."""

    def __init__(
        self, context: FormContext, path: Path, make: TableMaker, nothing: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, (path,), parent)
        self.path = path
        self.table = make(self)
        self._row = -1
        self._refused = InlineProblem("error", "", parent=self)
        self._refused.setObjectName(names.Form.REFUSED.format(widget_key(path)))
        self._refused.hide()
        self._nothing = Label(nothing, "dim", 12, parent=self)
        self._nothing.setWordWrap(True)
        columns = [column.name for column in self.table.list_model.columns if column.name]
        within = [str(column.at[0]) for column in self.table.list_model.columns if column.at]
        self.element = ElementDetail(context, path, columns, within, self)
        self.problems = ProblemLines(context, self)
        self._found: Sequence[Finding] = ()
        self._lay_out()
        self.setFocusProxy(self.table)
        self.table.list_model.refused.connect(self._refuse)
        self.table.row_chosen.connect(self._chosen)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 0, 12, 0)
        self._column.setSpacing(4)
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 0, 0, 0)
        inner.setSpacing(4)
        self._column.addWidget(self.table)
        for widget in (self._nothing, self._refused, self.problems):
            inner.addWidget(widget)
        self._column.addLayout(inner)
        self._column.addWidget(self.element)

    def put_above(self, widget: QWidget) -> None:
        """Puts a line above the table, where its title stands."""
        line = QVBoxLayout()
        line.setContentsMargins(16, 0, 0, 0)
        line.addWidget(widget)
        self._column.insertLayout(0, line)

    def show_draft(self, draft: Draft) -> None:
        """Shows the elements of a draft; the one that was chosen stays so."""
        self.table.show_draft(draft)
        count = self.table.list_model.rowCount()
        self._nothing.setVisible(count == 0 and bool(self._nothing.text()))
        self._row = self._row if self._row < count else -1
        if self._row >= 0 and self.table.currentIndex().row() != self._row:
            self.table.select_element(self._row, "", forced=True)
        self.element.show_element(self._row, draft)

    def _chosen(self, row: int) -> None:
        if row >= 0 and row != self._row:
            self._row = row
            self.element.show_element(row, self.context.model.last_good)
            self.show_findings(self._found)

    def choose(self, row: int) -> None:
        """Chooses an element and gives its first cell the keyboard."""
        if 0 <= row < self.table.list_model.rowCount():
            self.table.setFocus()
            self.table.setCurrentIndex(self.table.list_model.index(row, 1))

    def detail(self, draft: Draft) -> str:
        """How many elements there are."""
        del draft
        return str(self.table.list_model.rowCount() or "none")

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows what was found in the elements: at the field where that is to be seen, else below the table."""
        self._found = found
        self.problems.show_findings(self.element.show_findings(found))

    def reveal(self, path: Path) -> QWidget | None:
        """Selects the element that a path is in, and unfolds the field where it has no column."""
        if not self.nearness(path):
            return None
        rest = path[len(self.path) :]
        if not rest or not isinstance(rest[0], int):
            return self.table
        other = self.table.currentIndex().row() != rest[0]
        self.table.select_element(rest[0], str(rest[1]) if len(rest) > 1 else "", forced=other)
        return self.element.reveal(path) or self.table

    def _refuse(self, why: str) -> None:
        self._refused.setVisible(bool(why))
        if why:
            self._refused.show_problem("error", why)
