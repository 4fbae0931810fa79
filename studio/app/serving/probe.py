"""Looks at a server that has come up: which backends and GPUs its models use, and whether it answers a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from studio.app.serving.ladder import BACKENDS, GPU, REQUEST, RungState
from studio.app.tasks import TaskContext
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import Array, InferRequest, ModelMetadata, Tensor
from studio.core.serving.kinds import STAND_INS, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_MOST_MODELS = 40
_MOST_ELEMENTS = 1 << 22
_TRIES = 5
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What was seen. `answer` says which model answered, or `refusal` why none did; both empty if none was asked."""

    backends: tuple[str, ...] = ()
    on_gpu: tuple[str, ...] = ()
    answer: str = ""
    refusal: str = ""


def probe(client: Triton, models: Iterable[str], context: TaskContext, *, ask: bool) -> Probe:
    """Read the configurations of loaded models and, with `ask`, send zeros to the smallest that takes them."""
    configs: dict[str, dict[str, Any]] = {}
    for name in list(models)[:_MOST_MODELS]:
        context.raise_if_cancelled()
        try:
            configs[name] = client.config(name)
        except Failure:
            # It was unloaded meanwhile, or the server has no such call.
            continue
    backends = sorted({_backend(config) for config in configs.values()} - {""})
    on_gpu = tuple(name for name, config in configs.items() if _uses_gpu(config))
    answer, refusal = _ask(client, configs, context) if ask else ("", "")
    return Probe(tuple(backends), on_gpu, answer, refusal)


def rungs_of(found: Probe, spec: LaunchSpec | None) -> Iterator[tuple[str, RungState, str]]:
    """What was seen as rungs: name, state, evidence. Nothing of a request where none was sent."""
    yield BACKENDS, "ok", ", ".join(_named(name, spec) for name in found.backends) or "The server does not tell."
    if spec is not None and not spec.gpus.none:
        used = ", ".join(found.on_gpu)
        yield GPU, "ok" if used else "fail", used or "No model has an instance on a GPU."
    if found.answer:
        yield REQUEST, "ok", found.answer
    elif found.refusal:
        yield REQUEST, "fail", found.refusal


def _named(backend: str, spec: LaunchSpec | None) -> str:
    """A backend, and that a stand-in runs in its place where one does."""
    is_embedded = spec is not None and spec.kind is EngineKind.EMBEDDED
    return f"{backend} (stand-in)" if is_embedded and backend in {each.backend for each in STAND_INS} else backend


def zeros(model: ModelMetadata) -> InferRequest:
    """A request of zeros (empty strings) in the smallest shape that a model declares."""
    tensors = (Tensor(each.name, each.data_type, _zeros(each)) for each in model.inputs if not each.optional)
    return InferRequest(model.name, tuple(tensors))


def _zeros(tensor: TensorInfo) -> Array:
    from studio.core.inference.tensors import zeros as zeros_of

    return zeros_of(tensor.data_type, tuple(1 if size < 0 else size for size in tensor.shape))


def _backend(config: Mapping[str, Any]) -> str:
    platform = str(config.get("platform", ""))
    return str(config.get("backend") or platform.partition("_")[0])


def _uses_gpu(config: Mapping[str, Any]) -> bool:
    return any(group.get("kind") == "KIND_GPU" for group in config.get("instance_group", ()))


def _ask(client: Triton, configs: Mapping[str, Mapping[str, Any]], context: TaskContext) -> tuple[str, str]:
    refusal = ""
    for model in _smallest_first(client, configs)[:_TRIES]:
        context.raise_if_cancelled()
        try:
            result = client.infer(zeros(model), timeout=_TIMEOUT, stages=False)
        except Failure as failure:
            refusal = refusal or f"{model.name}: {failure.reason}"
            continue
        return f"{model.name} answered zeros in {result.times.total / 1e6:.1f} ms", ""
    return "", refusal


def _smallest_first(client: Triton, configs: Mapping[str, Mapping[str, Any]]) -> list[ModelMetadata]:
    """The models that one request on its own can be sent to, plain ones before ensembles."""
    found = []
    for name, config in configs.items():
        if "sequence_batching" in config or config.get("model_transaction_policy", {}).get("decoupled"):
            continue
        try:
            model = client.metadata(name)
        except Failure:
            continue
        size = sum(prod(max(n, 1) for n in tensor.shape) for tensor in model.inputs)
        if size <= _MOST_ELEMENTS:
            found.append(((_backend(config) == "ensemble", size, name), model))
    return [model for _, model in sorted(found, key=lambda each: each[0])]
