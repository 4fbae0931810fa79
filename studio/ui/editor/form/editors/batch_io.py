"""Batch inputs and outputs: tensors that the server makes of a batch, or that it takes a batch apart by."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.typed_rows import parse_type, schema_of, short_type
from studio.ui.editor.form.tables.elements import ElementsPart, elements_at
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable

_PREFIX = "BATCH_"


def parse_names(text: str) -> list[str] | None:
    """`a, b` as names; None for none."""
    return [part for part in re.split(r"[\s,;]+", text) if part] or None


class BatchIoPart(ElementsPart):
    """The table of `batch_input` or `batch_output`."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        self._is_input = path[0] == "batch_input"
        super().__init__(context, path, parent, make=lambda part: self._table(context, path, part))

    def _table(self, context: FormContext, path: Path, parent: QWidget) -> ListTable:
        enum = schema_of((*path, "kind")).enum
        kinds = tuple(kind.removeprefix(_PREFIX) for kind in (enum.values if enum else ()))
        types = tuple(each.short for each in DATA_TYPES)
        columns = [
            Column("Kind", "kind", lambda text: _kind(text, kinds), kind="mono", offers=lambda _row: kinds),
            Column("Target", "target_name", parse_names),
            Column("Data type", "data_type", parse_type, types, "chip", 88),
            Column("Source", "source_input", parse_names, offers=self._inputs),
        ]
        kept = [column for column in columns if self._is_input or column.name != "data_type"]
        return ListTable(context, path, kept, lambda draft: self._rows(draft, kept), "batch tensor", parent)

    def detail(self, draft: Draft) -> str:
        """How many there are of both, for the section that holds both."""
        return str(sum(len(elements_at(draft, (name,))) for name in ("batch_input", "batch_output")) or "none")

    def _inputs(self, _row: int) -> tuple[str, ...]:
        return tuple(tensor.name for tensor in self.context.model.last_good.config.inputs)

    def _rows(self, draft: Draft, columns: list[Column]) -> list[TableRow]:
        return [tuple(_cell(each.get(column.name)) for column in columns) for each in elements_at(draft, self.path)]


def _kind(text: str, kinds: tuple[str, ...]) -> str:
    short = text.upper().removeprefix(_PREFIX)
    if short not in kinds:
        raise ValueError(f"{text} is not a kind.")
    return f"{_PREFIX}{short}"


def _cell(value: object) -> Cell:
    """Kinds and data types go without what all of their like begin with."""
    if isinstance(value, tuple):
        return Cell(", ".join(str(each) for each in value))
    return Cell(short_type(value).removeprefix(_PREFIX))
