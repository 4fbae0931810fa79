"""The shapes that a CUDA graph is recorded for, an input a row."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from studio.core.config.dims import format_dims, parse_dims
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.key_values import parse_key
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import FillAction, OwnColumnsPart, fixed_size, inputs_without


class GraphShapesPart(OwnColumnsPart):
    """Shapes by input; those of the model that are not there are filled in by one press."""

    noun = "shape"

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent)
        words = "Add the shape of each input of the model that is not here"
        self._fill = FillAction(self, "Fill in the shapes", words, self._missing)

    def columns(self) -> tuple[Column, ...]:
        """The columns: the input, and the shape that is recorded."""
        return (
            Column("Input", "key", parse_key, offers=self.model_inputs),
            Column("Shape", parse=parse_dims, kind="mono", at=("value", "dim")),
        )

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        value = element.get("value")
        dims = format_dims(value.get("dim")) if isinstance(value, dict) else ""
        return Cell(str(element.get("key") or "")), Cell(dims)

    def show_draft(self, draft: Draft) -> None:
        """The shapes; there may be nothing left to fill in."""
        super().show_draft(draft)
        self._fill.show_draft(draft)

    def _missing(self, draft: Draft) -> list[dict[str, object]]:
        """A graph is of one shape."""
        missing = inputs_without(draft, self.path)
        return [{"key": tensor.name, "value": {"dim": fixed_size(tensor)}} for tensor in missing]
