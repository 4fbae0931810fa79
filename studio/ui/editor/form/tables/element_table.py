"""A repeated message or a map by its schema: a table, and below it what has no column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Literal

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.draft import Draft
from studio.core.config.fields import is_choice, message_of, new_value, title_of
from studio.core.config.schema import FieldSchema
from studio.core.config.typed import shown, typed
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.typed_rows import parse_type, schema_of, short_type
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TableMaker, TablePart
from studio.ui.widgets import Label, LinkButton
from studio.ui.widgets import Row as Line

_MOST_COLUMNS = 4
_SUMMARY = ""


def columns_of(path: Path) -> tuple[Column, ...]:
    """The fields of an element that a table has room for: the first scalars, and one that sums the others up."""
    message = message_of(path)
    fields = list(message.fields.values()) if message else []
    plain = [field for field in fields if not field.message and not (message and is_choice(message, field))]
    if sum(field.repeated for field in plain) > 1:
        # Several lists beside one another leave room for none of them.
        plain = [field for field in plain if not field.repeated]
    columns = [_column((*path, field.name), field) for field in plain[:_MOST_COLUMNS]]
    if len(columns) < _MOST_COLUMNS and any(field not in plain for field in fields):
        columns.append(Column("Holds", _SUMMARY, kind="summary"))
    return tuple(columns)


def _column(path: Path, field: FieldSchema) -> Column:
    if _is_type(field):
        return Column(title_of(path), field.name, parse_type, tuple(each.short for each in DATA_TYPES), "chip", 96)
    kind: Literal["text", "mono"] = "text" if field.kind in ("string", "bool") and not field.repeated else "mono"
    choices = tuple(field.enum.values) if field.enum else ("true", "false") if field.kind == "bool" else ()
    parse = _list_parser(field) if field.repeated else _parser(field)
    return Column(title_of(path), field.name, parse, () if field.repeated else choices, kind)


def _is_type(field: FieldSchema) -> bool:
    return field.enum is not None and field.enum.name == "DataType" and not field.repeated


def _parser(field: FieldSchema) -> Callable[[str], Any]:
    keeps_empty = field.kind == "string" and field.name in ("key", "value")
    return lambda text: typed(field, text) if text or keeps_empty else None


def _list_parser(field: FieldSchema) -> Callable[[str], Any]:
    return lambda text: [typed(field, part) for part in re.split(r"[\s,;]+", text.strip(" []")) if part] or None


def rows_of(draft: Draft, path: Path, columns: Collection[Column]) -> list[TableRow]:
    """What a table of elements shows."""
    held = draft.get(*path)
    elements = held if isinstance(held, tuple) else ()
    message = message_of(path)
    fields = message.fields if message else {}
    listed = {column.name for column in columns}
    return [
        tuple(_cell(fields.get(column.name), element, listed) for column in columns)
        for element in elements
        if isinstance(element, dict)
    ]


def _cell(field: FieldSchema | None, element: dict[str, object], listed: set[str]) -> Cell:
    if field is None:
        return Cell(_summary({name: value for name, value in element.items() if name not in listed}))
    value = element.get(field.name)
    if _is_type(field):
        return Cell(short_type(value))
    if value is None:
        return Cell("", "" if field.repeated or field.kind == "string" else shown(field.default))
    return Cell(", ".join(shown(item) for item in value) if isinstance(value, tuple) else shown(value))


def _summary(fields: dict[str, object]) -> str:
    """`string_value: yes`, `inputs: 2`."""
    words = []
    for name, value in fields.items():
        if isinstance(value, dict):
            words.append(_summary(value) if name == "value" else f"{name} {{ {_summary(value)} }}")
        elif isinstance(value, tuple):
            plain = not any(isinstance(item, dict) for item in value)
            words.append(f"{name}: {', '.join(map(shown, value)) if plain else len(value)}")
        else:
            words.append(f"{name}: {shown(value)}")
    return ", ".join(words)


def table_of(context: FormContext, path: Path, parent: QWidget) -> ListTable:
    """The table that the schema gives a repeated message."""
    columns = columns_of(path)
    return ListTable(context, path, columns, lambda draft: rows_of(draft, path, columns), _noun(path), parent)


def elements_at(draft: Draft, path: Path) -> list[dict[str, Any]]:
    """The elements of a repeated message as dictionaries of what they write."""
    held = draft.get(*path)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, tuple) else []


def _noun(path: Path) -> str:
    return title_of(path).lower()


class ElementsPart(TablePart):
    """Any repeated message; `titled` where no header above says what it is. `make` gives a table of its own."""

    def __init__(
        self,
        context: FormContext,
        path: Path,
        parent: QWidget,
        titled: bool = True,
        make: TableMaker | None = None,
    ) -> None:
        nothing = "" if titled else "None yet: add one at the right."
        super().__init__(context, path, make or (lambda part: table_of(context, path, part)), nothing, parent)
        self._count: Label | None = None
        self._line: Line | None = None
        if titled:
            self._line = self._title_line()
            self.put_above(self._line)

    def add_action(self, name: str, text: str, title: str, icon: str = "magic-wand") -> LinkButton:
        """One more action at the right of the title."""
        assert self._line is not None  # noqa: S101 - only parts with a title have actions
        button = LinkButton(text, icon, parent=self._line)
        button.setObjectName(names.Form.ACTION.format(name, widget_key(self.path)))
        button.setAccessibleName(title)
        button.setToolTip(title)
        self._line.box.insertWidget(self._line.box.count() - 1, button)
        return button

    def _title_line(self) -> Line:
        dotted = widget_key(self.path)
        line = Line(parent=self)
        self._count = Label("", "dim", 12, parent=line)
        button = LinkButton("Add", "plus", parent=line)
        button.setObjectName(names.Form.ADD.format(dotted))
        button.setAccessibleName(f"Add to {_noun(self.path)}")
        button.clicked.connect(self.add)
        for widget in (Label(title_of(self.path), "dim", parent=line), self._count):
            line.box.addWidget(widget)
        line.box.addStretch(1)
        line.box.addWidget(button)
        line.setFixedHeight(28)
        return line

    def add(self) -> None:
        """One more element, chosen, so that its fields are at hand."""
        adding(self.path)(self.context)
        self.choose(self.table.list_model.rowCount() - 1)

    def show_draft(self, draft: Draft) -> None:
        """The elements, and how many they are."""
        super().show_draft(draft)
        count = self.table.list_model.rowCount()
        if self._count is not None:
            self._count.setText(str(count) if count else "none")


def adding(path: Path) -> Callable[[FormContext], None]:
    """An edit that appends an element to a field."""

    def add(context: FormContext) -> None:
        context.edit(f"Add to {_noun(path)}", lambda draft: append_new(draft, path))

    return add


def append_new(draft: Draft, path: Path) -> Draft:
    """One more element with a name or key of its own."""
    return draft.append(*path, new_value(draft, path))


def is_elements(path: Path) -> bool:
    """Whether a field is a repeated message."""
    schema = schema_of(path)
    return schema.repeated and schema.message is not None
