"""Ways to mend an ensemble: its maps, its own inputs and outputs, and what its steps say of a tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import renaming
from studio.core.checking.rules.words import nearest
from studio.core.config.draft import Draft
from studio.core.config.ensemble import graph
from studio.core.config.model_config import TensorConfig
from studio.core.config.step_config import StepConfig
from studio.text.tree import Path as TextPath

_WILDCARD = -1


def _step(model: ModelView, path: TextPath) -> StepConfig | None:
    """The step that a path leads into."""
    return next((step for step in model.config.steps if path[: len(step.path)] == step.path), None)


def _used(context: Context, step: StepConfig | None) -> ModelView | None:
    return context.model(step.model_name) if step else None


def _mapped(context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """An input that gets nothing, from the tensor that has its name."""
    step = _step(model, finding.path)
    used = _used(context, step)
    if step is None or used is None:
        return
    tensors = graph(model.config).tensors
    free = [each.name for each in used.config.inputs if not each.optional and each.name not in step.input_map]
    for name in free:
        meant = name if name in tensors else nearest(name, tensors)
        if meant and len(free) == 1:
            entry = {"key": name, "value": meant}
            yield _appending(f"Feed it from “{meant}”", (*step.path, "input_map"), [entry])


def _appending(title: str, path: TextPath, entries: list[dict[str, str]]) -> Fix:
    def edit(draft: Draft) -> Draft:
        for entry in entries:
            draft = draft.append(*path, entry)
        return draft

    return Fix(title, edit=edit)


def _whole_map(side: str) -> Callable[[Context, ModelView, Finding], Iterator[Fix]]:
    """A map for a step that has none: each tensor of its model to the one of that name."""

    def mend(context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
        step = _step(model, finding.path)
        used = _used(context, step)
        if step is None or used is None:
            return
        known = graph(model.config).tensors
        tensors = used.config.inputs if side == "input_map" else used.config.outputs
        names = [each.name for each in tensors if side == "output_map" or each.name in known]
        written = {name for each in model.config.steps for name in each.output_map.values()}
        if names and not (side == "output_map" and written.intersection(names)):
            entries = [{"key": name, "value": name} for name in names]
            yield _appending("Map each tensor by its name", (*step.path, side), entries)

    return mend


def _unused_input(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    tensor = _own(model, finding.path)
    drawn = graph(model.config)
    missing = [name for name, each in drawn.tensors.items() if each.consumers and not each.producers]
    meant = nearest(tensor.name, [name for name in missing if name not in drawn.inputs]) if tensor else ""
    yield renaming(finding.path, "name", meant)
    yield removing(finding.path, "Remove the input")


def _own(model: ModelView, path: TextPath) -> TensorConfig | None:
    return next((each for each in (*model.config.inputs, *model.config.outputs) if each.path == path[:2]), None)


def _unwritten_output(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    tensor = _own(model, finding.path)
    # One that a step mentions would be unused then.
    if tensor is None or not graph(model.config).is_mapped(tensor.name):
        yield removing(finding.path, "Remove the output")


def _unread(context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """A tensor that is written and not read: an output of the ensemble, or not written at all."""
    step = _step(model, finding.path)
    if step is None or model.draft is None or "output_map" not in finding.path or not model.draft.has(*finding.path):
        return
    key, name = model.draft.get(*finding.path, "key"), model.draft.get(*finding.path, "value")
    used = _used(context, step)
    tensor = next((each for each in used.config.outputs if each.name == key), None) if used else None
    streams = any(each.config.decoupled for step in model.config.steps if (each := _used(context, step)))
    if used and tensor and tensor.dims and tensor.data_type and name in graph(model.config).ready and not streams:
        dims = list(tensor.dims)
        if used.config.max_batch_size > 0 and not model.config.max_batch_size:
            dims = [-1, *dims]
        value = {"name": name, "data_type": tensor.data_type, "dims": dims}
        yield Fix(f"Make “{name}” an output of the ensemble", edit=lambda draft: draft.append("output", value))
    if len(step.output_map) > 1:
        yield removing(finding.path, "Remove it from the map")


def _like_step(context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """What the step's model says of a tensor, for the ensemble's own input or output of that name."""
    step = _step(model, finding.path)
    used = _used(context, step)
    if step is None or used is None or model.draft is None or not model.draft.has(*finding.path, "key"):
        return
    key, name = model.draft.get(*finding.path, "key"), model.draft.get(*finding.path, "value")
    tensors = used.config.inputs if "input_map" in finding.path else used.config.outputs
    theirs = next((each for each in tensors if each.name == key), None)
    ours = next((each for each in (*model.config.inputs, *model.config.outputs) if each.name == name), None)
    if (
        theirs
        and ours
        and ours.reshape is None
        and theirs.dims
        and min(theirs.dims) >= _WILDCARD
        and 0 not in theirs.dims
    ):
        yield _retyping(model, used, ours, theirs)


def _retyping(model: ModelView, used: ModelView, ours: TensorConfig, theirs: TensorConfig) -> Fix:
    """Type and dims together, as the server would tell of the one after the other."""
    dims = list(theirs.dims)
    if used.config.max_batch_size > 0 and not model.config.max_batch_size:
        dims = [_WILDCARD, *dims]
    elif model.config.max_batch_size > 0 and not used.config.max_batch_size:
        dims = dims[1:] or dims
    changes: dict[str, object] = {}
    if ours.data_type != theirs.data_type:
        changes["data_type"] = theirs.data_type
    if len(dims) != len(ours.dims) or any(
        a != b and _WILDCARD not in (a, b) for a, b in zip(dims, ours.dims, strict=True)
    ):
        changes["dims"] = dims

    def edit(draft: Draft) -> Draft:
        for field, value in changes.items():
            draft = draft.set(*ours.path, field, value)
        return draft

    told = " and ".join(f"the {field} {value}" for field, value in changes.items())
    return Fix(f"Give the ensemble's “{ours.name}” {told}", edit=edit)


def _no_entry(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    step = _step(model, finding.path)
    if isinstance(finding.path[-1], int) and step and len(step.output_map) > 1:
        yield removing(finding.path, "Remove it from the map")


def _no_step(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    if len(model.config.steps) > 1:
        yield removing(finding.path, "Remove the step")


MENDS: dict[str, Callable[[Context, ModelView, Finding], Iterator[Fix | None]]] = {
    "ens-input-not-mapped": _mapped,
    "ens-step-input-map": _whole_map("input_map"),
    "ens-step-output-map": _whole_map("output_map"),
    "ens-step-model-name": _no_step,
    "ens-input-unused": _unused_input,
    "ens-output-unmapped": _unwritten_output,
    "ens-output-not-written": _unwritten_output,
    "ens-tensor-unused": _unread,
    "ens-tensor-written-twice": _no_entry,
    "ens-dtype": _like_step,
    "ens-shape": _like_step,
}
