"""What the server takes without a word although it hardly is what was meant. Never an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from studio import TYPE_CHECKING
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.applicability import needs, of_ensembles
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.view import Node
from studio.core.checking.rules.words import nearest
from studio.core.config.parameters import known_parameters
from studio.text.tree import Path as TextPath

if TYPE_CHECKING:
    from typing import Any

_COMPLETING = frozenset({"onnxruntime", "tensorrt", "openvino", "python", "tensorflow", "vllm"})
_OF_GPU = r"gpu_\d+"
_FAMILIES = ("nv_inference_first_response_histogram_ms",)


def tensors(context: Context, model: ModelView) -> Iterator[Finding]:
    """Names that stand twice, and models without tensors."""
    for word, found in (("input", model.config.inputs), ("output", model.config.outputs)):
        seen: set[str] = set()
        for tensor in found:
            if tensor.name and tensor.name in seen:
                yield _say(
                    model,
                    "io-duplicate",
                    f"There are two {word}s “{tensor.name}”: the server uses the first.",
                    (*tensor.path, "name"),
                    [removing(tensor.path, "Remove the second one")],
                )
            seen.add(tensor.name)
        if not found and not model.is_ensemble and _must_list(context, model):
            text = f"The model has no {word}s, and its backend does not complete them."
            yield _say(model, "io-none", text, hint=True)


def _must_list(context: Context, model: ModelView) -> bool:
    # The PyTorch backend refuses such a model: that is told with its files.
    named = model.deduced.backend not in ("", "pytorch") and model.draft is not None
    return named and (model.deduced.backend not in _COMPLETING or not context.profile.auto_complete)


def batching(context: Context, model: ModelView) -> Iterator[Finding]:
    """Settings for batches of a model that takes none."""
    config = model.config
    if config.max_batch_size != 0 or _may_become_batching(context, model):
        return
    if config.scheduling == "dynamic_batching":
        yield _say(
            model,
            "dyn-without-batching",
            "dynamic_batching does nothing while max_batch_size is 0.",
            ("dynamic_batching",),
            [_set("Set max_batch_size to 8", ("max_batch_size",), 8), removing(("dynamic_batching",), "Remove it")],
        )
    for tensor in model.root.each("input"):
        if tensor.flag("allow_ragged_batch"):
            path = (*tensor.path, "allow_ragged_batch")
            text = "allow_ragged_batch does nothing while max_batch_size is 0."
            yield _say(model, "ragged-without-batching", text, path, [removing(path, "Remove it")])


def _may_become_batching(context: Context, model: ModelView) -> bool:
    """Whether the backend may set max_batch_size from the model's file."""
    if not context.profile.auto_complete:
        return False
    whole = bool(model.config.inputs and model.config.outputs)
    return model.deduced.backend in ("tensorrt", "openvino", "python") or (
        model.deduced.backend in _COMPLETING and not whole
    )


