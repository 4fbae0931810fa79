"""Inputs and outputs as tables: name, data type, dims, and the shape that really goes over the wire."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.dims import format_dims, parse_dims
from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.core.config.wire_text import format_wire
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.typed_rows import parse_type, short_type
from studio.ui.editor.form.tables.list_model import Cell, Column, RowsOf, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart


def _row(tensor: TensorConfig, max_batch_size: int) -> TableRow:
    return (
        Cell(tensor.name, "optional" if tensor.optional else ""),
        Cell(short_type(tensor.data_type)),
        Cell(format_dims(tensor.dims)),
        Cell(format_wire(tensor, max_batch_size)),
    )


def tensor_table(context: FormContext, field: str, parent: QWidget | None = None) -> ListTable:
    """The table of `input` or `output`."""

    def read(draft: Draft) -> Sequence[TableRow]:
        config = draft.config
        tensors = config.inputs if field == "input" else config.outputs
        return RowsOf(tensors, lambda tensor: _row(tensor, config.max_batch_size))

    columns = (
        Column("Name", "name", str),
        Column("Data type", "data_type", parse_type, tuple(k.short for k in DATA_TYPES), "chip", 96),
        Column("Dims", "dims", parse_dims, kind="mono"),
        Column("Wire shape", kind="wire"),
    )
    return ListTable(context, (field,), columns, read, field, parent)


def new_tensor(draft: Draft, field: str) -> Draft:
    """One more input or output with a name that is free, ready to be renamed."""
    tensors = draft.config.inputs if field == "input" else draft.config.outputs
    taken = {tensor.name for tensor in tensors}
    number = next(n for n in range(len(taken) + 1) if f"{field.upper()}_{n}" not in taken)
    return draft.append(field, {"name": f"{field.upper()}_{number}", "data_type": "TYPE_FP32", "dims": [-1]})


class TensorsPart(TablePart):
    """The inputs or the outputs."""

    def __init__(self, context: FormContext, field: str, parent: QWidget | None = None) -> None:
        nothing = f"None yet: add an {field} at the right."
        super().__init__(context, (field,), lambda part: tensor_table(context, field, part), nothing, parent)
