"""What the PyTorch backend asks of a configuration, as far as its file tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.rules import file_tensors
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.sequence import controls
from studio.core.checking.rules.view import DATA_TYPES
from studio.core.checking.rules.words import quoted

_WITHOUT = frozenset({"TYPE_UINT16", "TYPE_UINT32", "TYPE_UINT64"})
_TYPES = frozenset(DATA_TYPES[1:]) - _WITHOUT
_BOOLEANS = (
    "DISABLE_OPTIMIZED_EXECUTION",
    "INFERENCE_MODE",
    "ENABLE_NVFUSER",
    "ENABLE_WEIGHT_SHARING",
    "ENABLE_CACHE_CLEANING",
    "ENABLE_CUDNN",
)
_COUNTS = ("INTRA_OP_THREAD_COUNT", "INTER_OP_THREAD_COUNT")
_NUMBERED = r"(?s).*?__\d+"
_CONVENTION = "<name>__<index> naming convention"


def pytorch(_context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Parameters, tensors that must be written, their number, names and types."""
    yield from file_tensors.optional(model)
    yield from _parameters(model)
    arguments = [each.name for each in (file.partial_inputs or file.inputs)]
    batched = model.given("batch_input") or model.given("sequence_batching")
    if arguments and model.config.inputs and not batched and len(model.config.inputs) != len(arguments):
        yield _count(model, arguments)
    yield from _sequence_names(model)
    yield from _names(model, arguments)
    yield from _types(model)


def lists(model: ModelView) -> Iterator[Finding]:
    """Inputs and outputs must be written, whatever the file holds: the backend completes nothing."""
    for word, found in (("output", model.config.outputs), ("input", model.config.inputs)):
        if not found:
            server = f"model configuration must contain at least one {word}, none were specified."
            message = f"A PyTorch model needs its {word}s written here: the backend cannot complete them."
            yield model.problem(f"pt-no-{word}", message, phase="4f", server=server)


def _count(model: ModelView, arguments: list[str]) -> Finding:
    ours, theirs = len(model.config.inputs), len(arguments)
    return model.problem(
        "pt-input-count",
        f"forward takes {theirs} arguments ({quoted(arguments)}); the configuration has {ours} inputs.",
        phase="4f",
        server=f"unable to load model '{model.title}', configuration expects {ours} inputs, model provides {theirs}",
        path=("input",),
    )


def _is_numbered(name: str) -> bool:
    return re.fullmatch(_NUMBERED, name) is not None


def _sequence_names(model: ModelView) -> Iterator[Finding]:
    """Tensors of sequences are told apart by the number at the end of their names."""
    for name, _kind, path in controls(model):
        if not _is_numbered(name):
            server = f"input '{name}' does not follow {_CONVENTION}."
            message = f"The name of a control ends in two underscores and its place, as in {name}__1."
            yield model.problem("pt-control-naming", message, phase="4f", server=server, path=path)
    states = list(model.root.child("sequence_batching").each("state"))
    tensors = (*model.config.inputs, *model.config.outputs)
    start = f"PyTorch model '{model.title}' is using sequence batching with state but"
    if states and not all(_is_numbered(each.name) for each in tensors):
        server = f"{start} not all inputs and outputs follow the {_CONVENTION}."
        message = "In a PyTorch model with states the names of all tensors end in two underscores and their place."
        yield model.problem("pt-state-naming", message, phase="4f", server=server, path=("input",))
    for state in states:
        for side in ("input_name", "output_name"):
            if not _is_numbered(state.text(side)):
                server = f"{start} state '{state.text(side)}' does not follow the {_CONVENTION}."
                message = f"The name of a state ends in two underscores and its place, as in {state.text(side)}__1."
                path = (*state.path, side)
                yield model.problem("pt-state-naming", message, phase="4f", server=server, path=path)


def _names(model: ModelView, arguments: list[str]) -> Iterator[Finding]:
    """Names that are neither the arguments' nor numbered: the order of the inputs counts then."""
    for tensor in model.config.inputs if all(arguments) and arguments else ():
        if tensor.name and tensor.name not in arguments and not _is_numbered(tensor.name):
            yield model.problem(
                "pt-naming",
                f"“{tensor.name}” is no argument of forward ({quoted(arguments)}), so the inputs are taken in the "
                "order in which they are written.",
                phase="4f",
                severity=Severity.WARNING,
                server=f"input '{tensor.name}' or previous input(s) are neither an input argument to the model "
                f"'{model.title}' nor do they follow the {_CONVENTION}. Falling back to enforcing strict ordering from "
                "model configuration.",
                path=(*tensor.path, "name"),
            )
            return


def _types(model: ModelView) -> Iterator[Finding]:
    for word, found in (("input", model.config.inputs), ("output", model.config.outputs)):
        for tensor in found:
            if tensor.data_type and tensor.data_type not in _TYPES:
                yield model.problem(
                    "pt-dtype",
                    f"PyTorch has no tensors of {tensor.data_type.removeprefix('TYPE_')}.",
                    phase="4f",
                    server=f"unsupported datatype {tensor.data_type} for {word} '{tensor.name}' for model "
                    f"'{model.title}'",
                    path=(*tensor.path, "data_type"),
                )
            elif tensor.data_type == "TYPE_STRING" and len(tensor.dims) + (model.config.max_batch_size > 0) > 1:
                yield model.problem(
                    "pt-string-1d",
                    f"“{tensor.name}” is text, of which PyTorch takes a plain list only.",
                    phase="4f",
                    server=f"Triton only supports 1 dimensional List of String as {word} for '{tensor.name}' for model "
                    f"'{model.title}'",
                    path=(*tensor.path, "dims"),
                )


def _parameters(model: ModelView) -> Iterator[Finding]:
    for name in (*_BOOLEANS, *_COUNTS):
        text = model.config.parameters.get(name)
        if text is None:
            continue
        if name in _BOOLEANS and not file_tensors.is_boolean(text):
            said = f"failed to convert '{text}' to boolean"
            yield file_tensors.parameter(model, "pt-params", name, said, "true", "false")
        elif name in _COUNTS and not file_tensors.is_integer(text):
            yield file_tensors.parameter(model, "pt-params", name, f"failed to convert '{text}' to integral number")
