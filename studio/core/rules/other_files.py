"""What the PyTorch, OpenVINO and TensorRT backends ask of a configuration, as far as their files tell."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.config import TensorConfig
from studio.core.findings import Finding, Fix
from studio.core.requests import TensorInfo
from studio.core.rules.batching import removing
from studio.core.rules.context import Context, ModelView
from studio.core.rules.ensemble import renaming
from studio.core.rules.words import nearest, quoted
from studio.text.tree import Path as TextPath

_TORCH = frozenset(
    [
        "TYPE_BOOL",
        "TYPE_UINT8",
        "TYPE_INT8",
        "TYPE_INT16",
        "TYPE_INT32",
        "TYPE_INT64",
        "TYPE_FP16",
        "TYPE_FP32",
        "TYPE_FP64",
        "TYPE_STRING",
        "TYPE_BF16",
    ]
)
_BOOLEANS = (
    "DISABLE_OPTIMIZED_EXECUTION",
    "INFERENCE_MODE",
    "ENABLE_NVFUSER",
    "ENABLE_WEIGHT_SHARING",
    "ENABLE_CACHE_CLEANING",
    "ENABLE_CUDNN",
)
_COUNTS = ("INTRA_OP_THREAD_COUNT", "INTER_OP_THREAD_COUNT")


def pytorch(_context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Parameters, tensors that must be written, and their number."""
    yield from _optional(model)
    yield from _torch_parameters(model)
    for word, found in (("output", model.config.outputs), ("input", model.config.inputs)):
        if not found:
            server = f"model configuration must contain at least one {word}, none were specified."
            message = f"A PyTorch model needs its {word}s written here: the backend cannot complete them."
            yield model.problem(f"pt-no-{word}", message, phase="4f", server=server)
    count = len(file.partial_inputs) or len(file.inputs)
    batched = model.given("batch_input") or model.given("sequence_batching")
    if count and model.config.inputs and not batched and len(model.config.inputs) != count:
        names = quoted(each.name for each in (file.partial_inputs or file.inputs))
        yield model.problem(
            "pt-input-count",
            f"forward takes {count} arguments ({names}); the configuration has {len(model.config.inputs)} inputs.",
            phase="4f",
            server=f"unable to load model '{model.title}', configuration expects {len(model.config.inputs)} inputs, "
            f"model provides {count}",
            path=("input",),
        )
    yield from _torch_types(model)


def _torch_types(model: ModelView) -> Iterator[Finding]:
    for word, found in (("input", model.config.inputs), ("output", model.config.outputs)):
        for tensor in found:
            if tensor.data_type and tensor.data_type not in _TORCH:
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


def _torch_parameters(model: ModelView) -> Iterator[Finding]:
    given = model.config.parameters
    for name in (*_BOOLEANS, *_COUNTS):
        text = given.get(name)
        if text is None:
            continue
        sound = text.lower() in ("0", "1", "true", "false") if name in _BOOLEANS else text.lstrip("+-").isdecimal()
        if not sound:
            kind = "boolean" if name in _BOOLEANS else "integral number"
            path = model.map_entry(("parameters",), name)
            message = f"The backend does not take this value of “{name}”."
            server = f"failed to convert '{text}' to {kind}"
            yield model.problem("pt-params", message, phase="4d", server=server, path=path)


def openvino(_context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Instances on the CPU, and the names of the tensors."""
    yield from _optional(model)
    for group in model.config.instance_groups:
        if group.kind in ("KIND_GPU", "KIND_MODEL"):
            path = (*group.path, "kind")
            yield model.problem(
                "ov-kind",
                "OpenVINO models run on the CPU only.",
                phase="4f",
                server=f"unable to load model '{model.title}', Triton OpenVINO backend supports only Kind CPU and AUTO",
                path=path,
                fixes=[_kind(path, "KIND_CPU", "Run it on the CPU")],
            )
    sides: tuple[tuple[str, tuple[TensorConfig, ...], list[TensorInfo | Partial]], ...] = (
        ("input", model.config.inputs, [*file.inputs, *file.partial_inputs]),
        ("output", model.config.outputs, [*file.outputs, *file.partial_outputs]),
    )
    for word, ours, theirs in sides:
        known = [each.name for each in theirs if each.name]
        if len(known) < len(theirs) or not known:
            continue
        for tensor in ours:
            if tensor.name not in known:
                yield model.problem(
                    "ov-io",
                    f"The OpenVINO model has no {word} “{tensor.name}”. It has {quoted(known)}.",
                    phase="4f",
                    server=f"unexpected inference {word} '{tensor.name}', allowed {word}s are: "
                    f"{', '.join(sorted(known))}",
                    path=(*tensor.path, "name"),
                    fixes=[renaming(tensor.path, "name", nearest(tensor.name, known))],
                )


def tensorrt(context: Context, model: ModelView, _file: Artifact) -> Iterator[Finding]:
    """Instances on a GPU, and parameters that the plan is loaded with."""
    yield from _optional(model)
    groups = model.config.instance_groups
    on_cpu = [group for group in groups if group.kind == "KIND_CPU"]
    if on_cpu or not context.profile.usable_gpus:
        yield model.problem(
            "trt-kind",
            "TensorRT runs on a GPU only, and this server has none."
            if not context.profile.usable_gpus
            else "TensorRT runs on a GPU only.",
            phase="4d",
            server=f"unable to load model '{model.title}', TensorRT backend supports only GPU device",
            path=(*on_cpu[0].path, "kind") if on_cpu else (),
            fixes=[
                _kind((*group.path, "kind"), "KIND_GPU", "Run it on the GPU")
                for group in on_cpu
                if context.profile.usable_gpus
            ],
        )
    name = "execution_context_allocation_strategy"
    text = model.config.parameters.get(name)
    if text is not None and text not in ("STATIC", "ON_PROFILE_CHANGE"):
        yield model.problem(
            "trt-alloc-strategy",
            f"“{name}” is STATIC or ON_PROFILE_CHANGE.",
            phase="4d",
            server=f"Invalid value for '{name}': '{text}' for model instance '{model.title}'. Supported values are "
            "'STATIC' and 'ON_PROFILE_CHANGE'.",
            path=model.map_entry(("parameters",), name),
        )


def _kind(path: TextPath, kind: str, title: str) -> Fix:
    return Fix(title, edit=lambda draft: draft.set(*path, kind))


def _optional(model: ModelView) -> Iterator[Finding]:
    """Backends that know no inputs that may be left out."""
    for tensor in model.config.inputs:
        if tensor.optional:
            path = (*tensor.path, "optional")
            yield model.problem(
                "io-optional-backend",
                f"The input “{tensor.name}” cannot be optional with this backend.",
                phase="4d",
                server=f"'optional' is set to true for input '{tensor.name}' while the backend model doesn't support "
                "optional input",
                path=path,
                fixes=[removing(path, "Remove optional")],
            )
