"""What the ONNX Runtime backend asks of a configuration, with the file's own interface at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.core.artifacts.artifact import Artifact
from studio.core.config import TensorConfig
from studio.core.findings import Finding, Fix
from studio.core.requests import TensorInfo
from studio.core.rules.context import Context, ModelView
from studio.core.rules.ensemble import renaming
from studio.core.rules.view import DATA_TYPES
from studio.core.rules.words import nearest, quoted, sizes

_WILDCARD = -1
_INTEGERS = ("intra_op_thread_count", "inter_op_thread_count", "execution_mode")
_BOOLEANS = ("enable_mem_arena", "enable_mem_pattern")
_ACCELERATORS = {"gpu_execution_accelerator": ("tensorrt", "cuda"), "cpu_execution_accelerator": ("openvino",)}
_PRECISIONS = ("FP32", "FP16", "BF16", "INT8")


def onnx(context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Parameters, then whether the model can batch, then each tensor."""
    yield from _parameters(model)
    yield from _accelerators(model)
    yield from _batching(context, model, file)
    yield from _inputs(model, file)
    yield from _outputs(model, file)


def _parameters(model: ModelView) -> Iterator[Finding]:
    given = model.config.parameters
    for name in _INTEGERS:
        text = given.get(name)
        if text is not None and not text.lstrip("+-").isdecimal():
            yield _parameter(model, "ort-param-int", name, f"failed to convert '{text}' to integral number")
        elif name == "execution_mode" and text is not None and int(text) not in (0, 1):
            said = f"Invalid configuration value provided. Expected values for  {name} are 0 or 1 but got {text} ."
            yield _parameter(model, "ort-execution-mode", name, said)
    for name in _BOOLEANS:
        text = given.get(name)
        if text is not None and text.lower() not in ("0", "1", "true", "false"):
            yield _parameter(model, "ort-param-bool", name, f"failed to convert '{text}' to boolean")


def _parameter(model: ModelView, rule: str, name: str, server: str) -> Finding:
    message = f"The backend does not take this value of “{name}”."
    path = model.map_entry(("parameters",), name)
    return model.problem(rule, message, phase="4d", server=server, path=path)


def _accelerators(model: ModelView) -> Iterator[Finding]:
    block = model.root.child("optimization").child("execution_accelerators")
    for side, known in _ACCELERATORS.items():
        for each in block.each(side):
            name = each.text("name")
            precision = each.values("parameters").get("precision_mode", "FP32")
            if name not in known:
                yield model.problem(
                    "ort-accelerator",
                    f"ONNX Runtime has no accelerator “{name}” here: {quoted(known)}.",
                    phase="4d",
                    server=f"unknown Execution Accelerator '{name}' is requested",
                    path=(*each.path, "name"),
                    fixes=[renaming(each.path, "name", nearest(name, known))],
                )
            elif name == "tensorrt" and precision not in _PRECISIONS:
                yield model.problem(
                    "ort-trt-precision",
                    f"The precision is one of {', '.join(_PRECISIONS)}, not “{precision}”.",
                    phase="4d",
                    server=f"unsupported precision mode '{precision}' is requested",
                    path=each.path,
                )


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


def _inputs(model: ModelView, file: Artifact) -> Iterator[Finding]:
    config, root = model.config, model.root
    if not config.inputs:
        return
    block = root.child("sequence_batching")
    extra = root.count("batch_input") + block.count("control_input") + block.count("state")
    count = len(config.inputs) + extra
    optional = sum(each.optional for each in config.inputs)
    if not count - optional <= len(file.inputs) <= count:
        yield model.problem(
            "ort-input-count",
            f"The ONNX file has {len(file.inputs)} inputs ({quoted(each.name for each in file.inputs)}), "
            f"the configuration {count}.",
            phase="4f",
            server=f"unable to load model '{model.title}', configuration expects {count} inputs, model provides "
            f"{len(file.inputs)}",
            path=("input",),
        )
    known = {each.name: each for each in file.inputs}
    for tensor in config.inputs:
        theirs = known.get(tensor.name)
        if theirs is None:
            yield _unknown(model, tensor, "input", known)
            continue
        if tensor.optional and config.max_batch_size:
            server = f"unable to load model '{model.title}', optional input '{tensor.name}' is not supported for "
            server += "models that support batching"
            message = f"The input “{tensor.name}” cannot be optional in a model with batches."
            path = (*tensor.path, "optional")
            yield model.problem("ort-optional-batching", message, phase="4f", server=server, path=path)
        yield from _tensor(model, tensor, theirs, "input")


