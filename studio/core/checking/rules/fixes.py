"""Further ways to mend a finding, by its rule: where the right edit is certain, or one of a few.

A rule gives the fixes that need what only it knows; those that follow from the finding's place are here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studio import TYPE_CHECKING
from studio.core.checking.findings import FileMove, Finding, Fix
from studio.core.checking.rules import fixes_ensemble as mends_ensemble
from studio.core.checking.rules import fixes_text as mends_text
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.fixes_safe import with_safe
from studio.core.checking.rules.words import nearest
from studio.core.config.draft import Draft
from studio.text.tree import Path as TextPath
from studio.value_class import replace

if TYPE_CHECKING:
    from typing import TypeAlias

Mend: TypeAlias = Callable[[Context, ModelView, Finding], Iterator[Fix | None]]
_WILDCARD = -1
_USUAL_TYPES = ("TYPE_FP32", "TYPE_INT64", "TYPE_STRING")
_MODEL_FILES = {
    ".onnx": "onnxruntime",
    ".plan": "tensorrt",
    ".engine": "tensorrt",
    ".pt": "pytorch",
    ".xml": "openvino",
    ".py": "python",
}


def mended(context: Context, model: ModelView, finding: Finding) -> Finding:
    """The finding with the fixes that its rule has here, behind its own."""
    mend = _MENDS.get(finding.rule)
    titles = {fix.title for fix in finding.fixes}
    added = mend(context, model, finding) if mend else ()
    fixes = (*finding.fixes, *(fix for fix in added if fix and fix.title not in titles))
    return replace(finding, fixes=with_safe(finding.rule, fixes)) if fixes else finding


def _setting(title: str, path: TextPath, value: object) -> Fix:
    return Fix(title, edit=lambda draft: draft.set(*path, value))


def _numbers(model: ModelView, path: TextPath) -> list[int]:
    found = model.draft.get(*path) if model.draft and model.draft.has(*path) else ()
    return [each for each in found if isinstance(each, int)] if isinstance(found, tuple) else []


def _listed(sizes: list[int]) -> str:
    return f"[{', '.join(map(str, sizes))}]"


def _removal(title: str, steps: int = 0) -> Mend:
    """Takes out what the finding is about, or what is that many steps around it."""

    def mend(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
        path = finding.path[: len(finding.path) - steps]
        if path:
            yield removing(path, title)

    return mend


def _name(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """A tensor without a name gets the word and the place."""
    side, index = finding.path[0], finding.path[1]
    taken = {each.name for each in (*model.config.inputs, *model.config.outputs)}
    name = f"{str(side).upper()}{index}"
    if name not in taken:
        yield _setting(f"Name it “{name}”", (side, index, "name"), name)


def _data_type(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    path = (*finding.path[:2], "data_type")
    yield from (_setting(f"Use {name}", path, name) for name in _USUAL_TYPES)


def _dims(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    path = (*finding.path[:2], "dims")
    yield _setting("Set dims to [ 1 ]: a single value", path, [1])
    yield _setting("Set dims to [ -1 ]: a list of any length", path, [_WILDCARD])


def _vary(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """Sizes that are none are left open."""
    sizes = [size if size > 0 else _WILDCARD for size in _numbers(model, finding.path)]
    if sizes:
        yield _setting(f"Set dims to {_listed(sizes)}", finding.path, sizes)


def _reshape(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    yield removing((*finding.path[:2], "reshape"), "Remove the reshape")


def _batching_reshape(context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    yield from _reshape(context, model, finding)
    yield _setting("Set max_batch_size to 8", ("max_batch_size",), 8)


def _utilisation(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    yield _setting("Set it to 1", finding.path, 1.0)
    yield removing(finding.path, "Remove it")


def _state_dims(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """An initial state has the dims of its state; a size that varies starts with 1."""
    start = finding.path.index("initial_state")
    sizes = [size if size > 0 else 1 for size in _numbers(model, (*finding.path[:start], "dims"))]
    if sizes:
        yield _setting(f"Set its dims to {_listed(sizes)}", (*finding.path[: start + 2], "dims"), sizes)


def _zeros(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    """Instead of a file that is not there or too short."""
    yield _setting("Use zeros instead", (*finding.path[:-1], "zero_data"), True)


def _warmup_dims(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """The input's own dims, a size that varies with 1."""
    entry = finding.path[:-2]
    name = model.draft.get(*entry, "key") if model.draft else ""
    tensor = next((each for each in model.config.inputs if each.name == name), None)
    sizes = list(tensor.dims) if tensor else _numbers(model, finding.path)
    fixed = [size if size > 0 else 1 for size in sizes]
    if fixed:
        yield _setting(f"Set dims to {_listed(fixed)}", finding.path, fixed)


