"""The rows of the form, by section, and the paths that the form covers."""

from __future__ import annotations

from studio.core.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.numbers import NumbersRow
from studio.ui.editor.form.rows import ChoiceRow, FieldRow, MicrosecondsRow, NumberRow, SwitchRow, TextRow

BACKENDS = (
    "onnxruntime",
    "python",
    "tensorrt",
    "pytorch",
    "openvino",
    "tensorflow",
    "dali",
    "fil",
    "vllm",
    "tensorrtllm",
)
COVERED: tuple[Path, ...] = (
    ("name",),
    ("backend",),
    ("platform",),
    ("default_model_filename",),
    ("input",),
    ("output",),
    ("max_batch_size",),
    ("dynamic_batching", "preferred_batch_size"),
    ("dynamic_batching", "max_queue_delay_microseconds"),
    ("response_cache", "enable"),
    ("instance_group",),
    ("ensemble_scheduling", "step"),
    ("version_policy",),
)
"""What rows and tables of the form stand for; the rest is listed with its place in the text."""


class BatchRow(NumberRow):
    """`max_batch_size`, with what it means for the wire shape."""

    def meaning(self, draft: Draft, value: float | None) -> str:
        """The range of N."""
        del draft
        return f"N = 1 … {value:.0f}" if value else "no batch dimension on the wire"


def identity_rows(context: FormContext) -> tuple[FieldRow, ...]:
    """What the model is."""
    return (
        TextRow(context, ("name",), "Name", context.model.name),
        ChoiceRow(context, ("backend",), "Backend", BACKENDS),
        TextRow(context, ("platform",), "Platform", "found out by the server"),
        TextRow(context, ("default_model_filename",), "Model file", "the backend's usual name"),
    )


def batching_rows(context: FormContext) -> tuple[FieldRow, ...]:
    """How requests are put together."""
    block = "dynamic_batching"
    return (
        BatchRow(context, ("max_batch_size",), "Max batch size"),
        SwitchRow(context, (block,), "Dynamic batching", message=True),
        NumbersRow(context, (block, "preferred_batch_size"), "Preferred sizes"),
        MicrosecondsRow(context, (block, "max_queue_delay_microseconds"), "Max queue delay"),
        SwitchRow(context, ("response_cache", "enable"), "Response cache"),
    )
