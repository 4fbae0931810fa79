"""The inputs of one warm-up sample: data type, dims, and where the data comes from."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.dims import format_dims, parse_dims
from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.rows.typed_rows import parse_type, short_type
from studio.ui.editor.form.tables.key_values import parse_key
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import FillAction, OwnColumnsPart, fixed_size, inputs_without

_ZEROS, _RANDOM = "zeros", "random"


class WarmUpInputsPart(OwnColumnsPart):
    """The inputs of a sample; those of the model that it lacks are filled in by one press."""

    noun = "input"

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent)
        words = "Add each input of the model that the sample lacks, as zeros"
        self._fill = FillAction(self, "Fill in the inputs", words, self._missing)

    def columns(self) -> tuple[Column, ...]:
        """Input, data type, dims, and where the data comes from."""
        types = tuple(each.short for each in DATA_TYPES)
        return (
            Column("Input", "key", parse_key, offers=self.model_inputs),
            Column("Data type", parse=parse_type, choices=types, kind="chip", width=88, at=("value", "data_type")),
            Column("Dims", parse=parse_dims, kind="mono", at=("value", "dims")),
            Column("Data", parse=parse_data, at=("value",), offers=_data, write=_write_data),
        )

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        held = element.get("value")
        value = held if isinstance(held, dict) else {}
        data = str(value.get("input_data_file") or "")
        if "random_data" in value:
            data = _RANDOM
        elif "zero_data" in value:
            data = _ZEROS
        key, short = str(element.get("key") or ""), short_type(value.get("data_type"))
        return tuple(Cell(text) for text in (key, short, format_dims(value.get("dims")), data))

    def show_draft(self, draft: Draft) -> None:
        """The inputs; there may be nothing left to fill in."""
        super().show_draft(draft)
        self._fill.show_draft(draft)

    def _missing(self, draft: Draft) -> list[dict[str, object]]:
        return [{"key": tensor.name, "value": _zeros(tensor)} for tensor in inputs_without(draft, self.path)]


def _data(_row: int) -> tuple[str, ...]:
    """A file's name may be typed as well."""
    return _ZEROS, _RANDOM


def _zeros(tensor: TensorConfig) -> dict[str, object]:
    data_type = tensor.data_type or "TYPE_FP32"
    return {"data_type": data_type, "dims": fixed_size(tensor), "zero_data": True}


def parse_data(text: str) -> tuple[str, object]:
    """`zeros`, `random` or the name of a file in the model's folder `warmup`; raises ValueError for none."""
    if not text:
        raise ValueError("it is zeros, random or the name of a file.")
    return {_ZEROS: ("zero_data", True), _RANDOM: ("random_data", True)}.get(text, ("input_data_file", text))


def _write_data(draft: Draft, element: Path, given: tuple[str, object]) -> Draft:
    return draft.set(*element, "value", *given)
