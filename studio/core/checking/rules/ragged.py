"""Batch inputs and batch outputs, which the server makes for ragged batches."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import renaming
from studio.core.checking.rules.view import DATA_TYPES, Node
from studio.core.checking.rules.words import nearest
from studio.text.tree import Path as TextPath

INPUT_KINDS = [
    "BATCH_ELEMENT_COUNT",
    "BATCH_ACCUMULATED_ELEMENT_COUNT",
    "BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO",
    "BATCH_MAX_ELEMENT_COUNT_AS_SHAPE",
    "BATCH_ITEM_SHAPE",
    "BATCH_ITEM_SHAPE_FLATTEN",
]
_SHORT = {"kind": "kind", "data_type": "dtype"}
OUTPUT_KINDS = ("BATCH_SCATTER_WITH_INPUT_SHAPE",)


@needs("batch_input")
def batch_inputs(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each batch input: its source, its data type."""
    for block in model.root.each("batch_input"):
        kind = block.word("kind", INPUT_KINDS)
        yield from _kind(context, model, block, "input", (kind, kind in INPUT_KINDS))
        if block.word("data_type", DATA_TYPES) not in ("TYPE_INT32", "TYPE_FP32"):
            yield model.problem(
                "batch-input-dtype",
                "A batch input is of TYPE_INT32 or TYPE_FP32.",
                phase=context.io_phase,
                server=f"batch input data type must be TYPE_INT32 or TYPE_FP32 for {model.title}",
                path=(*block.path, "data_type"),
                fixes=_types(block),
            )
        yield from _sources(context, model, block, "input")


@needs("batch_output")
def batch_outputs(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each batch output: its source, its targets."""
    names = {tensor.name for tensor in model.config.outputs}
    for block in model.root.each("batch_output"):
        kind = block.word("kind", OUTPUT_KINDS)
        yield from _kind(context, model, block, "output", (kind, kind in OUTPUT_KINDS))
        yield from _sources(context, model, block, "output")
        yield from _targets(context, model, block, names)


@needs("batch_input")
def read_inputs(_context: Context, model: ModelView) -> Iterator[Finding]:
    """What every backend reads of batch inputs when it is made, before the server itself looks at them."""
    for block in model.root.each("batch_input"):
        yield from _read(model, block, "kind", block.word("kind", INPUT_KINDS).isdecimal())
        written = block.word("data_type", DATA_TYPES)
        yield from _read(model, block, "data_type", written.isdecimal())
        if written == "TYPE_INVALID":
            yield model.problem(
                "batch-input-dtype",
                "A batch input is of TYPE_INT32 or TYPE_FP32.",
                phase="4d",
                server=f"unexpected batch input data type '{written}'",
                path=(*block.path, "data_type"),
                fixes=_types(block),
            )


@needs("batch_output")
def read_outputs(_context: Context, model: ModelView) -> Iterator[Finding]:
    """The same of batch outputs."""
    for block in model.root.each("batch_output"):
        yield from _read(model, block, "kind", block.word("kind", OUTPUT_KINDS).isdecimal())
        if not block.count("target_name"):
            yield model.problem(
                "batch-output-no-target",
                "This batch output has no target_name. The server crashes when it reads that.",
                phase="4d",
                path=block.path,
            )


def _read(model: ModelView, block: Node, name: str, is_number: bool) -> Iterator[Finding]:
    if is_number:
        yield model.problem(
            f"{str(block.path[0]).replace('_', '-')}-{_SHORT[name]}",
            f"The {name} is a number that has no name.",
            phase="4d",
            server="attempt to access JSON non-string as string",
            path=(*block.path, name),
        )


def _types(block: Node) -> list[Fix]:
    return [_typed((*block.path, "data_type"), name) for name in ("TYPE_INT32", "TYPE_FP32")]


def _typed(path: TextPath, name: str) -> Fix:
    return Fix(f"Use {name}", edit=lambda draft: draft.set(*path, name))


def _kind(context: Context, model: ModelView, block: Node, side: str, kind: tuple[str, bool]) -> Iterator[Finding]:
    name, known = kind
    count = block.count("source_input")
    if known and count != 1:
        yield model.problem(
            f"batch-{side}-source-count",
            f"A batch {side} has one source_input; this one has {count}.",
            phase=context.io_phase,
            server=f"batch {side} kind '{name}' expects 1 source input, got {count} for {model.title}",
            path=(*block.path, "source_input"),
        )
    elif not known:
        yield model.problem(
            f"batch-{side}-kind",
            f"There is no kind {name} of batch {side}s.",
            phase=context.io_phase,
            server=f"unknown batch {side} kind '{'' if name.isdecimal() else name}' for {model.title}",
            path=(*block.path, "kind"),
        )


def _sources(context: Context, model: ModelView, block: Node, side: str) -> Iterator[Finding]:
    names = {tensor.name for tensor in model.config.inputs}
    for index, name in enumerate(block.texts("source_input")):
        if name not in names:
            path = (*block.path, "source_input", index)
            yield model.problem(
                f"batch-{side}-source-unknown",
                f"The model has no input “{name}”.",
                phase=context.io_phase,
                server=f"unknown source input name '{name}' for {model.title}",
                path=path,
                fixes=[renaming(path[:-1], index, nearest(name, names))],
            )


def _targets(context: Context, model: ModelView, block: Node, names: set[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, name in enumerate(block.texts("target_name")):
        path = (*block.path, "target_name", index)
        if name not in names:
            yield model.problem(
                "batch-output-target-unknown",
                f"The model has no output “{name}”.",
                phase=context.io_phase,
                server=f"unknown target output name '{name}' for {model.title}",
                path=path,
                fixes=[renaming(path[:-1], index, nearest(name, names))],
            )
        elif name in seen:
            yield model.problem(
                "batch-output-target-twice",
                f"The output “{name}” is listed twice.",
                phase=context.io_phase,
                server=f"target output name '{name}' can only be specified once for {model.title}",
                path=path,
                fixes=[removing(path, "Remove the second one")],
            )
        seen.add(name)


RULES = (batch_inputs, batch_outputs)
BACKEND_RULES = (read_inputs, read_outputs)
