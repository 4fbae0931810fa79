"""What the OpenVINO and TensorRT backends ask of a configuration, as far as their files tell."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules import file_tensors
from studio.core.checking.rules.context import Context, ModelView
from studio.core.config.model_config import TensorConfig
from studio.core.config.tensor_info import TensorInfo
from studio.text.tree import Path as TextPath

_THREADS = ("INFERENCE_NUM_THREADS", "COMPILATION_NUM_THREADS")
_STRATEGY = "execution_context_allocation_strategy"
_SEVERAL = (26, 6)
_FAMILY = file_tensors.Family("OpenVINO model", "ov-io", "ov-io", "ov-io", "ov-io", "ov-io", "ov-io")


def openvino(_context: Context, model: ModelView, file: Artifact) -> Iterator[Finding]:
    """Parameters, instances on the CPU, and the tensors."""
    yield from file_tensors.optional(model)
    for name in _THREADS:
        text = model.config.parameters.get(name)
        if text is not None and not text.isdecimal():
            said = f"expected the parameter '{name}' to be a non-negative number, got {text}"
            yield file_tensors.parameter(model, "ov-params", name, said)
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
    yield from _openvino_tensors(model, file)


def _openvino_tensors(model: ModelView, file: Artifact) -> Iterator[Finding]:
    sides: tuple[tuple[str, tuple[TensorConfig, ...], list[TensorInfo | Partial]], ...] = (
        ("input", model.config.inputs, [*file.inputs, *file.partial_inputs]),
        ("output", model.config.outputs, [*file.outputs, *file.partial_outputs]),
    )
    for word, ours, theirs in sides:
        known = {each.name: each for each in theirs if each.name}
        if len(known) < len(theirs) or not known:
            continue
        if word == "input" and ours and len(ours) != len(known) and not model.given("sequence_batching"):
            yield file_tensors.counted(model, _FAMILY, len(ours), list(known))
        for tensor in ours:
            found = known.get(tensor.name)
            if found is None:
                yield file_tensors.unknown(model, _FAMILY, (word, tensor), list(known))
            elif isinstance(found, TensorInfo):
                yield from file_tensors.data_type(model, _FAMILY, (word, tensor), found)
                yield from file_tensors.shape(model, _FAMILY, (word, tensor), found) if tensor.dims else ()


def tensorrt(context: Context, model: ModelView, _file: Artifact) -> Iterator[Finding]:
    """Instances on a GPU, and the parameters."""
    yield from file_tensors.optional(model)
    on_cpu = [group for group in model.config.instance_groups if group.kind in ("KIND_CPU", "KIND_MODEL")]
    several = _wants_several(context, model)
    if (on_cpu and not several) or not context.profile.usable_gpus:
        yield model.problem(
            "trt-kind",
            "A TensorRT engine runs on a GPU only.",
            phase="4d",
            server=f"unable to load model '{model.title}', TensorRT backend supports only GPU device",
            path=(*on_cpu[0].path, "kind") if on_cpu else (),
            fixes=[
                _kind((*group.path, "kind"), "KIND_GPU", "Run it on the GPU")
                for group in on_cpu
                if context.profile.usable_gpus
            ],
        )
    if several:
        yield from _devices(model)


def allocation(model: ModelView) -> Iterator[Finding]:
    """A parameter that the backend reads before it looks at the engine."""
    text = model.config.parameters.get(_STRATEGY)
    if text is not None and text not in ("STATIC", "ON_PROFILE_CHANGE"):
        said = (
            f"Invalid value for '{_STRATEGY}': '{text}' for model instance '{model.title}'. Supported values are "
            "'STATIC' and 'ON_PROFILE_CHANGE'."
        )
        yield file_tensors.parameter(model, "trt-alloc-strategy", _STRATEGY, said, "STATIC", "ON_PROFILE_CHANGE")


def _wants_several(context: Context, model: ModelView) -> bool:
    """Whether one engine is to run on several GPUs, which the backend knows since 26.06."""
    asked = model.config.parameters.get("enable_multi_device", "").lower() in ("true", "1")
    return asked and context.profile.release >= _SEVERAL


def _devices(model: ModelView) -> Iterator[Finding]:
    name = "multi_device_gpus"
    entries = [each.strip() for each in model.config.parameters.get(name, "").split(",") if each.strip()]
    wrong = next((each for each in entries if not each.isdecimal()), None)
    if wrong is not None:
        said = f"Invalid '{name}' entry '{wrong}' for model '{model.title}'; expected comma-separated GPU ids."
        yield file_tensors.parameter(model, "trt-multi-device", name, said)
    elif len(set(entries)) < len(("one", "other")):
        yield model.problem(
            "trt-multi-device",
            f"An engine on several GPUs needs at least two ids in “{name}”.",
            phase="4d",
            server=f"'enable_multi_device' is true but '{name}' lists fewer than 2 GPUs for model '{model.title}'; "
            "multi-device requires at least 2 ranks.",
            path=model.map_entry(("parameters",), "enable_multi_device"),
        )


def _kind(path: TextPath, kind: str, title: str) -> Fix:
    return Fix(title, edit=lambda draft: draft.set(*path, kind))
