"""Which editor each field of a configuration gets: one that is made for it, else what its schema gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from studio.core.config.fields import message_of, title_of
from studio.text.paths import field_names
from studio.text.tree import Path
from studio.ui.editor.form.editors.accelerators import AcceleratorParametersPart, AcceleratorsPart
from studio.ui.editor.form.editors.batch_io import BatchIoPart
from studio.ui.editor.form.editors.checksums import AgentParametersPart
from studio.ui.editor.form.editors.controls import ControlsPart
from studio.ui.editor.form.editors.graph_shapes import GraphShapesPart
from studio.ui.editor.form.editors.optimisation import GraphLevelRow, decoupled_row, pinned_row
from studio.ui.editor.form.editors.queue_policies import QueuePoliciesPart
from studio.ui.editor.form.editors.step_maps import StepMapPart
from studio.ui.editor.form.editors.warm_up import WarmUpInputsPart
from studio.ui.editor.form.message_editor import MessagePart
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.rows.field_rows import SwitchRow, TextRow
from studio.ui.editor.form.rows.list_row import ListRow
from studio.ui.editor.form.rows.one_of import OneOfPart
from studio.ui.editor.form.rows.typed_rows import EnumRow, FloatRow, integer_row, schema_of
from studio.ui.editor.form.tables.element_table import ElementsPart
from studio.ui.editor.form.tables.key_values import TagsPart

Maker = Callable[[FormContext, Path, QWidget], FormPart]
RowMaker = Callable[[FormContext, Path, str, QWidget], FormPart]

_ACCELERATORS: Path = ("optimization", "execution_accelerators")
_STEP: Path = ("ensemble_scheduling", "step")
MADE: Mapping[Path, Maker] = {
    ("batch_input",): BatchIoPart,
    ("batch_output",): BatchIoPart,
    ("dynamic_batching", "priority_queue_policy"): QueuePoliciesPart,
    ("sequence_batching", "control_input"): ControlsPart,
    ("model_warmup", "inputs"): WarmUpInputsPart,
    ("optimization", "graph", "level"): GraphLevelRow,
    ("optimization", "input_pinned_memory"): pinned_row,
    ("optimization", "output_pinned_memory"): pinned_row,
    ("optimization", "cuda", "graph_spec", "input"): GraphShapesPart,
    ("optimization", "cuda", "graph_spec", "graph_lower_bound", "input"): GraphShapesPart,
    **{(*_ACCELERATORS, f"{kind}_execution_accelerator"): AcceleratorsPart for kind in ("gpu", "cpu")},
    **{
        (*_ACCELERATORS, f"{kind}_execution_accelerator", "parameters"): AcceleratorParametersPart
        for kind in ("gpu", "cpu")
    },
    ("model_transaction_policy",): decoupled_row,
    ("model_repository_agents", "agents", "parameters"): AgentParametersPart,
    ("metric_tags",): TagsPart,
    (*_STEP, "input_map"): StepMapPart,
    (*_STEP, "output_map"): StepMapPart,
}
"""By path, without indices."""


def _switch(context: FormContext, path: Path, label: str, parent: QWidget) -> FormPart:
    return SwitchRow(context, path, label, parent=parent)


def _text(context: FormContext, path: Path, label: str, parent: QWidget) -> FormPart:
    return TextRow(context, path, label, parent=parent)


SCALARS: Mapping[str, RowMaker] = {
    "bool": _switch,
    "int": integer_row,
    "uint": integer_row,
    "float": FloatRow,
    "string": _text,
    "enum": EnumRow,
}
"""By the kind of the schema."""


class EditorCatalogue:
    """Makes the editors of the form. It alone knows them all."""

    def for_field(self, context: FormContext, path: Path, parent: QWidget) -> FormPart:
        """The editor made for a field; else the one that the schema gives it."""
        made = MADE.get(field_names(path))
        if made is not None:
            return made(context, path, parent)
        schema = schema_of(path)
        if schema.message:
            return ElementsPart(context, path, parent) if schema.repeated else MessagePart(context, path, parent)
        make = ListRow if schema.repeated else SCALARS[schema.kind]
        return make(context, path, title_of(path), parent)

    def for_one_of(self, context: FormContext, above: Path, oneof: str, parent: QWidget) -> FormPart:
        """The editor of a oneof of the message at a path."""
        message = message_of(above)
        return OneOfPart(context, above, oneof, message.oneofs[oneof] if message else (), parent)
