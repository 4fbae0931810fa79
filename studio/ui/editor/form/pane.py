"""The form: sections in the order in which people think of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from studio.app.open_model import OpenModel
from studio.app.session import Session
from studio.core.draft import Draft
from studio.core.findings import Finding
from studio.text.tree import Path
from studio.ui import names
from studio.ui.editor.form.broken import BrokenLine
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.elsewhere import Elsewhere
from studio.ui.editor.form.instances import in_words, instance_table, new_group
from studio.ui.editor.form.list_table import ListTable
from studio.ui.editor.form.rows import FieldRow
from studio.ui.editor.form.section import TableSection
from studio.ui.editor.form.sections import COVERED, batching_rows, identity_rows
from studio.ui.editor.form.steps import new_step, step_table
from studio.ui.editor.form.tensors import new_tensor, tensor_table
from studio.ui.editor.form.versions import VersionsRow
from studio.ui.widgets import LinkButton, SectionHeader

_DYNAMIC = ("dynamic_batching",)


class FormPane(QScrollArea):
    """Shows the document of one model and edits it; sits beside the text and never talks to it."""

    focused = Signal(object)
    text_wanted = Signal(object)

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Form.PANE)
        self.setAccessibleName("Form")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._session = session
        self._model = model
        self.context = FormContext(session, model, self)
        self.rows: list[FieldRow] = []
        self.tables: dict[str, TableSection] = {}
        self.sections: dict[str, SectionHeader] = {}
        self._bodies: list[QWidget] = []
        self._at: Path = ()
        self._build()
        self._connect()
        self.show_draft()

    def _build(self) -> None:
        body = QWidget(self)
        body.setProperty("kind", "page")
        # First of all: a widget that gets its parent late is styled once more, with everything in it.
        self.setWidget(body)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 8, 0, 24)
        self._column.setSpacing(4)
        self._broken = BrokenLine(self.context)
        self._column.addWidget(self._broken)
        self._column.addStretch(1)
        context = self.context
        self._section("identity", "Identity", *identity_rows(context))
        self._tensors("input", "Inputs")
        # The rest comes a section a turn of the event loop: together they would hold up the window.
        self._waiting = [
            lambda: self._tensors("output", "Outputs"),
            lambda: self._section("batching", "Batching", *batching_rows(context)),
            lambda: self._table("instance_group", "Instances", instance_table(context), "Add a group", new_group),
            lambda: self._table("step", "Ensemble steps", step_table(context), "Add a step", new_step),
            lambda: self._section("versions", "Versions", VersionsRow(context)),
            self._build_elsewhere,
        ]
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._build_next)
        self._soon.start()

    def _build_next(self) -> None:
        """One more section, and another turn for the next."""
        if self._waiting:
            self._waiting.pop(0)()
            self.show_draft()
            self._soon.start()

    def finish(self) -> None:
        """Builds at once what is still to come, for who looks for a place in it."""
        while self._waiting:
            self._waiting.pop(0)()
            if not self._waiting:
                self.show_draft()

    def _build_elsewhere(self) -> None:
        self._elsewhere = Elsewhere(self.context, COVERED)
        self._section("elsewhere", "Also set in the text", self._elsewhere)

    def _tensors(self, field: str, title: str) -> None:
        table = tensor_table(self.context, field)
        self._table(field, title, table, f"Add an {field}", lambda draft: new_tensor(draft, field))

    def _table(self, key: str, title: str, table: ListTable, add_title: str, add: Callable[[Draft], Draft]) -> None:
        section = TableSection(self.context, table, f"None yet: {add_title[0].lower()}{add_title[1:]} at the right.")
        header = self._section(key, title, section)
        button = LinkButton(add_title.rsplit(" ", 1)[1].capitalize(), "plus")
        button.setObjectName(names.Form.ADD.format(key))
        button.setAccessibleName(add_title)
        button.clicked.connect(lambda: self.context.edit(add_title, add))
        header.add_action(button)
        self.tables[key] = section

    def _section(self, key: str, title: str, *widgets: QWidget) -> SectionHeader:
        holder = self.widget()
        body = QWidget(holder)
        header = SectionHeader(title, body=body, height=32, parent=holder)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        for widget in widgets:
            column.addWidget(widget)
            if isinstance(widget, FieldRow):
                self.rows.append(widget)
        header.setObjectName(names.Form.SECTION.format(key))
        # Before the stretch at the end.
        self._column.insertWidget(self._column.count() - 1, header)
        self._column.insertWidget(self._column.count() - 1, body)
        self.sections[key] = header
        self._bodies.append(body)
        return header

    def _connect(self) -> None:
        self._model.changed.connect(self.show_draft)
        self._session.findings_changed.connect(self._show_findings)
        self.context.focused.connect(self._focused)
        self.context.text_wanted.connect(self.text_wanted)

    def _focused(self, path: Path) -> None:
        self._at = path
        self.focused.emit(path)

    def current_path(self) -> Path | None:
        """The field that has the keyboard; None where the keyboard is not in the form."""
        held = QApplication.focusWidget()
        return self._at if held is not None and self.isAncestorOf(held) else None

    def show_draft(self) -> None:
        """Shows the last good state of the document, greyed while the text is broken."""
        document = self._model.draft.document
        draft = self._model.draft if document.ok else self._model.last_good
        self._broken.show_document(document)
        for widget in (*self.sections.values(), *self._bodies):
            widget.setEnabled(document.ok)
        for row in self.rows:
            row.show_draft(draft)
        for table in self.tables.values():
            table.show_draft(draft)
        self._show_details(draft)
        self._show_findings()

    def _show_details(self, draft: Draft) -> None:
        config = draft.config
        more = self._elsewhere.show_draft(draft) if "elsewhere" in self.sections else 0
        words = {
            "input": _count(len(config.inputs)),
            "output": _count(len(config.outputs)),
            "step": _count(len(config.steps)),
            "instance_group": in_words(config.instance_groups),
            "elsewhere": str(more),
        }
        for key, header in self.sections.items():
            header.detail.setText(words.get(key, ""))
        hidden = {"instance_group"} if config.is_ensemble else {"step"}
        hidden |= set() if more else {"elsewhere"}
        for key, header in self.sections.items():
            _show_section(header, key not in hidden)
        dynamic = draft.has(*_DYNAMIC)
        for row in self.rows:
            if row.path[:1] == _DYNAMIC and len(row.path) > 1:
                row.setVisible(dynamic)

    def _show_findings(self) -> None:
        """Each problem at the row or table that is nearest to its path."""
        places: list[FieldRow | TableSection] = [*self.rows, *self.tables.values()]
        found: dict[Path, list[Finding]] = {place.path: [] for place in places}
        for finding in self._session.findings_of(self._model.name):
            path = finding.path
            near = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in found), None)
            if near is not None:
                found[near].append(finding)
        for place in places:
            place.show_findings(found[place.path])

    def reveal(self, path: Path) -> None:
        """Scrolls to the row or table of a path."""
        self.finish()
        row = self._row_of(path)
        table = next((t for t in self.tables.values() if path[: len(t.path)] == t.path), None)
        if row is not None:
            self.ensureWidgetVisible(row, 0, 60)
        elif table is not None:
            table.reveal(path)
            self.ensureWidgetVisible(table, 0, 60)
        elif path and not self.sections["elsewhere"].isHidden():
            self.ensureWidgetVisible(self._elsewhere, 0, 60)

    def _row_of(self, path: Path) -> FieldRow | None:
        """The row of a path, or of the nearest field above it."""
        for length in range(len(path), 0, -1):
            row = next((row for row in self.rows if row.path == path[:length]), None)
            if row is not None:
                return row
        return None


def _count(number: int) -> str:
    return str(number or "none")


def _show_section(header: SectionHeader, shown: bool) -> None:
    """A section that does not apply is away; one that comes back is open."""
    was = header.property("shown")
    header.setProperty("shown", shown)
    header.setVisible(shown)
    if was is not shown:
        header.set_open(shown)