@needs("dynamic_batching")
def queues(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Queue policies of priorities that there are not."""
    if not model.root.has("dynamic_batching"):
        return
    block = model.root.child("dynamic_batching")
    if block.has("priority_queue_policy") and not block.number("priority_levels"):
        path = (*block.path, "priority_queue_policy")
        text = "priority_queue_policy does nothing without priority_levels."
        yield _say(model, "priority-policy-unused", text, path, [removing(path, "Remove it")])


@needs("instance_group")
def groups(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Two instance groups of one name."""
    seen: set[str] = set()
    for group in model.config.instance_groups:
        if group.name and group.name in seen:
            text = f"Two instance groups are called “{group.name}”: log and metrics do not tell them apart."
            yield _say(model, "ig-same-name", text, (*group.path, "name"), hint=True)
        seen.add(group.name)


@needs("instance_group")
def host_policies(context: Context, model: ModelView) -> Iterator[Finding]:
    """Host policies that the server was not given: such instances run without any."""
    profile = context.profile
    known = {"cpu", "model", *(f"gpu_{gpu}" for gpu in profile.gpus), *profile.host_policies}
    for group in model.root.each("instance_group"):
        name = group.text("host_policy")
        if name and name not in known and not (profile.any_gpu and re.fullmatch(_OF_GPU, name)):
            path = (*group.path, "host_policy")
            meant = nearest(name, known)
            fixes = [_set(f"Change it to “{meant}”", path, meant) if meant else None, removing(path, "Remove it")]
            text = f"The server was not given a host policy “{name}” (--host-policy): the default is used."
            yield _say(model, "ig-host-policy-unknown", text, path, fixes)


@needs("response_cache")
def cache(context: Context, model: ModelView) -> Iterator[Finding]:
    """A response cache that the server does not have."""
    if model.config.response_cache and not context.profile.cache:
        text = "Nothing is cached: this server runs without a cache (--cache-config)."
        yield _say(model, "cache-without-server-cache", text, ("response_cache",), hint=True)


@needs("parameters")
def parameters(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Parameters whose names are nearly those that the backend knows. Others are for the model to read."""
    known = known_parameters(model.deduced.backend)
    for key in model.config.parameters if known else ():
        meant = _meant(key, model.deduced.backend) if key not in known else ""
        if meant and meant not in model.config.parameters:
            place = (*model.map_entry(("parameters",), key), "key")
            text = f"The backend does not know the parameter “{key}”. Did you mean “{meant}”?"
            yield _say(model, "parameter-unknown", text, place, [_set(f"Change it to “{meant}”", place, meant)])


@lru_cache(maxsize=1024)
def _meant(key: str, backend: str) -> str:
    """Repositories use the same few keys over and over, and looking for the nearest takes its time."""
    return nearest(key, tuple(known_parameters(backend)))


@needs("model_warmup")
def warm_up(_context: Context, model: ModelView) -> Iterator[Finding]:
    """`zero_data: false`, which sends zeros all the same."""
    for sample in model.root.each("model_warmup"):
        for tensor in sample.entries("inputs").values():
            if tensor.has("zero_data") and not tensor.flag("zero_data"):
                path = (*tensor.path, "zero_data")
                text = "zero_data: false sends zeros all the same."
                fixes = [_set("Send random data", (*tensor.path, "random_data"), True)]
                yield _say(model, "warmup-zero-false", text, path, fixes)


@needs("sequence_batching")
def states(context: Context, model: ModelView) -> Iterator[Finding]:
    """States that make each request fail, and those that are passed over."""
    if not model.root.has("sequence_batching"):
        return
    seen: set[str] = set()
    for state in model.root.child("sequence_batching").each("state"):
        for side in ("input_name", "output_name"):
            key = f"{side} {state.text(side)}"
            if key in seen:
                text = f"Two states have the {side} “{state.text(side)}”: the server passes over the second one."
                yield _say(model, "seq-state-duplicate-names", text, (*state.path, side))
            seen.add(key)
        if state.flag("use_growable_memory"):
            yield from _growable(context, model, state)


def _growable(context: Context, model: ModelView, state: Node) -> Iterator[Finding]:
    path = (*state.path, "use_growable_memory")
    single = "use_same_buffer_for_input_output"
    if not state.flag(single):
        text = f"Every request will fail: use_growable_memory needs {single} as well."
        yield _say(model, "seq-state-growable", text, path, [_set(f"Set {single}", (*state.path, single), True)])
    elif not context.profile.usable_gpus or any(group.kind == "KIND_CPU" for group in model.config.instance_groups):
        text = "Every request will fail: use_growable_memory needs instances on a GPU."
        yield _say(model, "seq-state-growable", text, path, [removing(path, "Remove it")])


@needs("model_metrics")
def metrics(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Metric families that cannot be customised."""
    if not model.root.has("model_metrics"):
        return
    for control in model.root.child("model_metrics").each("metric_control"):
        family = control.child("metric_identifier").text("family")
        if family and family not in _FAMILIES:
            path = (*control.path, "metric_identifier", "family")
            fixes = [_set(f"Change it to “{_FAMILIES[0]}”", path, _FAMILIES[0])]
            text = f"The metric “{family}” cannot be customised: the server passes over this."
            yield _say(model, "metrics-unknown-family", text, path, fixes)


@of_ensembles
def unused_outputs(context: Context, model: ModelView) -> Iterator[Finding]:
    """Outputs of steps that nothing takes."""
    for step in model.config.steps if model.is_ensemble else ():
        used = context.model(step.model_name)
        if used is None or not used.is_sound or not step.output_map:
            continue
        left = [each.name for each in used.config.outputs if each.name not in step.output_map]
        if left:
            names = ", ".join(f"“{name}”" for name in left)
            text = f"The ensemble does not take {names} of “{used.name}”, which are made all the same."
            yield _say(model, "ens-output-unused", text, (*step.path, "output_map"), hint=True)


def _set(title: str, path: TextPath, value: Any) -> Fix:
    return Fix(title, edit=lambda draft: draft.set(*path, value))


def _say(
    model: ModelView,
    rule: str,
    message: str,
    path: TextPath = (),
    fixes: Iterable[Fix | None] = (),
    *,
    hint: bool = False,
) -> Finding:
    severity = Severity.HINT if hint else Severity.WARNING
    return model.problem(rule, message, phase="6", severity=severity, path=path, fixes=fixes)


RULES = (
    tensors,
    batching,
    queues,
    groups,
    host_policies,
    cache,
    parameters,
    warm_up,
    states,
    metrics,
    unused_outputs,
)
