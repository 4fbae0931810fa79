"""Execution accelerators: those that the backend takes, each with the parameters that it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.core.config.accelerators import Accelerator, known_accelerators
from studio.core.config.draft import Draft
from studio.core.config.parameters import Parameter
from studio.text.tree import Path
from studio.ui.editor.form.editors.backend import backend_in
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.key_values import KeyValuesPart
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import OwnColumnsPart


def _takes(context: FormContext, draft: Draft, path: Path) -> Mapping[str, Accelerator]:
    device = "gpu" if "gpu_execution_accelerator" in path else "cpu"
    return known_accelerators(backend_in(context, draft), device)


class AcceleratorsPart(OwnColumnsPart):
    """The accelerators on one kind of device."""

    noun = "accelerator"

    def columns(self) -> tuple[Column, ...]:
        """The name, how many parameters it has, and what it does."""
        return (
            Column("Name", "name", str, offers=self._offered),
            Column("Parameters", kind="mono"),
            Column("What it does", kind="told"),
        )

    def _offered(self, _row: int) -> tuple[str, ...]:
        return tuple(_takes(self.context, self.context.model.last_good, self.path))

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        return _cells(element, _takes(self.context, draft, self.path))


def _cells(entry: dict[str, object], known: Mapping[str, Accelerator]) -> TableRow:
    name, held = str(entry.get("name") or ""), entry.get("parameters")
    told = known.get(name)
    unknown = "Not one that the backend takes." if known else ""
    return Cell(name), Cell(str(len(held)) if isinstance(held, tuple) else ""), Cell(told.what if told else unknown)


class AcceleratorParametersPart(KeyValuesPart):
    """The parameters of one accelerator."""

    noun = "parameter"
    key_title = "Parameter"

    def known(self, draft: Draft) -> Mapping[str, Parameter]:
        """Those of the accelerator that this is."""
        name = str(draft.get(*self.path[:-1], "name") or "")
        told = _takes(self.context, draft, self.path).get(name)
        return told.parameters if told else {}
