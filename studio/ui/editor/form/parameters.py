"""The parameters of a backend as a table: key, value, and what it does where that is known."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.deduction import Deduction, deduce
from studio.core.draft import Draft
from studio.core.parameters import known_parameters
from studio.core.repository import ModelFolder
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.list_model import Cell, Column, Row
from studio.ui.editor.form.list_table import ListTable
from studio.ui.editor.form.section import TableSection


def _key(text: str) -> str:
    if not text:
        raise ValueError("a parameter has a key.")
    return text


def _rows(draft: Draft, folder: ModelFolder) -> list[Row]:
    held = draft.get("parameters")
    config = draft.config
    given = Deduction(config.backend, config.platform, config.default_model_filename)
    known = known_parameters(deduce(folder.name, given, folder.first_names).backend)
    return [_row(each, known) for each in held if isinstance(each, dict)] if isinstance(held, tuple) else []


def _row(entry: dict[str, object], known: object) -> Row:
    key, value = str(entry.get("key") or ""), entry.get("value")
    text = str(value.get("string_value") or "") if isinstance(value, dict) else ""
    told = known.get(key) if isinstance(known, dict) else None
    usual = f"{' or '.join(told.values)}. " if told and told.values else ""
    return Cell(key), Cell(text), Cell(f"{usual}{told.what}" if told else "")


def parameters_table(context: FormContext, parent: QWidget | None = None) -> ListTable:
    """The table of `parameters`."""
    columns = (
        Column("Key", "key", _key),
        Column("Value", "value", str, kind="mono", at=("value", "string_value")),
        Column("What it does"),
    )
    folder = context.model.folder
    return ListTable(context, ("parameters",), columns, lambda draft: _rows(draft, folder), "parameter", parent)


class ParametersPart(TableSection):
    """All parameters of the model."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        nothing = "None yet: add one, or one that the backend knows, at the right."
        super().__init__(context, ("parameters",), lambda part: parameters_table(context, part), nothing, parent)