def _outputs(model: ModelView, file: Artifact) -> Iterator[Finding]:
    known = {each.name: each for each in file.outputs}
    for tensor in model.config.outputs:
        theirs = known.get(tensor.name)
        if theirs is None:
            yield _unknown(model, tensor, "output", known)
        else:
            yield from _tensor(model, tensor, theirs, "output")


def _unknown(model: ModelView, tensor: TensorConfig, word: str, known: dict[str, TensorInfo]) -> Finding:
    taken = {each.name for each in (*model.config.inputs, *model.config.outputs)}
    free = [name for name in known if name not in taken]
    meant = nearest(tensor.name, free) or (free[0] if len(free) == 1 else "")
    path = (*tensor.path, "name")
    fix = Fix(f"Change it to “{meant}”", edit=lambda draft: draft.set(*path, meant))
    return model.problem(
        f"ort-{word}-unknown",
        f"The ONNX file has no {word} “{tensor.name}”. It has {quoted(known)}.",
        phase="4f",
        server=f"unexpected inference {word} '{tensor.name}', allowed {word}s are: {', '.join(sorted(known))}",
        path=path,
        fixes=[fix] if meant else (),
    )


def _tensor(model: ModelView, tensor: TensorConfig, theirs: TensorInfo, word: str) -> Iterator[Finding]:
    if tensor.data_type in DATA_TYPES and tensor.data_type != theirs.data_type.config:
        path = (*tensor.path, "data_type")
        wanted = theirs.data_type.config
        yield model.problem(
            "ort-dtype",
            f"The {word} “{tensor.name}” is {theirs.data_type.short} in the ONNX file.",
            phase="4f",
            server=f"unable to load model '{model.title}', configuration expects datatype {tensor.data_type} for "
            f"{word} '{tensor.name}', model provides {wanted}",
            path=path,
            fixes=[Fix(f"Use {wanted}", edit=lambda draft: draft.set(*path, wanted))],
        )
    ragged = word == "input" and model.given(*tensor.path, "allow_ragged_batch")
    if tensor.dims and not ragged:
        yield from _shape(model, tensor, theirs, word)


def _shape(model: ModelView, tensor: TensorConfig, theirs: TensorInfo, word: str) -> Iterator[Finding]:
    batches = model.config.max_batch_size > 0
    start = f"model '{model.title}', tensor '{tensor.name}': "
    if batches and (not theirs.shape or theirs.shape[0] != _WILDCARD):
        yield model.problem(
            "ort-first-dim",
            f"“{tensor.name}” has the shape {sizes(theirs.shape)} in the ONNX file: its first dim does not vary, so "
            "the model cannot batch.",
            phase="4f",
            server=f"{start}for the model to support batching the shape should have at least 1 dimension and the first "
            f"dimension must be -1; but shape expected by the model is {sizes(theirs.shape)}",
            path=("max_batch_size",),
            fixes=[Fix("Set max_batch_size to 0", edit=lambda draft: draft.set("max_batch_size", 0))],
        )
        return
    ours = tensor.dims if tensor.reshape is None else tensor.reshape
    full = (_WILDCARD, *ours) if batches else ours
    if not theirs.shape and ours == (1,):
        return
    if not _fits(full, theirs.shape, exact=word == "output"):
        yield _mismatch(model, tensor, theirs, (start, full, batches))


def _fits(ours: Sequence[int], theirs: Sequence[int], *, exact: bool) -> bool:
    """An input of the file that varies takes any size; for outputs both must say the same."""
    varies = () if exact else (_WILDCARD,)
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(theirs_ in (ours_, *varies) for ours_, theirs_ in pairs)


def _mismatch(
    model: ModelView, tensor: TensorConfig, theirs: TensorInfo, said: tuple[str, tuple[int, ...], bool]
) -> Finding:
    start, full, batches = said
    dims = theirs.shape[1:] if batches else theirs.shape
    path = (*tensor.path, "dims")
    fix = Fix(f"Set dims to {sizes(dims)}", edit=lambda draft: draft.set(*path, list(dims)))
    shown = sizes(tensor.dims)
    how = f"dimensions (shape {sizes(full)})"
    if batches:
        how = (
            "dimensions (an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, "
            f"making complete shape {sizes(full)})"
        )
    return model.problem(
        "ort-dims-batch" if batches else "ort-dims-nobatch",
        f"“{tensor.name}” has the dims {shown} here, but the shape {sizes(theirs.shape)} in the ONNX file.",
        phase="4f",
        server=f"{start}the model expects {len(theirs.shape)} dimensions (shape {sizes(theirs.shape)}) but the model "
        f"configuration specifies {len(full)} {how}",
        path=path,
        fixes=[fix if dims and tensor.reshape is None else None],
    )
