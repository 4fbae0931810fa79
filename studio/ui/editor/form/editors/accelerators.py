"""Execution accelerators: those that the backend takes, each with the parameters that it knows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from studio.core.config.accelerators import Accelerator, known_accelerators
from studio.core.config.draft import Draft
from studio.core.config.parameters import Parameter
from studio.text.tree import Path
from studio.ui.editor.form.editors.backend import backend_in
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.elements import ElementsPart, elements_at
from studio.ui.editor.form.tables.key_values import KeyValuesPart
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable


def _takes(context: FormContext, draft: Draft, path: Path) -> Mapping[str, Accelerator]:
    device = "gpu" if "gpu_execution_accelerator" in path else "cpu"
    return known_accelerators(backend_in(context, draft), device)


class AcceleratorsPart(ElementsPart):
    """The accelerators on one kind of device."""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent, make=lambda part: self._table(context, path, part))

    def _table(self, context: FormContext, path: Path, parent: QWidget) -> ListTable:
        columns = (
            Column("Name", "name", str, offers=self._offered),
            Column("Parameters", kind="mono"),
            Column("What it does", kind="told"),
        )
        return ListTable(context, path, columns, self._rows, "accelerator", parent)

    def _offered(self, _row: int) -> tuple[str, ...]:
        return tuple(_takes(self.context, self.context.model.last_good, self.path))

    def _rows(self, draft: Draft) -> list[TableRow]:
        known = _takes(self.context, draft, self.path)
        return [_cells(each, known) for each in elements_at(draft, self.path)]


def _cells(entry: dict[str, object], known: Mapping[str, Accelerator]) -> TableRow:
    name, held = str(entry.get("name") or ""), entry.get("parameters")
    told = known.get(name)
    unknown = "Not one that the backend takes." if known else ""
    return Cell(name), Cell(str(len(held)) if isinstance(held, tuple) else ""), Cell(told.what if told else unknown)


class AcceleratorParametersPart(KeyValuesPart):
    """The parameters of one accelerator."""

    key_title = "Parameter"

    def known(self, draft: Draft) -> Mapping[str, Parameter]:
        """Those of the accelerator that this is."""
        name = str(draft.get(*self.path[:-1], "name") or "")
        told = _takes(self.context, draft, self.path).get(name)
        return told.parameters if told else {}
