"""The shapes that a CUDA graph is recorded for, an input a row."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path
from studio.ui.editor.form.editors.tensors import format_dims, parse_dims
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.elements import ElementsPart, elements_at
from studio.ui.editor.form.tables.key_values import parse_key
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable


class GraphShapesPart(ElementsPart):
    """Shapes by input; those of the model that are not there are filled in by one press."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent, make=lambda part: self._table(context, path, part))
        self._fill = self.add_action("fill", "Fill in", "Add the shape of each input of the model that is not here")
        self._fill.clicked.connect(self._fill_in)

    def _table(self, context: FormContext, path: Path, parent: QWidget) -> ListTable:
        columns = (
            Column("Input", "key", parse_key, offers=self._inputs),
            Column("Shape", parse=parse_dims, kind="mono", at=("value", "dim")),
        )
        return ListTable(context, path, columns, self._rows, "shape", parent)

    def _inputs(self, _row: int) -> tuple[str, ...]:
        return tuple(tensor.name for tensor in self.context.model.last_good.config.inputs)

    def _rows(self, draft: Draft) -> list[TableRow]:
        return [_row(each) for each in elements_at(draft, self.path)]

    def show_draft(self, draft: Draft) -> None:
        """The shapes; there may be nothing left to fill in."""
        super().show_draft(draft)
        self._fill.setVisible(bool(self._missing(draft)))

    def _missing(self, draft: Draft) -> list[TensorConfig]:
        present = {each.get("key") for each in elements_at(draft, self.path)}
        return [tensor for tensor in draft.config.inputs if tensor.name not in present]

    def _fill_in(self) -> None:
        self.context.edit("Fill in the shapes", self._filled)

    def _filled(self, draft: Draft) -> Draft:
        """A graph is of one shape: a size that varies is 1."""
        for tensor in self._missing(draft):
            dims = [max(size, 1) for size in tensor.dims]
            draft = draft.append(*self.path, {"key": tensor.name, "value": {"dim": dims}})
        return draft


def _row(entry: dict[str, object]) -> TableRow:
    value = entry.get("value")
    return Cell(str(entry.get("key") or "")), Cell(format_dims(value.get("dim")) if isinstance(value, dict) else "")
