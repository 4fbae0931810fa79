"""Tables of the form with columns of their own, and the action that adds to a table what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import ElementsPart, elements_at
from studio.ui.editor.form.tables.list_model import Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable


class OwnColumnsPart(ElementsPart):
    """A repeated message of which a subclass knows the columns, and what each shows of an element."""

    noun = "element"

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        super().__init__(context, path, parent, make=self._table)

    def _table(self, parent: QWidget) -> ListTable:
        return ListTable(self.context, self.path, self.columns(), self._rows, self.noun, parent)

    def _rows(self, draft: Draft) -> list[TableRow]:
        return [self.cells(each, draft) for each in elements_at(draft, self.path)]

    def columns(self) -> Sequence[Column]:
        """The columns; asked for once, before the part is whole."""
        raise NotImplementedError

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        """What the columns show of an element."""
        raise NotImplementedError

    def model_inputs(self, _row: int) -> tuple[str, ...]:
        """The names of the model's inputs, to be offered in a row."""
        return tuple(tensor.name for tensor in self.context.model.last_good.config.inputs)


class FillAction:
    """The action of a table that adds all that it lacks, as one step; it is shown while there is something."""

    def __init__(
        self,
        part: ElementsPart,
        title: str,
        help_: str,
        missing: Callable[[Draft], Sequence[dict[str, object]]],
        named: tuple[str, str] = ("fill", "Fill in"),
    ) -> None:
        """`title` names the step; `missing` gives the elements that are not there; `named` are key and text."""
        self._part = part
        self._title = title
        self._missing = missing
        self._button = part.add_action(*named, help_)
        self._button.clicked.connect(self._fill)

    def show_draft(self, draft: Draft) -> None:
        """Shows the action where a draft lacks something."""
        self._button.setVisible(bool(self._missing(draft)))

    def _fill(self) -> None:
        self._part.context.edit(self._title, self._filled)

    def _filled(self, draft: Draft) -> Draft:
        for element in self._missing(draft):
            draft = draft.append(*self._part.path, element)
        return draft


def inputs_without(draft: Draft, path: Path) -> list[TensorConfig]:
    """The inputs of the model that have no entry by their name in a map."""
    present = {each.get("key") for each in elements_at(draft, path)}
    return [tensor for tensor in draft.config.inputs if tensor.name not in present]


def fixed_size(tensor: TensorConfig) -> list[int]:
    """The dims of a tensor where every size must be known: one that varies is 1."""
    return [max(size, 1) for size in tensor.dims]
