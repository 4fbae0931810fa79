"""Rows of the form: a label, a field, and the problems that were found at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.core.config.fields import rivals_of, title_of
from studio.core.config.typed import shown
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import NOT_READABLE, FormContext
from studio.ui.editor.form.rows.field_menu import FIELD_AT, LABEL_AT, UpkeptPart
from studio.ui.editor.form.rows.problem_lines import ProblemLines
from studio.ui.widgets import Chooser, ElidedLabel, Label, NumberField, Row, Switch, TextField, set_state

_LABEL_WIDTH = FIELD_AT - LABEL_AT - 8


class FieldRow(UpkeptPart):
    """One field. Subclasses give the control, show a draft in it and say when a person changed it."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, path, label, parent)
        self._state = ""
        # Made when it is needed: most rows never need it, and a form has many rows.
        self._problems: ProblemLines | None = None
        self._control: QWidget = self
        self._lost: Label | None = None
        self.label.setFixedWidth(_LABEL_WIDTH)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(LABEL_AT, 2, 12, 2)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignVCenter)

    def place(self, control: QWidget, focus: QWidget | None = None) -> None:
        """Puts the control into the row and watches its focus."""
        inner = focus or control
        inner.setObjectName(names.Form.FIELD.format(widget_key(self.path)))
        inner.setAccessibleName(self.label.text())
        self.label.setBuddy(inner)
        self.setFocusProxy(inner)
        inner.installEventFilter(self)
        self._grid.addWidget(control, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self._control = control

    def show_state(self, draft: Draft) -> None:
        """In place of a value that is only guessed it says that it cannot be read."""
        super().show_state(draft)
        is_lost = self.path in self.context.model.unreadable
        if is_lost and self._lost is None:
            self._lost = Label(NOT_READABLE, "warn", parent=self)
            self._grid.addWidget(self._lost, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        if self._lost is not None:
            self._lost.setVisible(is_lost)
            self._control.setVisible(not is_lost)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field under the keyboard is the one whose help is shown; undo and redo are the model's."""
        if event.type() == QEvent.Type.FocusIn:
            self.context.focused.emit(self.path)
            self.peek(held=True)
        elif event.type() == QEvent.Type.FocusOut:
            self.peek(held=False)
        return self.context.takes_history_key(event) or super().eventFilter(watched, event)

    @property
    def problems(self) -> ProblemLines:
        """The lines below the field."""
        if self._problems is None:
            self._problems = ProblemLines(self.context, self)
            self._grid.addWidget(self._problems, 1, 0, 1, 2)
        return self._problems

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows what was found at this field, with its first fixes."""
        if found or self._problems is not None:
            self.problems.show_findings(found)
        self.mark(found[0].severity.value if found else "")

    def mark(self, state: str) -> None:
        """Recolours the field's border: "", "warning" or "error"."""


class TextRow(FieldRow):
    """A string. Empty clears it unless `keeps_empty`; what stands in force without it is shown as a placeholder."""

    def __init__(
        self,
        context: FormContext,
        path: Path,
        label: str,
        placeholder: str = "",
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, path, label, parent)
        self.field = TextField(mono=mono, parent=self)
        self._placeholder = placeholder
        self.place(self.field)
        self.keeps_empty = False
        self.field.textEdited.connect(self._edited)

    def _edited(self, text: str) -> None:
        value = text if text or self.keeps_empty else None
        self.context.put(f"Set {self.label.text().lower()}", self.path, value, merge=f"form:{self.path}")

    def show_draft(self, draft: Draft) -> None:
        """The string of the file."""
        value = str(draft.get(*self.path) or "")
        if value != self.field.text():
            self.field.setText(value)
        is_set = draft.has(*self.path)
        value, filler = self.context.in_force(self.path)
        self.field.setPlaceholderText(value or self._placeholder)
        self.field.set_hint("" if is_set else filler)
        self._state = "" if is_set else "default"
        self.field.set_state(self._state)

    def mark(self, state: str) -> None:
        self.field.set_state(state if state in ("warning", "error") else self._state)


class NumberRow(FieldRow):
    """A number with its unit; `beside` says what it means (it is given the value)."""

    def __init__(
        self,
        context: FormContext,
        path: Path,
        label: str,
        unit: str = "",
        low: float = 0,
        high: float = 2**31 - 1,
        decimals: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, path, label, parent)
        row = Row(parent=self)
        self.field = NumberField(
            None, unit, low=low, high=high, decimals=decimals, width=136, unit_inside=True, parent=row
        )
        self.beside = ElidedLabel("", "dim", 12, parent=row)
        row.box.addWidget(self.field)
        row.box.addWidget(self.beside)
        row.box.setStretch(1, 1)
        self.place(row, self.field.field)
        self.field.edited.connect(self._edited)
        self.field.field.textEdited.connect(self._emptied)
        self._whole = decimals == 0
        self._state = ""

    def _edited(self, value: float) -> None:
        title = f"Set {self.label.text().lower()}"
        exact = self.field.value() if self._whole else value
        self.context.put(title, self.path, exact, merge=f"form:{self.path}")

    def _emptied(self, text: str) -> None:
        if not text:
            self.context.put(f"Clear {self.label.text().lower()}", self.path, None, merge=f"form:{self.path}")

    def show_draft(self, draft: Draft) -> None:
        """The number of the file; a default stands as a placeholder in an empty field."""
        is_set = draft.has(*self.path)
        value = draft.get(*self.path)
        number = value if isinstance(value, int | float) else None
        if not is_set:
            filled, _ = self.context.in_force(self.path)
            self.field.field.setPlaceholderText(filled or ("default" if number is None else shown(number)))
        if (number if is_set else None) != self.field.value():
            self.field.set_value(number if is_set else None)
        self._state = "" if is_set else "default"
        self.field.set_state(self._state)
        self.beside.setText(self.meaning(draft, number))

    def meaning(self, draft: Draft, value: float | None) -> str:
        """Words beside the field; nothing here, subclasses say more."""
        del draft, value
        return ""

    def mark(self, state: str) -> None:
        self.field.set_state(state if state in ("warning", "error") else self._state)


class MicrosecondsRow(NumberRow):
    """A duration in microseconds, said in larger units beside it."""

    def __init__(
        self, context: FormContext, path: Path, label: str, high: float = 2**64 - 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, path, label, "µs", high=high, parent=parent)

    def meaning(self, draft: Draft, value: float | None) -> str:
        """0.5 s is easier to see than 500000 µs."""
        del draft
        if not value or value < 1000:
            return ""
        return f"= {value / 1e6:g} s" if value >= 1e6 / 10 else f"= {value / 1e3:g} ms"


class SwitchRow(FieldRow):
    """A message that is there or not, or a bool, as a switch."""

    def __init__(
        self, context: FormContext, path: Path, label: str, message: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, path, label, parent)
        self.whole = not message
        self.switch = Switch(parent=self)
        self._message = message
        self.state = Label("", "dim", parent=self)
        self.state.setWordWrap(True)
        row = Row(self.switch, self.state, parent=self)
        row.box.setStretchFactor(self.state, 1)
        self.place(row, self.switch)
        self.switch.clicked.connect(self._switched)

    def _switched(self, on: bool) -> None:
        title = f"{'Switch on' if on else 'Switch off'} {self.label.text().lower()}"
        value: Any = ({} if on else None) if self._message else on
        self.context.put(title, self.path, value)

    def show_draft(self, draft: Draft) -> None:
        """On where the message stands in the file, or the bool is true."""
        on = draft.has(*self.path) if self._message else bool(draft.get(*self.path))
        self.switch.setChecked(on)
        default = "" if self._message or draft.has(*self.path) else " (default)"
        rival = next((each for each in rivals_of(self.path) if draft.has(*each)), None) if not on else None
        # The server takes one of them: switching this one on takes the other out.
        instead = f", {title_of(rival).lower()} is on instead" if rival else ""
        self.state.setText(f"{'on' if on else 'off'}{instead or default}")


class ChoiceRow(FieldRow):
    """One of a few words; others may be typed where `free`."""

    def __init__(
        self,
        context: FormContext,
        path: Path,
        label: str,
        choices: tuple[str, ...],
        free: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, path, label, parent)
        self.field = Chooser(parent=self)
        self.field.setEditable(free)
        self.field.setInsertPolicy(Chooser.InsertPolicy.NoInsert)
        self.field.addItems(list(choices))
        self.place(self.field, self.field.lineEdit() if free else None)
        if free:
            self.field.setObjectName(names.Form.CHOICE.format(widget_key(path)))
            self.field.setAccessibleName(label)
        self.field.textActivated.connect(self._chosen)
        line = self.field.lineEdit()
        if line is not None:
            line.editingFinished.connect(lambda: self._chosen(line.text()))
        self._shown = ""

    def _chosen(self, text: str) -> None:
        if text != self._shown:
            self.context.put(f"Set {self.label.text().lower()}", self.path, text or None)

    def show_draft(self, draft: Draft) -> None:
        """The word of the file."""
        self._shown = str(draft.get(*self.path) or "")
        if self.field.currentText() != self._shown:
            self.field.setCurrentText(self._shown)
        line = self.field.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.context.in_force(self.path)[0] or "found out by the server")
        set_state(self.field, "" if draft.has(*self.path) else "default")

    def mark(self, state: str) -> None:
        if state in ("warning", "error"):
            set_state(self.field, state)
