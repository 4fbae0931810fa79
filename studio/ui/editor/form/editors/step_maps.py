"""The wiring of one step of an ensemble: tensors of its model, and the tensors of the ensemble that they are."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.editing.references import scope_of
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.element_table import elements_at
from studio.ui.editor.form.tables.key_values import KeyValuesPart
from studio.ui.editor.form.tables.own_columns import FillAction


class StepMapPart(KeyValuesPart):
    """`input_map` or `output_map` of a step; what the model has and the map lacks is filled in by one press."""

    noun = "model's tensor"
    key_title, value_title, told_title = "Model's tensor", "Ensemble's tensor", ""

    def __init__(self, context: FormContext, path: Path, parent: QWidget) -> None:
        self._is_input = path[-1] == "input_map"
        super().__init__(context, path, parent)
        words = "input" if self._is_input else "output"
        help_ = f"Add each {words} of the model that the map lacks"
        self._fill = FillAction(self, "Fill in the map", help_, self._missing_entries)

    def keys_offered(self, row: int) -> tuple[str, ...]:
        """The tensors of the step's model that the map lacks, and the row's own."""
        draft = self.context.model.last_good
        own = self._key_of(row)
        free = self._missing_names(draft)
        return (own, *free) if own and own not in free else free

    def values_offered(self, row: int) -> tuple[str, ...]:
        """What the ensemble has: its inputs and what steps make, or its outputs."""
        del row
        config = self.context.model.last_good.config
        if not self._is_input:
            return tuple(tensor.name for tensor in config.outputs)
        made = (name for step in config.steps for name in step.output_map.values())
        return tuple(dict.fromkeys((*(tensor.name for tensor in config.inputs), *made)))

    def show_draft(self, draft: Draft) -> None:
        """The map; there may be nothing left to fill in."""
        super().show_draft(draft)
        self._fill.show_draft(draft)

    def _missing_names(self, draft: Draft) -> tuple[str, ...]:
        name = str(draft.get(*self.path[:-1], "model_name") or "")
        config = scope_of(self.context.session, self.context.model).config(name)
        if config is None:
            return ()
        present = {each.get("key") for each in elements_at(draft, self.path)}
        tensors = config.inputs if self._is_input else config.outputs
        return tuple(tensor.name for tensor in tensors if tensor.name not in present)

    def _missing_entries(self, draft: Draft) -> list[dict[str, object]]:
        """The ensemble's tensor gets the name of the model's."""
        return [{"key": name, "value": name} for name in self._missing_names(draft)]
