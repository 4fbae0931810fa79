"""The form: sections in the order in which people think of them."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.assist.adding import place_for, with_room_for
from studio.core.checking.findings import Finding
from studio.core.config.fields import title_of
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.editors.catalogue import EditorCatalogue
from studio.ui.editor.form.parse_problem import ParseProblemLine
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.field_menu import LABEL_AT, clear_field
from studio.ui.editor.form.rows.problem_lines import ProblemLines
from studio.ui.editor.form.section_view import SectionView
from studio.ui.editor.form.sections import SECTIONS
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.widgets import KeyHint, LinkButton, Row
from studio.ui.widgets.layouts.tab_stops import step, stops

_TURN_SECONDS = 0.015


class FormPane(QScrollArea):
    """Shows the document of one model and edits it; sits beside the text and never talks to it."""

    focused = Signal(object)
    text_wanted = Signal(object)
    finder_wanted = Signal()
    """Somebody looks for a field to add."""

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Form.PANE)
        self.setAccessibleName("Form")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._session = session
        self._model = model
        self.context = FormContext(session, model, EditorCatalogue(), self)
        self.sections: dict[str, SectionView] = {}
        self._at: Path = ()
        self._is_shown = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._build()
        self._connect()
        self.show_draft()

    def _build(self) -> None:
        body = QWidget(self)
        body.setProperty("kind", "page")
        # First of all: a widget that gets its parent late is styled once more, with everything in it.
        self.setWidget(body)
        self._body = body
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 0, 24)
        column.setSpacing(4)
        self._broken = ParseProblemLine(self.context)
        self._mistakes = ProblemLines(self.context, body)
        column.addWidget(self._broken)
        column.addWidget(self._mistakes)
        column.addWidget(self._add_line(body))
        column.addStretch(1)
        self._column = column
        self._sections_to_come = list(SECTIONS)
        self._soon.start()

    def _add_section(self) -> None:
        """The next section, above the line at the end."""
        view = SectionView(self.context, self._sections_to_come.pop(0), self._body)
        view.parts_wanted.connect(self._soon.start)
        self._column.insertWidget(self._column.count() - 2, view)
        self.sections[view.section.key] = view
        if self._is_shown:
            self._show_section(view)

    def _add_line(self, body: QWidget) -> QWidget:
        line = Row(parent=body, margins=LABEL_AT)
        button = LinkButton("Add field", "plus", parent=line)
        button.setObjectName(names.Form.ADD_FIELD)
        button.setAccessibleName("Add a field by name or by what it is for")
        button.clicked.connect(self.finder_wanted)
        for widget in (button, KeyHint("Ctrl Shift I", line)):
            line.box.addWidget(widget)
        line.box.addStretch(1)
        line.setFixedHeight(32)
        return line

    def _connect(self) -> None:
        self._soon.timeout.connect(self._build_some)
        self.context.parts_wanted.connect(self._soon.start)
        self._model.changed.connect(self.show_draft)
        self._session.checker.findings_changed.connect(self._show_findings)
        self.context.forecast.changed.connect(self.show_draft)
        self._session.checker.profile_changed.connect(self.show_draft)
        self.context.focused.connect(self._focused)
        self.context.text_wanted.connect(self.text_wanted)

    def showEvent(self, event: QShowEvent) -> None:
        """What nobody sees is not built."""
        super().showEvent(event)
        self._soon.start()

    def _build_some(self) -> None:
        """A few more parts, and another turn for the next: together they would hold up the window."""
        if not self.isVisible():
            return
        end = time.monotonic() + _TURN_SECONDS
        while time.monotonic() < end:
            if not self._build_next():
                self._show_findings()
                return
        self._soon.start()

    def _build_next(self) -> bool:
        """One part more, those within others first; false where none is left."""
        if self.context.to_come:
            if not self.context.to_come[0].build_next():
                self.context.to_come.pop(0)
            return True
        view = self._waiting()
        if view is not None:
            view.build_next()
        elif self._sections_to_come:
            self._add_section()
        else:
            return False
        return True

    def _waiting(self) -> SectionView | None:
        return next((view for view in self.sections.values() if view.is_waiting), None)

    @property
    def is_whole(self) -> bool:
        """Whether all of its sections are built: until then what stands below moves."""
        return not self._sections_to_come and self._waiting() is None

    def finish(self) -> None:
        """Builds at once what is still to come, for who looks for a place in it."""
        while self._build_next():
            pass
        self._show_findings()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt calls it so
        """Tab goes as one reads, and the field comes into view."""
        moved = step(self, list(stops(self._body)), next)
        held = QApplication.focusWidget()
        if moved and held is not None and self.isAncestorOf(held):
            self.ensureWidgetVisible(held, 0, 60)
        return moved

    def _focused(self, path: Path) -> None:
        self._at = path
        self.focused.emit(path)

    @property
    def at(self) -> Path:
        """The field that had the keyboard last."""
        return self._at

    def current_path(self) -> Path | None:
        """The field that has the keyboard; None where the keyboard is not in the form."""
        held = QApplication.focusWidget()
        return self._at if held is not None and self.isAncestorOf(held) else None

    def findings_here(self) -> list[Finding]:
        """The problems of the field that has the keyboard, and of the blocks that it stands in."""
        path = self.current_path()
        found = self._session.findings_in_text(self._model.name) if path else ()
        inside = [each for each in found if path and each.path[: len(path)] == path]
        if any(each.fixes for each in inside):
            return inside
        return [*inside, *(each for each in found if path and each.path and path[: len(each.path)] == each.path)]

    def spot(self) -> QPoint:
        """The place on the screen below what has the keyboard."""
        held = QApplication.focusWidget() or self
        return held.mapToGlobal(held.rect().bottomLeft())

    def show_draft(self) -> None:
        """Shows the document; while the text is broken what could be read of it, greyed."""
        document, draft = self._model.draft.document, self._model.last_good
        self._is_shown = True
        self._broken.show_document(document, is_read=bool(draft.document.text))
        if document.ok:
            self._mistakes.show_findings(())
        for view in self.sections.values():
            self._show_section(view)

    def _show_section(self, view: SectionView) -> None:
        """Nothing is shown of a text of which nothing could be read: not that it sets nothing."""
        document, draft = self._model.draft.document, self._model.last_good
        view.setEnabled(document.ok)
        view.show_draft(draft)
        if not document.ok and not draft.document.text:
            view.hide()

    def _show_findings(self) -> None:
        """Each problem in the section that its path belongs to."""
        found: dict[str, list[Finding]] = {key: [] for key in self.sections}
        findings = self._session.findings_in_text(self._model.name)
        is_sound = self._model.draft.document.ok
        # The sections are greyed then, and with them whatever could be pressed in them.
        self._mistakes.show_findings([each for each in findings if each.fixes and not (is_sound or each.path)])
        for finding in findings:
            view = self.section_of(finding.path)
            if view is not None:
                found[view.section.key].append(finding)
        for key, view in self.sections.items():
            view.show_findings(found[key])

    def section_of(self, path: Path) -> SectionView | None:
        """The section that a path belongs to."""
        return next((view for view in self.sections.values() if view.owns(path)), None)

    def add_field(self, wanted: Path) -> None:
        """Adds a field, or goes to it where it is set, and gives it the keyboard."""
        path = place_for(wanted, self._at)
        self.context.edit(f"Add {title_of(path).lower()}", lambda draft: with_room_for(draft, path))
        control = self.reveal(path)
        if control is None:
            return
        control.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if isinstance(control, ListTable):
            control.edit_cell(path)

    def clear_current(self) -> None:
        """Takes the field that has the keyboard out of the file."""
        path = self.current_path()
        if path:
            clear_field(self.context, path)

    def reveal(self, path: Path) -> QWidget | None:
        """Scrolls to the control of a path and gives it; it does not get the keyboard."""
        while self._sections_to_come or self._waiting() is not None:
            self._build_next()
        view = self.section_of(path)
        control = view.reveal(path) if view else None
        if control is not None:
            self.ensureWidgetVisible(control, 0, 60)
        return control
