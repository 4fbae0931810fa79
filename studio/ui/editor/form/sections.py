"""The sections of the form, in the order in which people think of them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from studio.core.config.draft import Draft
from studio.core.config.known_names import BACKENDS
from studio.ui.editor.form.editors.instances import InstancesPart, new_group
from studio.ui.editor.form.editors.parameters import ParametersPart
from studio.ui.editor.form.editors.steps import StepsPart, new_step
from studio.ui.editor.form.editors.tensors import TensorsPart, new_tensor
from studio.ui.editor.form.editors.versions import VersionsRow
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.editor.form.rows.field_rows import ChoiceRow, MicrosecondsRow, NumberRow, SwitchRow, TextRow
from studio.ui.editor.form.rows.list_row import ListRow
from studio.ui.editor.form.section import Adder, Section
from studio.ui.editor.form.tables.element_table import append_new

_QUEUE = (
    ("preserve_ordering", ""),
    ("priority_levels", ""),
    ("default_priority_level", "priority_levels"),
    ("default_queue_policy", ""),
    ("priority_queue_policy", "priority_levels"),
)
"""The rest of dynamic batching, and what each makes sense with alone."""


class BatchRow(NumberRow):
    """`max_batch_size`, with what it means for the wire shape."""

    def meaning(self, draft: Draft, value: float | None) -> str:
        """The range of N."""
        del draft
        return f"N = 1 … {value:.0f}" if value else "no batch dimension on the wire"


def _identity(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield TextRow(context, ("name",), "Name", context.model.name, parent=parent)
    yield ChoiceRow(context, ("backend",), "Backend", BACKENDS, parent=parent)
    yield TextRow(context, ("platform",), "Platform", "found out by the server", parent=parent)
    yield TextRow(context, ("default_model_filename",), "Model file", "the backend's usual name", parent=parent)


def _inputs(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield TensorsPart(context, "input", parent)


def _outputs(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield TensorsPart(context, "output", parent)


def _batching(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    block = "dynamic_batching"
    yield BatchRow(context, ("max_batch_size",), "Max batch size", parent=parent)
    yield SwitchRow(context, (block,), "Dynamic batching", message=True, parent=parent)
    sizes = ListRow(context, (block, "preferred_batch_size"), "Preferred sizes", parent=parent)
    delay = MicrosecondsRow(context, (block, "max_queue_delay_microseconds"), "Max queue delay", parent=parent)
    for row in (sizes, delay):
        row.needs = (block,)
        yield row
    for name, needs in _QUEUE:
        part = context.part_for((block, name), parent)
        part.needs = (block, needs) if needs else (block,)
        yield part
    yield SwitchRow(context, ("response_cache", "enable"), "Response cache", parent=parent)


def _instances(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield InstancesPart(context, parent)


def _steps(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield StepsPart(context, parent)


def _versions(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield VersionsRow(context, parent)


def _parameters(context: FormContext, parent: QWidget) -> Iterator[FormPart]:
    yield ParametersPart(context, parent)


def _by_schema(_context: FormContext, _parent: QWidget) -> Iterator[FormPart]:
    """No part of its own: the schema gives all of it."""
    return iter(())


def _is_ensemble(draft: Draft) -> bool:
    return draft.config.is_ensemble


def _is_model(draft: Draft) -> bool:
    return not draft.config.is_ensemble or draft.has("instance_group")


SECTIONS: list[Section] = [
    Section(
        "identity",
        "Identity",
        (("name",), ("backend",), ("platform",), ("default_model_filename",), ("cc_model_filenames",), ("runtime",)),
        _identity,
        usual=True,
    ),
    Section(
        "input",
        "Inputs",
        (("input",),),
        _inputs,
        usual=True,
        add=Adder("Input", "Add an input", lambda draft: new_tensor(draft, "input")),
    ),
    Section(
        "output",
        "Outputs",
        (("output",),),
        _outputs,
        usual=True,
        add=Adder("Output", "Add an output", lambda draft: new_tensor(draft, "output")),
    ),
    Section("batch_io", "Batch inputs and outputs", (("batch_input",), ("batch_output",)), _by_schema),
    Section(
        "batching", "Batching", (("max_batch_size",), ("dynamic_batching",), ("response_cache",)), _batching, usual=True
    ),
    Section(
        "instance_group",
        "Instances",
        (("instance_group",),),
        _instances,
        usual=True,
        applies=_is_model,
        add=Adder("Group", "Add a group", new_group),
    ),
    Section("versions", "Versions", (("version_policy",),), _versions, usual=True),
    Section("optimization", "Optimisation", (("optimization",),), _by_schema),
    Section("sequence", "Sequences", (("sequence_batching",),), _by_schema),
    Section(
        "step",
        "Ensemble steps",
        (("ensemble_scheduling",),),
        _steps,
        usual=True,
        applies=_is_ensemble,
        add=Adder("Step", "Add a step", new_step),
    ),
    Section("warmup", "Warm-up", (("model_warmup",),), _by_schema),
    Section(
        "parameters",
        "Parameters",
        (("parameters",),),
        _parameters,
        add=Adder("Parameter", "Add a parameter", lambda draft: append_new(draft, ("parameters",))),
    ),
    Section(
        "rest",
        "The rest",
        (
            ("model_transaction_policy",),
            ("metric_tags",),
            ("model_metrics",),
            ("model_operations",),
            ("model_repository_agents",),
        ),
        _by_schema,
    ),
]
"""What a person thinks of first comes first. Each field of a configuration belongs to one of them."""
