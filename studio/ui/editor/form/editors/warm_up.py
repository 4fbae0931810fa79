"""The inputs of one warm-up sample: data type, dims, and where the data comes from."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path
from studio.ui.editor.form.editors.tensors import format_dims, parse_dims
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.typed_rows import parse_type, short_type
from studio.ui.editor.form.tables.elements import ElementsPart, elements_at
from studio.ui.editor.form.tables.key_values import parse_key
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable

_ZEROS, _RANDOM = "zeros", "random"


class WarmUpInputsPart(ElementsPart):
    """The inputs of a sample; those of the model that it lacks are filled in by one press."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent, make=lambda part: self._table(context, path, part))
        self._fill = self.add_action("fill", "Fill in", "Add each input of the model that the sample lacks, as zeros")
        self._fill.clicked.connect(self._fill_in)

    def _table(self, context: FormContext, path: Path, parent: QWidget) -> ListTable:
        types = tuple(each.short for each in DATA_TYPES)
        columns = (
            Column("Input", "key", parse_key, offers=self._inputs),
            Column("Data type", parse=parse_type, choices=types, kind="chip", width=88, at=("value", "data_type")),
            Column("Dims", parse=parse_dims, kind="mono", at=("value", "dims")),
            Column("Data", parse=parse_data, at=("value",), offers=_data, write=_write_data),
        )
        return ListTable(context, path, columns, self._rows, "input", parent)

    def _inputs(self, _row: int) -> tuple[str, ...]:
        return tuple(tensor.name for tensor in self.context.model.last_good.config.inputs)

    def _rows(self, draft: Draft) -> list[TableRow]:
        return [_row(each) for each in elements_at(draft, self.path)]

    def show_draft(self, draft: Draft) -> None:
        """The inputs; there may be nothing left to fill in."""
        super().show_draft(draft)
        self._fill.setVisible(bool(self._missing(draft)))

    def _missing(self, draft: Draft) -> list[TensorConfig]:
        present = {each.get("key") for each in elements_at(draft, self.path)}
        return [tensor for tensor in draft.config.inputs if tensor.name not in present]

    def _fill_in(self) -> None:
        self.context.edit("Fill in the inputs", self._filled)

    def _filled(self, draft: Draft) -> Draft:
        for tensor in self._missing(draft):
            draft = draft.append(*self.path, {"key": tensor.name, "value": _zeros(tensor)})
        return draft


def _data(_row: int) -> tuple[str, ...]:
    """A file's name may be typed as well."""
    return _ZEROS, _RANDOM


def _zeros(tensor: TensorConfig) -> dict[str, object]:
    """A size that varies is 1."""
    dims = [max(size, 1) for size in tensor.dims]
    return {"data_type": tensor.data_type or "TYPE_FP32", "dims": dims, "zero_data": True}


def _row(entry: dict[str, Any]) -> TableRow:
    held = entry.get("value")
    value = held if isinstance(held, dict) else {}
    data = str(value.get("input_data_file") or "")
    if "random_data" in value:
        data = _RANDOM
    elif "zero_data" in value:
        data = _ZEROS
    cells = str(entry.get("key") or ""), short_type(value.get("data_type")), format_dims(value.get("dims")), data
    return tuple(Cell(text) for text in cells)


def parse_data(text: str) -> tuple[str, object]:
    """`zeros`, `random` or the name of a file in the model's folder `warmup`; raises ValueError for none."""
    if not text:
        raise ValueError("it is zeros, random or the name of a file.")
    return {_ZEROS: ("zero_data", True), _RANDOM: ("random_data", True)}.get(text, ("input_data_file", text))


def _write_data(draft: Draft, element: Path, given: tuple[str, object]) -> Draft:
    return draft.set(*element, "value", *given)
