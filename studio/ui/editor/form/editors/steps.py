"""The steps of an ensemble as a table; their wiring is edited in the graph or the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.step_config import StepConfig
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.list_model import Cell, Column, RowsOf, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart


def _version(text: str) -> int:
    if text.lower() == "latest":
        return -1
    if not text.lstrip("-").isdecimal() or int(text) < -1:
        raise ValueError("it is a version's number, or latest.")
    return int(text)


def _maps(pairs: Mapping[str, str], arrow: str) -> str:
    return ", ".join(key if key == value else f"{key} {arrow} {value}" for key, value in pairs.items())


def _rows(draft: Draft) -> Sequence[TableRow]:
    return RowsOf(draft.config.steps, _row)


def _row(step: StepConfig) -> TableRow:
    return (
        Cell(step.model_name),
        Cell("latest" if step.model_version == -1 else str(step.model_version)),
        Cell(_maps(step.input_map, "←")),
        Cell(_maps(step.output_map, "→")),
    )


def step_table(context: FormContext, parent: QWidget | None = None) -> ListTable:
    """The table of `ensemble_scheduling.step`."""
    columns = (
        Column("Model", "model_name", str),
        Column("Version", "model_version", _version),
        Column("Inputs", kind="mono"),
        Column("Outputs", kind="mono"),
    )
    return ListTable(context, ("ensemble_scheduling", "step"), columns, _rows, "step", parent)


def new_step(draft: Draft) -> Draft:
    """One more step, whose model is to be named."""
    return draft.append("ensemble_scheduling", "step", {"model_name": "MODEL", "model_version": -1})


class StepsPart(TablePart):
    """The steps of the ensemble."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        path, nothing = ("ensemble_scheduling", "step"), "None yet: add a step at the right."
        super().__init__(context, path, lambda part: step_table(context, part), nothing, parent)
