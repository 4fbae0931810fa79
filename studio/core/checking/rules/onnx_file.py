"""What the ONNX Runtime backend asks of a configuration, with the file's own interface at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules import file_tensors
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.onnx_options import options
from studio.core.checking.rules.sequence import controls
from studio.core.checking.rules.words import sizes
from studio.core.config.model_config import TensorConfig
from studio.core.config.tensor_info import TensorInfo

_WILDCARD = -1
_BF16, _TAKES_BF16 = "TYPE_BF16", (26, 3)
"""The data type that ONNX Runtime's backend learnt late, and the release."""
_FAMILY = file_tensors.Family(
    called="ONNX file",
    number="ort-input-count",
    unknown="ort-{side}-unknown",
    dtype="ort-dtype",
    first_dim="ort-first-dim",
    dims_batch="ort-dims-batch",
    dims="ort-dims-nobatch",
)


def onnx(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Parameters, then whether the model can batch, then each tensor."""
    yield from options(context, model)
    yield from _batching(context, model, file)
    yield from _untyped(context, model, file)
    yield from _controls(model, file)
    yield from _inputs(context, model, file)
    yield from _outputs(context, model, file)


def _can_batch(file: Artifact) -> bool:
    return all(each.shape and each.shape[0] == _WILDCARD for each in (*file.inputs, *file.outputs))


def _batching(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """The backend looks at this only while it completes a configuration."""
    whole = bool(model.config.inputs and model.config.outputs)
    if whole or not context.profile.auto_complete or model.config.max_batch_size == 0 or _can_batch(file):
        return
    yield model.problem(
        "ort-auto-no-batching",
        "The ONNX file does not batch: the first dim of each of its tensors would have to vary.",
        phase="4d",
        server=f"autofill failed for model '{model.title}': model does not support batching while non-zero "
        "max_batch_size is specified",
        path=("max_batch_size",),
        fixes=[Fix("Set max_batch_size to 0", edit=lambda draft: draft.set("max_batch_size", 0))],
    )


def _controls(model: ModelView, file: Artifact) -> Iterator[Finding]:
    """The control tensors of sequences are inputs of the file: one value for each request, of the type they say."""
    known = file_tensors.by_name(file.inputs)
    start = f"unable to load model '{model.title}', sequence control"
    for name, written, path in controls(model):
        theirs = known.get(name)
        if theirs is None:
            server = f"configuration specified sequence control '{name}', but model does not provide that input"
            message = f"The ONNX file has no input “{name}” for this control."
            yield model.problem("ort-control-missing", message, phase="4f", server=server, path=path)
            continue
        dims = theirs.shape[1:] if model.config.max_batch_size > 0 else theirs.shape
        if dims != (1,):
            server = f"{start} '{name}' in model has dims {sizes(dims)} but dims [1] is expected"
            message = f"The control “{name}” has the dims {sizes(dims)} in the ONNX file; it must be one value."
            yield model.problem("ort-control-dims", message, phase="4f", server=server, path=path)
        elif written != theirs.data_type.config:
            wanted = theirs.data_type.config
            server = f"{start} '{name}', the model expects data-type {wanted} but the model configuration specifies "
            message = f"The control “{name}” is {theirs.data_type.short} in the ONNX file."
            server += f"data-type {written}"
            yield model.problem("ort-control-dtype", message, phase="4f", server=server, path=path)


def _inputs(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    config, root = model.config, model.root
    if not config.inputs:
        return
    block = root.child("sequence_batching")
    count = len(config.inputs) + root.count("batch_input") + len(list(controls(model))) + block.count("state")
    optional = sum(each.optional for each in config.inputs)
    if not count - optional <= len(file.inputs) <= count:
        yield file_tensors.counted(model, _FAMILY, count, [each.name for each in file.inputs])
    known = file_tensors.by_name(file.inputs)
    for tensor in config.inputs:
        theirs = known.get(tensor.name)
        if theirs is None:
            yield file_tensors.unknown(model, _FAMILY, ("input", tensor), list(known))
        else:
            yield from _optional(model, tensor)
            yield from _tensor(context, model, ("input", tensor), theirs)


def _outputs(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    known: Mapping[str, TensorInfo] = file_tensors.by_name(file.outputs)
    for tensor in model.config.outputs:
        theirs = known.get(tensor.name)
        if theirs is None:
            yield file_tensors.unknown(model, _FAMILY, ("output", tensor), list(known))
        else:
            yield from _tensor(context, model, ("output", tensor), theirs)


def _optional(model: ModelView, tensor: TensorConfig) -> Iterator[Finding]:
    if not tensor.optional:
        return
    path = (*tensor.path, "optional")
    fixes = [removing(path, "Remove optional")]
    start = f"unable to load model '{model.title}',"
    if model.config.max_batch_size:
        server = f"{start} optional input '{tensor.name}' is not supported for models that support batching"
        message = f"The input “{tensor.name}” cannot be optional in a model with batches."
        yield model.problem("ort-optional-batching", message, phase="4f", server=server, path=path, fixes=fixes)
    elif _is_ragged(model, tensor):
        server = f"{start} configuration expects model provides input with shape [-1] for ragged input '{tensor.name}'"
        server += ", which is not supported for optional input"
        message = f"The input “{tensor.name}” cannot be both ragged and optional."
        yield model.problem("ort-optional-ragged", message, phase="4f", server=server, path=path, fixes=fixes)


def _is_ragged(model: ModelView, tensor: TensorConfig) -> bool:
    path = (*tensor.path, "allow_ragged_batch")
    return model.draft is not None and model.draft.has(*path) and bool(model.draft.get(*path))


def _untyped(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Tensors that the backend completes without a data type, since it does not know theirs."""
    config = model.config
    if (
        context.profile.release >= _TAKES_BF16
        or not context.profile.auto_complete
        or (config.inputs and config.outputs)
    ):
        return
    for word, ours, theirs in (("input", config.inputs, file.inputs), ("output", config.outputs, file.outputs)):
        for tensor in () if ours else theirs:
            if tensor.data_type.config == _BF16:
                yield model.problem(
                    "ort-dtype-unsupported",
                    f"The {word} “{tensor.name}” is BF16 in the ONNX file, which the backend takes from 26.03 on.",
                    phase="4e",
                    server=f"model {word} '{tensor.name}' must specify 'data_type' for {model.title}",
                )


def _tensor(
    context: Context, model: ModelView, side: tuple[str, TensorConfig], theirs: TensorInfo
) -> Iterator[Finding]:
    word, tensor = side
    if tensor.data_type == _BF16 and context.profile.release < _TAKES_BF16:
        server = f"unsupported datatype {tensor.data_type} for {word} '{tensor.name}' for model '{model.title}'"
        message = "ONNX Runtime takes BF16 from Triton from 26.03 on only."
        path = (*tensor.path, "data_type")
        yield model.problem("ort-dtype-unsupported", message, phase="4f", server=server, path=path)
    else:
        yield from file_tensors.data_type(model, _FAMILY, side, theirs)
    if word == "input" and _is_ragged(model, tensor):
        yield from _ragged(model, tensor, theirs)
    elif tensor.dims and not theirs.shape and not model.config.max_batch_size:
        yield from _scalar(model, tensor)
    elif tensor.dims:
        yield from file_tensors.shape(model, _FAMILY, side, theirs)


def _ragged(model: ModelView, tensor: TensorConfig, theirs: TensorInfo) -> Iterator[Finding]:
    if theirs.shape != (_WILDCARD,):
        path = (*tensor.path, "allow_ragged_batch")
        yield model.problem(
            "ort-ragged-shape",
            f"A ragged input is one list of values: “{tensor.name}” has the shape {sizes(theirs.shape)} in the ONNX "
            "file.",
            phase="4f",
            server=f"unable to load model '{model.title}', configuration expects model provides input with shape [-1]  "
            f"for ragged input '{tensor.name}', model provides {sizes(theirs.shape)}",
            path=path,
            fixes=[removing(path, "Remove allow_ragged_batch")],
        )


def _scalar(model: ModelView, tensor: TensorConfig) -> Iterator[Finding]:
    if any(size != 1 for size in tensor.dims):
        path = (*tensor.path, "dims")
        yield model.problem(
            "ort-scalar",
            f"“{tensor.name}” is a single value in the ONNX file: its dims are [ 1 ] here.",
            phase="4f",
            server=f"unable to load model '{model.title}', scalar tensor '{tensor.name}', should only provide 1 in the "
            "model configuration when the model doesn't support batching. Model configuration provided: "
            f"{sizes(tensor.dims)}.",
            path=path,
            fixes=[Fix("Set dims to [1]", edit=lambda draft: draft.set(*path, [1]))],
        )