def _warmup_inputs(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """Zeros for each input that the sample leaves out."""
    path = (*finding.path, "inputs")
    wanted = [each for each in model.config.inputs if not each.optional and each.dims and each.data_type]

    def edit(draft: Draft) -> Draft:
        for each in wanted:
            if draft.entry(path, each.name) is None:
                dims = [size if size > 0 else 1 for size in each.dims]
                value = {"data_type": each.data_type, "dims": dims, "zero_data": True}
                draft = draft.append(*path, {"key": each.name, "value": value})
        return draft

    if model.draft and any(model.draft.entry(path, each.name) is None for each in wanted):
        yield Fix("Send zeros to the inputs that it leaves out", edit=edit)


def _source(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """The only input, where there is one alone."""
    if len(model.config.inputs) == 1:
        name = model.config.inputs[0].name
        path = finding.path if finding.path[-1] == "source_input" else finding.path[:-1]
        yield _setting(f"Take the input “{name}”", path, [name])


def _target(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix]:
    """The only output, where there is one alone."""
    if len(model.config.outputs) == 1:
        name = model.config.outputs[0].name
        yield _setting(f"Make the output “{name}” of it", (*finding.path[:2], "target_name"), [name])


def _as_ensemble(_context: Context, model: ModelView, _finding: Finding) -> Iterator[Fix]:
    if not model.config.steps or not all(step.input_map and step.output_map for step in model.config.steps):
        yield removing(("ensemble_scheduling",), "Remove “ensemble_scheduling”")
        return
    yield Fix(
        "Make it an ensemble: platform “ensemble”",
        edit=lambda draft: draft.clear("backend").set("platform", "ensemble"),
    )


def _backend(_context: Context, model: ModelView, _finding: Finding) -> Iterator[Fix]:
    """What the one model file in the version folder tells by the end of its name."""
    names = [file.name for file in model.folder.first or () if not file.is_folder]
    known = [name for name in names if f".{name.rpartition('.')[2]}" in _MODEL_FILES]
    if len(known) == 1:
        name, backend = known[0], _MODEL_FILES[f".{known[0].rpartition('.')[2]}"]
        yield Fix(
            f"Run “{name}” with {backend}",
            edit=lambda draft: draft.set("backend", backend).set("default_model_filename", name),
        )


def _file_name(_context: Context, model: ModelView, _finding: Finding) -> Iterator[Fix | None]:
    """The only file of the kind, or the one with nearly the name that is looked for."""
    wanted = model.deduced.filename or "model.py"
    ending = wanted.rpartition(".")[2]
    files = [file.name for version in model.served[:1] for file in version.files if not file.is_folder]
    same = [name for name in files if name.endswith(f".{ending}")]
    meant = nearest(wanted, same) or (same[0] if len(same) == 1 else "")
    if meant and meant != wanted:
        yield _setting(f"Use “{meant}”", ("default_model_filename",), meant)
        folder = model.served[0].path
        if not model.given("default_model_filename"):
            yield Fix(f"Rename “{meant}” to “{wanted}”", move=FileMove(folder / meant, folder / wanted))


def _trash(_context: Context, _model: ModelView, finding: Finding) -> Iterator[Fix]:
    if finding.file is not None:
        yield Fix(f"Move “{finding.file.name}” to the trash", move=FileMove(finding.file, None))


_MENDS: dict[str, Mend] = {
    "io-name": _name,
    "io-dtype": _data_type,
    "io-dims-empty": _dims,
    "io-dim-value": _vary,
    "io-reshape-dim-value": _reshape,
    "io-reshape-size": _reshape,
    "io-reshape-wildcards": _reshape,
    "io-reshape-empty-nobatch": _batching_reshape,
    "io-nonlinear-3dims": _removal("Remove is_non_linear_format_io"),
    "seq-direct-slot-util": _utilisation,
    "seq-control-name": _removal("Remove this control input"),
    "seq-control-tensor-dup": _removal("Remove this control input", 1),
    "seq-state-initial-dim": _state_dims,
    "seq-state-initial-ndims": _state_dims,
    "seq-state-initial-wildcard": _state_dims,
    "seq-state-initial-invalid-dim": _state_dims,
    "seq-state-initial-file": _zeros,
    "seq-state-initial-bytes": _zeros,
    "seq-state-initial-dup": _removal("Remove the second state", 1),
    "seq-state-duplicate-names": _removal("Remove the second state", 1),
    "warmup-shape": _warmup_dims,
    "warmup-wildcard": _warmup_dims,
    "warmup-file-missing": _zeros,
    "warmup-file-short": _zeros,
    "warmup-missing-input": _warmup_inputs,
    "batch-input-kind": _removal("Use the kind BATCH_ELEMENT_COUNT, which is the default"),
    "batch-output-kind": _removal("Use the only kind that there is"),
    "batch-input-source-count": _source,
    "batch-input-source-unknown": _source,
    "batch-output-source-count": _source,
    "batch-output-source-unknown": _source,
    "batch-output-target-unknown": _target,
    "batch-output-no-target": _target,
    "ensemble-scheduling-without-platform": _as_ensemble,
    "backend-undeducible": _backend,
    "model-file-missing": _file_name,
    "py-file-missing": _file_name,
    "py-file-suffix": _file_name,
    "shared-library-unloadable": _trash,
    "version-dir-out-of-range": _trash,
    "config-is-directory": _trash,
    "ig-profile-negative": _removal("Remove the profile"),
    "ig-profile-nonint": _removal("Remove the profile"),
    **mends_ensemble.MENDS,
    **mends_text.MENDS,
}
