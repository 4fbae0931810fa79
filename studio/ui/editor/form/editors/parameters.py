"""The parameters of a backend as a table: key, value, and what it does where that is known."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.parameters import Parameter, known_parameters
from studio.ui.editor.form.editors.backend import backend_in
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.key_values import parse_key
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart


def _rows(context: FormContext, draft: Draft) -> list[TableRow]:
    known = known_parameters(backend_in(context, draft))
    return [_row(each, known) for each in elements_at(draft, ("parameters",))]


def _row(entry: dict[str, object], known: Mapping[str, Parameter]) -> TableRow:
    key, value = str(entry.get("key") or ""), entry.get("value")
    text = str(value.get("string_value") or "") if isinstance(value, dict) else ""
    told = known.get(key)
    usual = f"{' or '.join(told.values)}. " if told and told.values else ""
    return Cell(key), Cell(text), Cell(f"{usual}{told.what}" if told else "")


def parameters_table(context: FormContext, parent: QWidget | None = None) -> ListTable:
    """The table of `parameters`."""

    def known() -> Mapping[str, Parameter]:
        return known_parameters(backend_in(context, context.model.last_good))

    def values(row: int) -> tuple[str, ...]:
        told = known().get(str(context.model.last_good.get("parameters", row, "key")))
        return told.values if told else ()

    columns = (
        Column("Key", "key", parse_key, offers=lambda _row: tuple(known())),
        Column("Value", "value", str, kind="mono", at=("value", "string_value"), offers=values),
        Column("What it does", kind="told"),
    )
    return ListTable(context, ("parameters",), columns, lambda draft: _rows(context, draft), "parameter", parent)


class ParametersPart(TablePart):
    """All parameters of the model."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        nothing = "None yet: add one, or one that the backend knows, at the right."
        super().__init__(context, ("parameters",), lambda part: parameters_table(context, part), nothing, parent)
