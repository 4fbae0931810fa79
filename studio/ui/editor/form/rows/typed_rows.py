"""Rows that the schema alone describes: whole numbers of any size, numbers, and one of an enumeration."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import data_type
from studio.core.config.draft import Draft
from studio.core.config.fields import known_field
from studio.core.config.schema import FieldSchema
from studio.core.config.typed import shown, typed
from studio.core.config.values import limits
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.field_rows import FieldRow, MicrosecondsRow, NumberRow
from studio.ui.widgets import Chooser, ElidedLabel, Row, TextField, set_state


def schema_of(path: Path) -> FieldSchema:
    """The schema of a field that a row stands for."""
    field = known_field(path)
    assert field is not None, path  # noqa: S101 - paths of rows come from the schema
    return field.schema


def parse_type(text: str) -> str:
    """A data type by either of its names; raises ValueError for anything else."""
    found = data_type(text.upper().removeprefix("TYPE_")) or data_type(text.upper())
    if not found:
        raise ValueError(f"{text} is not a data type.")
    return found.config


def short_type(value: object) -> str:
    """FP32 for TYPE_FP32; empty for none."""
    return str(value or "").removeprefix("TYPE_").replace("INVALID", "")


def integer_row(context: FormContext, path: Path, label: str, parent: QWidget) -> FieldRow:
    """A whole number in the range of its type, said in larger units where it is a duration."""
    low, high = limits(schema_of(path))
    if str(path[-1]).endswith("_microseconds"):
        return MicrosecondsRow(context, path, label, high=high, parent=parent)
    return WholeRow(context, path, label, low=low, high=high, parent=parent)


class WholeRow(NumberRow):
    """A whole number; a text that is none says beside it what would be."""

    def meaning(self, draft: Draft, value: float | None) -> str:
        """The range, while what is typed lies outside of it."""
        del draft, value
        typed_text = self.field.field.text()
        return self._why(typed_text) if typed_text and self.field.value() is None else ""

    def _emptied(self, text: str) -> None:
        super()._emptied(text)
        self.beside.setText(self._why(text) if text and self.field.value() is None else "")

    def _why(self, text: str) -> str:
        try:
            typed(schema_of(self.path), text)
        except ValueError as error:
            return str(error)
        return ""


class FloatRow(FieldRow):
    """A number with a fraction; inf and nan too."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, path, label, parent)
        row = Row(parent=self)
        self.field = TextField(parent=row)
        self.field.setFixedWidth(136)
        self.beside = ElidedLabel("", "dim", 12, parent=row)
        row.box.addWidget(self.field)
        row.box.addWidget(self.beside, 1)
        self.place(row, self.field)
        self._state = ""
        self.field.textEdited.connect(self._edited)

    def _edited(self, text: str) -> None:
        try:
            value = typed(schema_of(self.path), text) if text else None
        except ValueError as error:
            self.beside.setText(str(error))
            self.field.set_state("error")
            return
        self.context.put(f"Set {self.label.text().lower()}", self.path, value, merge=f"form:{self.path}")
        self.beside.setText("")

    def show_draft(self, draft: Draft) -> None:
        """The number of the file, left as it is typed where it is the same."""
        is_set = draft.has(*self.path)
        value = draft.get(*self.path)
        try:
            same = typed(schema_of(self.path), self.field.text()) == value if is_set else not self.field.text()
        except ValueError:
            same = False
        if not same:
            self.field.setText(shown(value) if is_set else "")
        self.field.setPlaceholderText(shown(value))
        self._state = "" if is_set else "default"
        self.field.set_state(self._state)

    def mark(self, state: str) -> None:
        self.field.set_state(state if state in ("warning", "error") else self._state)


class EnumRow(FieldRow):
    """One value of an enumeration; the default shows until another is chosen."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, path, label, parent)
        enum = schema_of(path).enum
        self._known = tuple(enum.values) if enum else ()
        self.field = Chooser(self._known, parent=self)
        self.field.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(14)
        self.place(self.field)
        self.field.textActivated.connect(self._chosen)

    def _chosen(self, text: str) -> None:
        if text in self._known:
            self.context.put(f"Set {self.label.text().lower()}", self.path, text)

    def show_draft(self, draft: Draft) -> None:
        """The value of the file; one that the enumeration lacks is shown as it is."""
        value = str(draft.get(*self.path))
        if self.field.findText(value) < 0:
            self.field.addItem(value)
        self.field.setCurrentText(value)
        self._state = "" if draft.has(*self.path) else "default"
        set_state(self.field, self._state)

    def mark(self, state: str) -> None:
        set_state(self.field, state if state in ("warning", "error") else self._state)
