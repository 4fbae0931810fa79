"""Editors that are made for one field each, where they help more than what the schema alone would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from studio.core.config.fields import without_indices
from studio.text.tree import Path
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.editors.accelerators import AcceleratorParametersPart, AcceleratorsPart
from studio.ui.editor.form.editors.batch_io import BatchIoPart
from studio.ui.editor.form.editors.checksums import AgentParametersPart
from studio.ui.editor.form.editors.controls import ControlsPart
from studio.ui.editor.form.editors.graph_shapes import GraphShapesPart
from studio.ui.editor.form.editors.optimisation import GraphLevelRow, decoupled_row, pinned_row
from studio.ui.editor.form.editors.queue_policies import QueuePoliciesPart
from studio.ui.editor.form.editors.step_maps import StepMapPart
from studio.ui.editor.form.editors.warm_up import WarmUpInputsPart
from studio.ui.editor.form.part import FormPart
from studio.ui.editor.form.tables.key_values import TagsPart

Maker = Callable[[FormContext, Path, QWidget], FormPart]

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


def made_for(path: Path) -> Maker | None:
    """What makes the editor of a field; None where the schema is enough."""
    return MADE.get(without_indices(path))
