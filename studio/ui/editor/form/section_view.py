"""One section of the form: its header, and below it the parts, made once they are to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.covered_fields import out_of_reach
from studio.ui.editor.form.editors.starters import StartersButton
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.part_list import PartList
from studio.ui.editor.form.section import Adder, Section
from studio.ui.editor.form.tables.element_table import ElementsPart, append_new, is_elements
from studio.ui.editor.form.tables.table_part import TablePart
from studio.ui.widgets import LinkButton, SectionHeader


class SectionView(QWidget):
    """Shows one section; a closed one that was never open has no parts yet."""

    parts_wanted = Signal()
    """It is open and has parts to come: `build_next` makes them."""

    def __init__(self, context: FormContext, section: Section, parent: QWidget) -> None:
        super().__init__(parent)
        self.section = section
        self.parts = PartList()
        self._context = context
        self._draft: Draft = context.model.last_good
        self._was_set: bool | None = None
        self._applied = True
        self._asked = False
        self._found: Sequence[Finding] = ()
        self._build_frame()
        self._coming: Iterator[FormPart] | None = self._all_parts()
        self.header.set_open(section.usual)
        self.header.toggled.connect(self._toggled)

    def _build_frame(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._body = QWidget(self)
        self.header = SectionHeader(self.section.title, body=self._body, height=32, parent=self)
        self.header.setObjectName(names.Form.SECTION.format(self.section.key))
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 8)
        self._rows.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._body)
        self._starters = StartersButton(
            self._context, self.section.key, self.section.title, lambda: self.header.set_open(True), self.header
        )
        self.header.add_action(self._starters)
        add = self.section.add or _adder(self.section)
        if add:
            self._add_button(add)

    def _add_button(self, add: Adder) -> None:
        button = LinkButton(add.text, "plus", parent=self.header)
        button.setObjectName(names.Form.ADD.format(self.section.key))
        button.setAccessibleName(add.title)
        button.clicked.connect(lambda: self._add(add))
        self.header.add_action(button)

    def _add(self, add: Adder) -> None:
        self.header.set_open(True)
        self._context.edit(add.title, add.change)
        self.finish()
        path = self.section.roots[0]
        part = self.parts.at(path)
        if isinstance(part, TablePart):
            part.choose(part.table.list_model.rowCount() - 1)

    # Building

    def _all_parts(self) -> Iterator[FormPart]:
        yield from self.section.build(self._context, self._body)
        for path in out_of_reach(self.section.roots, self.parts.all):
            part = self._by_schema(path)
            # Among what everybody needs the rest shows once it is of use.
            part.is_usual = not self.section.usual
            yield part

    def _by_schema(self, path: Path) -> FormPart:
        if self.section.roots == (path,) and is_elements(path):
            return ElementsPart(self._context, path, self._body, titled=False)
        return self._context.part_for(path, self._body)

    @property
    def is_waiting(self) -> bool:
        """Whether it is open and has parts to come."""
        return self._coming is not None and self.header.is_open() and self._applied

    def build_next(self) -> None:
        """Makes one more part."""
        part = next(self._coming, None) if self._coming else None
        if part is None:
            self._coming = None
            self._show_header()
            return
        self.parts.all.append(part)
        self._rows.addWidget(part)
        self.parts.show_part(part, self._draft)

    def finish(self) -> None:
        """Makes all parts that are still to come."""
        while self._coming is not None:
            self.build_next()
        self.show_findings(self._found)

    def _toggled(self, is_open: bool) -> None:
        if is_open:
            self._show_parts()
            if self.is_waiting:
                self.parts_wanted.emit()
        self.show_findings(self._found)

    # What it shows

    def is_set(self, draft: Draft) -> bool:
        """Whether the file sets something of it."""
        return any(draft.has(*root) for root in self.section.roots)

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft; a section that the file begins to set opens."""
        self._draft = draft
        now, applied = self.is_set(draft), self._asked or self.section.applies(draft)
        begins = (now and not self._was_set) or (applied and not self._applied and self.section.usual)
        self._was_set, self._applied = now, applied
        self.setVisible(applied)
        self._starters.show_draft(draft)
        if begins:
            self.header.set_open(True)
        if self.header.is_open():
            self._show_parts()
        else:
            self._show_header()
        if self.is_waiting:
            self.parts_wanted.emit()

    def _show_parts(self) -> None:
        self.parts.show_draft(self._draft)
        self._show_header()

    def _show_header(self) -> None:
        main = (part for part in self.parts.all if self.section.roots[0] in part.paths)
        told = next((words for part in main if (words := part.detail(self._draft))), "")
        if not self.header.is_open() and self._found:
            told = "1 problem" if len(self._found) == 1 else f"{len(self._found)} problems"
        elif not self.section.usual and not self._was_set:
            told = "not set"
        self.header.detail.setText(told)

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows each problem at the part that is nearest to its path."""
        self._found = found
        self.parts.show_findings(found)
        self._show_header()

    def owns(self, path: Path) -> bool:
        """Whether a path belongs to this section."""
        return any(path[: len(root)] == root for root in self.section.roots)

    def reveal(self, path: Path) -> QWidget:
        """Opens the section at a path; gives the control that stands for it."""
        self._asked = self._applied = True
        self.show()
        self.header.set_open(True)
        self.finish()
        return self.parts.reveal(path, self._draft) or self.header


def _adder(section: Section) -> Adder | None:
    """The button of a section that is one repeated message and nothing else."""
    path = section.roots[0]
    if len(section.roots) > 1 or not is_elements(path):
        return None
    title = f"Add to {section.title.lower()}"
    return Adder("Add", title, lambda draft: append_new(draft, path))
