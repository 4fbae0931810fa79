"""Batch inputs and outputs: tensors that the server makes of a batch, or that it takes a batch apart by."""

from __future__ import annotations

import re
from typing import Any

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.draft import Draft
from studio.ui.editor.form.rows.typed_rows import parse_type, schema_of, short_type
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import OwnColumnsPart

_PREFIX = "BATCH_"


def parse_names(text: str) -> list[str] | None:
    """`a, b` as names; None for none."""
    return [part for part in re.split(r"[\s,;]+", text) if part] or None


class BatchIoPart(OwnColumnsPart):
    """The table of `batch_input` or `batch_output`."""

    noun = "batch tensor"

    def columns(self) -> list[Column]:
        """Kind, target and source; an input has a data type too."""
        enum = schema_of((*self.path, "kind")).enum
        kinds = tuple(kind.removeprefix(_PREFIX) for kind in (enum.values if enum else ()))
        types = tuple(each.short for each in DATA_TYPES)
        columns = [
            Column("Kind", "kind", lambda text: _kind(text, kinds), kind="mono", offers=lambda _row: kinds),
            Column("Target", "target_name", parse_names),
            Column("Data type", "data_type", parse_type, types, "chip", 88),
            Column("Source", "source_input", parse_names, offers=self.model_inputs),
        ]
        return [column for column in columns if column.name in self._names()]

    def _names(self) -> tuple[str, ...]:
        typed = ("data_type",) if self.path[0] == "batch_input" else ()
        return ("kind", "target_name", *typed, "source_input")

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        return tuple(_cell(element.get(name)) for name in self._names())

    def detail(self, draft: Draft) -> str:
        """How many there are of both, for the section that holds both."""
        return str(sum(len(elements_at(draft, (name,))) for name in ("batch_input", "batch_output")) or "none")


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
